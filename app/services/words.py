"""Where a visit is, from what the outbox says of it, and the sentence for the state of sync."""

from __future__ import annotations

from app.services.models import SyncWord

SENTENCES = {
    SyncWord.NEVER: "Not yet connected to the plan from this device.",
    SyncWord.OK: "Connected to the plan.",
    SyncWord.WORKING: "Talking to the plan…",
    SyncWord.NO_NETWORK: "No network. Everything is kept on this device.",
    SyncWord.PLAN_DOWN: "The plan's server does not answer. Everything is kept on this device.",
    SyncWord.PROBLEM: "Something went wrong while talking to the plan. Nothing was lost; it will be tried again.",
}


def sign_in_sentence(unsent: int) -> str:
    """What to say when the plan no longer takes the sign-in; `unsent` counts visits."""
    if unsent == 0:
        return "Sign in to the plan again to get news of your people."
    return f"Sign in to send {unsent} visit{'s' if unsent > 1 else ''}."
