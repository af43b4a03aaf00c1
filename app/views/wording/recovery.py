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
    "Call your supervisor. An officer of the plan lets you back in.",
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
    "Say that you cannot open your records, and read this code aloud. It goes to the officer who lets you in."
)
CODE_WAITING = "This page goes on by itself as soon as the officer has agreed. Keep it open."
CODE_NAME = "Code to read aloud"
STOP = "Stop asking"
GRANTED = "The officer has agreed. One last step."

# settings
GROUP = "If you forget your PIN"
ROOT = "The plan's key"
_WAYS = {
    WayBack.READY: "An officer of your plan can let you back in. Nothing would be lost.",
    WayBack.NEXT_UNLOCK: "From your next unlock on, an officer of your plan can let you back in.",
    WayBack.NONE: (
        "Your plan offers no way back in on this device. Without the PIN these records cannot be opened here. "
        "Keep the PIN safe and send often."
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


def way(state: WayBackState) -> str:
    """What the settings say."""
    return _WAYS[state.way]


def good_for(seconds: int) -> str:
    """How long a code is still good."""
    minutes = max(1, -(-seconds // 60))
    return f"Good for {minutes} more minute{'' if minutes == 1 else 's'}."


def spelled(code: str) -> str:
    """The code for a screen reader, letter by letter."""
    return " ".join(code.replace("-", ""))


def root(fingerprint: str) -> str:
    """In groups of four, to be compared by eye."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))
