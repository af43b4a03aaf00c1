"""Words of the way back in without the PIN, and of what the settings say about it."""

from __future__ import annotations

from app.language import N_, tr, trn
from app.services.models import LockKind
from app.services.recovery import WayBack, WayBackState

FORGOT = {LockKind.PIN: N_("I forgot my PIN"), LockKind.PASSPHRASE: N_("I do not have my five words")}
TITLE = N_("Back in without your PIN")
TITLE_WORDS = N_("Back in without your five words")
HOW = N_("Nothing on this device is changed or lost. You need a network and a telephone.")
_STEPS = (
    N_("Sign in to your plan, with your plan password."),
    N_("Call your supervisor. Somebody at the plan calls you back and lets you in."),
)
_LAST_STEP = {
    LockKind.PIN: N_("Choose a new PIN. Everything is there, also what was not sent yet."),
    LockKind.PASSPHRASE: N_("Write down five new words. Everything is there, also what was not sent yet."),
}
SIGN_IN = N_("Sign in to your plan")
AT = N_("The sign-in page opens in your browser, at:")
BROWSER_TITLE = N_("Waiting for your sign-in")
CODE_TITLE = N_("Call your supervisor now")
CODE_HELP = N_(
    "Say that you cannot open your records. Somebody at the plan calls you back on your own number: read this code "
    "aloud then."
)
CODE_WAITING = N_("This page goes on by itself as soon as the plan has agreed. Keep it open.")
CODE_NAME = N_("Code to read aloud")
STOP = N_("Stop asking")
GRANTED = N_("The plan has agreed. One last step.")

# settings
GROUP = {LockKind.PIN: N_("If you forget your PIN"), LockKind.PASSPHRASE: N_("If you lose your five words")}
ROOT = N_("The plan's key")
ROOT_HELP = N_("For comparing, should your supervisor ask for it.")
_READY = {
    LockKind.PIN: N_(
        "Your plan can let you back in, and nothing is lost: tap “I forgot my PIN” on the lock screen."
    ),
    LockKind.PASSPHRASE: N_(
        "Your plan can let you back in, and nothing is lost: tap “I do not have my five words” on the lock screen."
    ),
}
_NEXT_UNLOCK = N_("Once you have unlocked Hearthside the next time, your plan can let you back in.")
_NONE = {
    LockKind.PIN: N_(
        "Your plan offers no way back in on this device. Without the PIN these records cannot be opened here. "
        "Keep the PIN safe and send often."
    ),
    LockKind.PASSPHRASE: N_(
        "Your plan offers no way back in on this device. Without the five words these records cannot be opened here. "
        "Keep the words safe and send often."
    ),
}
REFUSED = N_(
    "The plan sent new keys that were not made by the people this device was set up with. They are not used. "
    "Please tell your supervisor."
)


def title(kind: LockKind) -> str:
    return tr(TITLE) if kind is LockKind.PIN else tr(TITLE_WORDS)


def steps(kind: LockKind) -> tuple[str, ...]:
    """What she will do; `kind` is what will lock the records from then on."""
    return (*map(tr, _STEPS), tr(_LAST_STEP[kind]))


def way(state: WayBackState, kind: LockKind) -> str:
    """What the settings say to somebody whose records `kind` opens."""
    if state.way is WayBack.NEXT_UNLOCK:
        return tr(_NEXT_UNLOCK)
    return tr((_READY if state.way is WayBack.READY else _NONE)[kind])


def good_for(seconds: int) -> str:
    """How long a code is still good."""
    minutes = max(1, -(-seconds // 60))
    return trn("Good for {number} more minute.", "Good for {number} more minutes.", minutes)


def spelled(code: str) -> str:
    """The code for a screen reader, letter by letter."""
    return " ".join(code.replace("-", ""))


def root(fingerprint: str) -> str:
    """In groups of four, to be compared by eye."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))
