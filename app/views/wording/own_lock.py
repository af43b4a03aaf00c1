"""Words of the lock of one's own records, in settings."""

from __future__ import annotations

from datetime import datetime

from app.services.models import LockKind
from app.services.own_lock import LockState

TITLE = {LockKind.PIN: "Your PIN", LockKind.PASSPHRASE: "Your five words"}
CHANGE = {LockKind.PIN: "Change PIN", LockKind.PASSPHRASE: "Change the five words"}
NOW = {LockKind.PIN: "Your PIN now", LockKind.PASSPHRASE: "Your five words now"}
NOW_HELP = {
    LockKind.PIN: "First the PIN that you have now.",
    LockKind.PASSPHRASE: "First the five words that you have now.",
}
HELP = {
    LockKind.PIN: "Change it when somebody may have seen you type it. Nothing else changes; nothing is sent.",
    LockKind.PASSPHRASE: "Change them when somebody may have seen them. Nothing else changes; nothing is sent.",
}
CHANGED = {
    LockKind.PIN: "Your new PIN counts from now on. The old one opens nothing any more.",
    LockKind.PASSPHRASE: "Your new five words count from now on. The old ones open nothing after your next unlock.",
}
NEW_PIN = "Choose your new PIN"
CHANGING = "Changing the lock…"
KEEP = "Keep it as it is"

KEY_TITLE = "The key of your records"
KEY_HELP = (
    "Your records are encrypted with a key of their own. Hearthside makes a new one every month; "
    "make one now if this device was out of your hands."
)
MAKE_KEY = "Make a new key"
KEY_WANTED = "The new key is made when you unlock Hearthside the next time. That takes a few seconds."
KEY_FAILED = (
    "The last new key could not be made, often because the device is full. The old key is still good; "
    "Hearthside tries again."
)


def key_age(state: LockState, now: datetime) -> str | None:
    """When the key was made, in days; None when it is not known."""
    if state.key_made_at is None:
        return None
    days = abs((now - state.key_made_at).days)
    if days == 0:
        return "The key was made today."
    return "The key was made yesterday." if days == 1 else f"The key was made {days} days ago."
