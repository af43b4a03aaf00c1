"""Words of the way back in without the PIN, and of what the settings say about it."""

from __future__ import annotations

from app.services.models import LockKind
from app.services.recovery import WayBack, WayBackState

FORGOT = {LockKind.PIN: "I forgot my PIN", LockKind.PASSPHRASE: "I do not have my five words"}
TITLE = "Back in without your PIN"
TITLE_WORDS = "Back in without your five words"
HOW = "Nothing on this device is changed or lost. You need a network and a telephone."
_STEPS = (
    "Sign in to your plan, with your plan password.",
    "Call your supervisor. Somebody of the plan calls you back and lets you in.",
)
_LAST_STEP = {
    LockKind.PIN: "Choose a new PIN. Everything is there, also what was not sent yet.",
    LockKind.PASSPHRASE: "Write down five new words. Everything is there, also what was not sent yet.",
}
SIGN_IN = "Sign in to your plan"
AT = "The sign-in page opens in your browser, at:"
BROWSER_TITLE = "Waiting for your sign-in"
CODE_TITLE = "Call your supervisor now"
CODE_HELP = (
    "Say that you cannot open your records. Somebody of the plan calls you back on your own number: read this code "
    "aloud then."
)
CODE_WAITING = "This page goes on by itself as soon as the plan has agreed. Keep it open."
CODE_NAME = "Code to read aloud"
STOP = "Stop asking"
GRANTED = "The plan has agreed. One last step."

# settings
GROUP = {LockKind.PIN: "If you forget your PIN", LockKind.PASSPHRASE: "If you lose your five words"}
ROOT = "The plan's key"
ROOT_HELP = "For comparing, should your supervisor ask for it."
_READY = {
    LockKind.PIN: "Your plan can let you back in, and nothing is lost: tap “I forgot my PIN” on the lock screen.",
    LockKind.PASSPHRASE: (
        "Your plan can let you back in, and nothing is lost: tap “I do not have my five words” on the lock screen."
    ),
}
_NEXT_UNLOCK = "Once you have unlocked Hearthside the next time, your plan can let you back in."
_NONE = {
    LockKind.PIN: (
        "Your plan offers no way back in on this device. Without the PIN these records cannot be opened here. "
        "Keep the PIN safe and send often."
    ),
    LockKind.PASSPHRASE: (
        "Your plan offers no way back in on this device. Without the five words these records cannot be opened here. "
        "Keep the words safe and send often."
    ),
}
REFUSED = (
    "The plan sent new keys that were not made by the people this device was set up with. They are not used. "
    "Please tell your supervisor."
)


def title(kind: LockKind) -> str:
    return TITLE if kind is LockKind.PIN else TITLE_WORDS


def steps(kind: LockKind) -> tuple[str, ...]:
    """What she will do; `kind` is what will lock the records from then on."""
    return (*_STEPS, _LAST_STEP[kind])


def way(state: WayBackState, kind: LockKind) -> str:
    """What the settings say to somebody whose records `kind` opens."""
    if state.way is WayBack.NEXT_UNLOCK:
        return _NEXT_UNLOCK
    return (_READY if state.way is WayBack.READY else _NONE)[kind]


def good_for(seconds: int) -> str:
    """How long a code is still good."""
    minutes = max(1, -(-seconds // 60))
    return "Good for 1 more minute." if minutes == 1 else f"Good for {minutes} more minutes."


def spelled(code: str) -> str:
    """The code for a screen reader, letter by letter."""
    return " ".join(code.replace("-", ""))


def root(fingerprint: str) -> str:
    """In groups of four, to be compared by eye."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))
