"""Words of the day: planned visits, 48-hour clocks, what to know at the door, "check on me", closing the day."""

from __future__ import annotations

from datetime import datetime

from app.domain.check_on_me import CheckOnMe
from app.domain.day import PlannedState
from app.domain.going_in import GoingIn, GoingInKind
from app.domain.visit_kind import find_kind, get_title
from app.services.closing_day import DayClose
from app.services.day_models import DayStop
from app.services.models import SyncState, SyncWord, VisitSummary
from app.store.outbox_kinds import GroupKind
from app.views import say

DAY = "Your day"
EMPTY = "No visit is planned for you today."
EMPTY_HELP = "Planned visits come from the plan. You can start one for anybody at any time."
OFFLINE = "Changes that the plan made since then are not here."
CLOCKS = "48-hour clocks"
START, START_CALL, CALL, WAY, MORE, LESS, PERSON = (
    "Start visit", "Call and start", "Call", "Directions", "More", "Less", "Open the person's page",
)  # fmt: skip
NO_ADDRESS = "No address on record"
TRY_AGAIN = "Try again"

BY_TIME, OWN_ORDER = "By time", "My own order"
OWN_ORDER_HELP = "There is no map on this device to work out the way. Put the visits in your own order."
UP, DOWN = "Earlier", "Later"

VISIT = "Visit"

GOING_IN = "Before you go in"
FACT = {
    GoingInKind.WEAPON: "Weapon in the house",
    GoingInKind.DOG: "Dog",
    GoingInKind.INFECTION: "Infection",
    GoingInKind.KEY: "Key",
    GoingInKind.STAIRS: "Stairs",
    GoingInKind.PARKING: "Parking",
}
NOTE_FACT = "Tap what whoever goes should know. Facts only."
NO_LONGER = "No longer so"
CHANGE_FACTS = "Change"
KEEP = "Keep"

CHECK = "Check on me"
CHECK_HELP = "If you have not said by then that you are fine, your supervisor's list asks to look after you."
FINE = "I am fine"
REACHED = "I reached the nurse"
CALL_SUPERVISOR = "Call the supervisor"
CHECKS_OF_TEAM = "Check on a nurse"

CLOSE_DAY = "Close my day"
CLOSED = "You can put it away."
LEFT = "This is left"
BACK = "Today"


def kind(code: str | None) -> str:
    """The planned kind of visit; one that this app does not know is simply a visit."""
    found = find_kind(code)
    return VISIT if found is None else get_title(found)


def when(stop: DayStop, now: datetime) -> str:
    """ "10:00", and the day where it is not today."""
    return say.moment(stop.stop.planned.start, now)


def state(stop: DayStop, now: datetime) -> str:
    """What has become of it, "" while there is nothing to say."""
    start = stop.stop.planned.start
    if stop.stop.state is PlannedState.OVERDUE:
        return f"Not made: it was planned for {say.weekday(start.astimezone().date())}"
    if stop.stop.state is PlannedState.LATE:
        return "Its time has come"
    if stop.stop.state is PlannedState.CANCELLED:
        return "Cancelled by the plan"
    if stop.stop.state is PlannedState.NOT_SEEN:
        return "Not seen"
    return "Made" if stop.stop.state is PlannedState.MADE else ""


def fact(one: GoingIn) -> str:
    """ "Dog: stays in the kitchen"."""
    return f"{FACT[one.kind]}: {one.words}" if one.words else FACT[one.kind]


def words_for(kind: GoingInKind) -> str:
    """Beside a fact that was just noted."""
    return f"{FACT[kind]}: more about it, if needed"


def going_in(facts: tuple[GoingIn, ...]) -> str:
    return f"{GOING_IN}: " + "; ".join(fact(one) for one in facts)


def noted(one: GoingIn, now: datetime) -> str:
    """Who noted it, and when."""
    day = say.day_of(one.noted_at, now)
    said = f"Noted by {one.noted_by}, {day}" if one.noted_by else f"Noted {day}"
    return f"{said}. Only on this tablet yet" if one.pending else said


