"""Words of the lock of one's own records, in settings."""

from __future__ import annotations

from datetime import datetime

from app.language import N_, tr, trn
from app.services.models import LockKind
from app.services.own_lock import LockState

TITLE = {LockKind.PIN: N_("Your PIN"), LockKind.PASSPHRASE: N_("Your five words")}
CHANGE = {LockKind.PIN: N_("Change PIN"), LockKind.PASSPHRASE: N_("Change the five words")}
NOW = {LockKind.PIN: N_("Your PIN now"), LockKind.PASSPHRASE: N_("Your five words now")}
NOW_HELP = {
    LockKind.PIN: N_("First the PIN that you have now."),
    LockKind.PASSPHRASE: N_("First the five words that you have now."),
}
HELP = {
    LockKind.PIN: N_(
        "Change it when somebody may have seen you type it. Nothing else changes; nothing is sent."
    ),
    LockKind.PASSPHRASE: N_(
        "Change them when somebody may have seen them. Nothing else changes; nothing is sent."
    ),
}
CHANGED = {
    LockKind.PIN: N_("Your new PIN counts from now on. The old one opens nothing any more."),
    LockKind.PASSPHRASE: N_(
        "Your new five words count from now on. The old ones open nothing after your next unlock."
    ),
}
NEW_PIN = N_("Choose your new PIN")
CHANGING = N_("Changing the lock…")
KEEP = N_("Keep it as it is")

KEY_TITLE = N_("The key of your records")
KEY_HELP = N_(
    "Your records are encrypted with a key of their own. Hearthside makes a new one every month; "
    "make one now if this device was out of your hands."
)
MAKE_KEY = N_("Make a new key")
KEY_WANTED = N_("The new key is made when you unlock Hearthside the next time. That takes a few seconds.")
KEY_FAILED = N_(
    "The last new key could not be made, often because the device is full. The old key is still good; "
    "Hearthside tries again."
)


def key_age(state: LockState, now: datetime) -> str | None:
    """When the key was made, in days; None when it is not known."""
    if state.key_made_at is None:
        return None
    days = abs((now - state.key_made_at).days)
    if days == 0:
        return tr("The key was made today.")
    return trn("The key was made yesterday.", "The key was made {number} days ago.", days)
