"""Where a visit is, from what the outbox says of it, and the sentence for the state of sync."""

from __future__ import annotations

from app.language import N_
from app.services.models import SyncWord

SENTENCES = {
    SyncWord.NEVER: N_("Not yet connected to the plan from this device."),
    SyncWord.OK: N_("The plan answered."),
    SyncWord.WORKING: N_("Talking to the plan…"),
    SyncWord.NO_NETWORK: N_("No network. Everything is kept on this device."),
    SyncWord.PORTAL: N_("This network wants you to sign in to it first. Everything is kept on this device."),
    SyncWord.PLAN_DOWN: N_("The plan's server does not answer. Everything is kept on this device."),
    SyncWord.PROBLEM: N_(
        "Something went wrong while talking to the plan. Nothing was lost; it will be tried again."
    ),
}


def sign_in_sentence(visits: int, alerts: int = 0, others: int = 0) -> str:
    """What to say when the plan no longer takes the sign-in, with what waits for it."""
    parts = [
        f"{number} {word}{'' if number == 1 else 's'}"
        for number, word in ((alerts, "alert"), (visits, "visit"), (others, "other record"))
        if number
    ]
    if not parts:
        return "Sign in to the plan again to get news of your people."
    return f"Sign in to send {', '.join(parts)}."