def as_of(state: SyncState, now: datetime) -> str:
    """How old the plan's word is, where it is not fresh; "" where it is."""
    if state.word in (SyncWord.OK, SyncWord.WORKING):
        return ""
    if state.last_success_at is None:
        return "The plan has not been reached yet."
    return f"As the plan had it {say.moment(state.last_success_at, now)}. {OFFLINE}"


def check_head(check: CheckOnMe, name: str) -> str:
    """ "Check on me at 11:30, at Walter O'Dowd's"."""
    return (
        f"Check on me at {say.clock(check.at)} · with {name}"
        if name
        else f"Check on me at {say.clock(check.at)}"
    )


def check_state(check: CheckOnMe, now: datetime) -> str:
    """Whether anybody knows of it, and what will happen."""
    if check.done:
        return "You said that you are fine. The plan does not know that yet: somebody may look for you."
    if not check.told:
        return "Nobody knows of this yet. Until this tablet reaches the plan, nobody will look after you."
    if now >= check.at:
        return "The time has come. Your supervisor's list now asks to look after you."
    return f"The plan has it. Your supervisor's list asks to look after you from {say.clock(check.at)}."


def check_of(check: CheckOnMe, now: datetime) -> str:
    """On a supervisor's screen."""
    who = check.nurse_name or "A nurse"
    if now >= check.at:
        return f"{who} has not said since {say.moment(check.at, now)} that all is well. Please find out."
    return f"{who} asks to be looked after if there is no word by {say.moment(check.at, now)}."


def with_person(name: str, address: str | None) -> str:
    return f"With {name}, {address}" if address else f"With {name}"


def received(number: int) -> str:
    """ "Six visits received."."""
    if number == 0:
        return "No visit was received today."
    return f"{_NUMBERS[number]} visit received." if number == 1 else f"{_number(number)} visits received."


_NUMBERS = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
)  # fmt: skip


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


NOTHING_WAITS = "Nothing waits."
_WAITS = {
    GroupKind.VISIT: ("visit waits to be sent", "visits wait to be sent"),
    GroupKind.ALERT: ("alert waits to be sent", "alerts wait to be sent"),
    GroupKind.STAY: ("stay waits to be sent", "stays wait to be sent"),
    GroupKind.ADDENDUM: ("addendum waits to be sent", "addenda wait to be sent"),
    GroupKind.TASK: ("task waits to be sent", "tasks wait to be sent"),
    GroupKind.RECORD: ("other record waits to be sent", "other records wait to be sent"),
    GroupKind.ATTACHMENT: (
        "picture or signature waits to be sent",
        "pictures and signatures wait to be sent",
    ),
}


def waits(kind: GroupKind, number: int) -> str:
    """ "2 visits wait to be sent"."""
    return say.count(number, *_WAITS.get(kind, _WAITS[GroupKind.RECORD]))


def aside(number: int) -> str:
    return say.count(number, "thing was not taken by the plan", "things were not taken by the plan")


def choices(number: int) -> str:
    return say.count(number, "record has two versions: choose", "records have two versions: choose")


def draft(visit: VisitSummary, now: datetime) -> str:
    """A draft to finish."""
    return f"{visit.patient_name}: draft, not signed, begun {say.moment(visit.began_at, now)}"


def not_made(stop: DayStop, now: datetime) -> str:
    """A planned visit that nobody has begun."""
    at = say.moment(stop.stop.planned.start, now)
    if stop.stop.state is PlannedState.COMING:
        return f"{stop.patient_name}: planned for {at}, still to come"
    return f"{stop.patient_name}: planned for {at}, not made"


def check_left(check: CheckOnMe) -> str:
    """ "Check on me" in what is left of the day."""
    return CHECK_UNTOLD if check.done else CHECK_STANDS


SIGN_IN = "The plan asks you to sign in again"
NEVER = "This tablet has not been in contact with the plan yet"
CHECK_STANDS = "“Check on me” still stands"
CHECK_UNTOLD = "The plan does not know yet that you are fine"


def close_line(close: DayClose) -> str:
    """On Today: what closing the day would say."""
    number = close.left
    return NOTHING_WAITS if number == 0 else say.count(number, "thing is left", "things are left")
