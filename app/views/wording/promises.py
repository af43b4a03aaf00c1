"""Words of promises and of the doorstep card."""

from __future__ import annotations

from datetime import datetime

from app.domain.promise import Promise, PromiseState
from app.services.doorstep import Hurt, OwnWords
from app.views import say

# making one
PROMISED = "I promised"
PROMISED_HELP = "One tap. The next visit opens with it, whoever goes."
KINDS = {
    "phone": "Phone again",
    "ask-doctor": "Ask the doctor",
    "medicine": "See to a medicine",
    "supplies": "Bring or order supplies",
    "family": "Talk with the family",
    "find-out": "Find something out",
}
OTHER = "Something else"
OTHER_LABEL = "What did you promise?"
KEEP, CANCEL = "Keep it", "Cancel"
UNDO = "Take back"

# answering one
IN_VISIT = "Promises"
OPEN_TITLE = "Promised, still open"
KEPT, NOT_KEPT = "Kept", "Not kept"
ANSWERED = {PromiseState.KEPT: "Kept", PromiseState.NOT_KEPT: "Not kept"}
REOPEN = "Undo"
NOT_SENT = "not sent yet"
MORE = "Earlier promises"
LESS = "Hide earlier promises"

# the doorstep card
DOORSTEP = "At the door"
DOORSTEP_OPEN, DOORSTEP_CLOSE = "Show the doorstep card", "Hide the doorstep card"
NOTHING_MATTERS = "Nobody has written down yet what matters most."
NOTHING_HURT = "No symptom of 4 or more was written down."


def words_of(promise: Promise) -> str:
    """In our words where it is one of the common ones, else in those of whoever promised."""
    return KINDS.get(promise.kind, promise.words)


def made(promise: Promise, now: datetime) -> str:
    """ "Ana Ruiz, RN, Nov 15"."""
    who = promise.by.name
    when = say.day_of(promise.made_at, now)
    line = f"{who}, {when}" if who else when
    return f"{line}, {NOT_SENT}" if promise.pending else line


def made_now(promise: Promise) -> str:
    """Under a promise of this visit."""
    return f"In this visit, {NOT_SENT}" if promise.pending else "In this visit"


def said(promise: Promise, now: datetime) -> str:
    """ "Kept, Ana Ruiz, RN, today"."""
    word = ANSWERED.get(promise.state, "")
    when = say.day_of(promise.said_at, now) if promise.said_at is not None else ""
    return ", ".join(part for part in (word, promise.said_by, when) if part)


def open_number(number: int) -> str:
    return "1 promise is open" if number == 1 else f"{number} promises are open"


def called(name: str) -> str:
    return f"Likes to be called {name}"


def home(people: tuple[str, ...]) -> str:
    """ "Lives with Luis Ríos (brother or sister)"."""
    return "Lives with " + ", ".join(people)


def there(who: tuple[str, ...]) -> str:
    """ "There last time: Family, Paid caregiver"."""
    return "There last time: " + ", ".join(who)


def hurts(found: tuple[Hurt, ...], now: datetime) -> str:
    """ "Pain 7, Tiredness 6 (Nov 15)"; the day beside each where they are not of one day."""
    if not found:
        return NOTHING_HURT
    days = {say.day_of(one.at, now) for one in found}
    if len(days) == 1:
        return ", ".join(_hurt(one) for one in found) + f" ({days.pop()})"
    return ", ".join(f"{_hurt(one)} ({say.day_of(one.at, now)})" for one in found)


def _hurt(one: Hurt) -> str:
    eased = one.eased_to is not None
    return f"{one.name} {one.value}, then {one.eased_to}" if eased else f"{one.name} {one.value}"


def promised(one: Promise, now: datetime) -> str:
    """ "Promised: Ask the doctor (Ana Ruiz, RN, Nov 15)"."""
    return f"Promised: {words_of(one)} ({made(one, now)})"


def own_words(one: OwnWords) -> str:
    return say.quoted(one.text) if one.quoted else one.text


def own_words_by(one: OwnWords, now: datetime) -> str:
    """ "Written down by Ana Ruiz, RN, Nov 15"."""
    line = f"Written down by {one.by}, {say.day_of(one.at, now)}"
    return f"{line}, {NOT_SENT}" if one.pending else line


def in_plans_record(when: str) -> str:
    """`when`: a day, or as much of it as is known."""
    return f"In the plan's record, {when[:4]}" if when else "In the plan's record"
