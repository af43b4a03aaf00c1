"""Texts about how the screens look: size of text, brightness, movement, language."""

from __future__ import annotations

from app.language import N_, tr
from app.language.dates import say_percent

TEXT_SIZE = N_("Text size")
TEXT_SIZE_HELP = N_("For all screens. Kept for you on this device, the lock screen too.")
SMALLER = N_("Smaller text")
LARGER = N_("Larger text")
MOVEMENT = N_("Movement")
MOVEMENT_HELP = N_(
    "Nothing here has to move to be understood. Less movement also stops the small animations."
)
AS_THE_DEVICE = N_("As the device is set")
LESS = N_("Less movement")
LANGUAGE = N_("Language")
LANGUAGE_HELP = N_("For all screens. What you write, and what goes to the plan, is not translated.")
SCALES_STAY = N_("Published scales stay in their official English wording. Ask them through an interpreter.")
AWAITS_REVIEW = N_("This translation still awaits review by a native-speaking clinician.")


def size_now(percent: int) -> str:
    """How large text is now."""
    return tr("Text at {percent}", percent=say_percent(percent))
