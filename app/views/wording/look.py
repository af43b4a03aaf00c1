"""Texts about how the screens look: size of text, brightness, movement."""

from __future__ import annotations

TEXT_SIZE = "Text size"
TEXT_SIZE_HELP = "For all screens. Kept for you on this device, the lock screen too."
SMALLER = "Smaller text"
LARGER = "Larger text"
MOVEMENT = "Movement"
MOVEMENT_HELP = "Nothing here has to move to be understood. Less movement also stops the small ones."
AS_THE_DEVICE = "As the device is set"
LESS = "Less movement"


def size_now(percent: int) -> str:
    """How large text is now."""
    return f"Text at {percent} %"
