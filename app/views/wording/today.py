"""Words of the day: planned visits, 48-hour clocks, what to know at the door, "check on me"."""

from __future__ import annotations

from datetime import date, datetime

from app.domain.check_on_me import CheckOnMe
from app.domain.day import PlannedState
from app.domain.going_in import GoingIn, GoingInKind
from app.domain.visit_kind import find_kind, get_title
from app.language import N_, tr
from app.services.day_models import DayStop, DayTry
from app.services.models import SyncState, SyncWord
from app.views import say
from app.views.wording import leave

DAY = N_("Your day")
EMPTY = N_("No visit is planned for you today.")
EMPTY_HELP = N_("Planned visits come from the plan. You can start one for anybody at any time.")
OFFLINE = N_("Changes that the plan made since then are not here.")
CLOCKS = N_("48-hour clocks")
START, START_CALL, CALL, WAY, MORE, LESS, PERSON = (
    N_("Start visit"), N_("Call and start"), N_("Call"), N_("Directions"), N_("More"), N_("Less"),
    N_("Open the person's page"),
)  # fmt: skip
NO_ADDRESS = N_("No address on record")
TRY_AGAIN = N_("Try again")
TRY_TODAY = N_("Try again today")
NOT_SEEN = N_("Not seen")

BY_TIME, OWN_ORDER = N_("By time"), N_("My own order")
OWN_ORDER_HELP = N_("There is no map on this device to work out the way. Put the visits in your own order.")
UP, DOWN = N_("Earlier"), N_("Later")

VISIT = N_("Visit")

GOING_IN = N_("Before you go in")
FACT = {
    GoingInKind.WEAPON: N_("Weapon in the house"),
    GoingInKind.DOG: N_("Dog"),
    GoingInKind.INFECTION: N_("Infection"),
    GoingInKind.KEY: N_("Key"),
    GoingInKind.STAIRS: N_("Stairs"),
    GoingInKind.PARKING: N_("Parking"),
}
NOTE_FACT = N_("Tap what whoever goes should know. Facts only.")
NO_LONGER = N_("No longer so")
CHANGE_FACTS = N_("Change")
KEEP = N_("Keep")

CHECK = N_("Check on me")
CHECK_HELP = N_(
    "If you have not said by then that you are fine, your supervisor's list asks to look after you."
)
FINE = N_("I am fine")
REACHED = N_("I reached the nurse")
CALL_SUPERVISOR = N_("Call the supervisor")
CHECKS_OF_TEAM = N_("Check on a nurse")


def kind(code: str | None) -> str:
    """The planned kind of visit; one that this app does not know is simply a visit."""
    found = find_kind(code)
    return tr(VISIT) if found is None else tr(get_title(found))


def when(stop: DayStop, now: datetime) -> str:
    """ "10:00", and the day where it is not today."""
    return say.moment(stop.stop.planned.start, now)


def state(stop: DayStop, now: datetime) -> str:
    """What has become of it, "" while there is nothing to say."""
    start = stop.stop.planned.start
    if stop.stop.state is PlannedState.OVERDUE:
        return tr("Not made: it was planned for {weekday}", weekday=say.weekday(start.astimezone().date()))
    if stop.stop.state is PlannedState.LATE:
        return tr("Its time has come")
    if stop.stop.state is PlannedState.CANCELLED:
        return tr("Canceled by the plan")
    if stop.stop.state is PlannedState.NOT_SEEN:
        return tr(NOT_SEEN)
    return tr("Made") if stop.stop.state is PlannedState.MADE else ""


def shut(signed_at: datetime | None, next_on: date | None, now: datetime) -> str:
    """Under a visit in which nobody was seen: "Signed 10:13 · Next contact: today"."""
    parts = [] if signed_at is None else [tr("Signed {when}", when=say.moment(signed_at, now))]
    if next_on is not None:
        today = next_on == now.astimezone().date()
        parts.append(tr("Next contact: {day}", day=tr("today") if today else say.weekday(next_on)))
    return " · ".join(parts)


def tried(one: DayTry) -> str:
    """Of somebody whom nobody had planned for today."""
    return " · ".join([one.patient_name, *leave.mark(one.covers), tr(NOT_SEEN)])


def fact(one: GoingIn) -> str:
    """ "Dog: stays in the kitchen"."""
    return f"{tr(FACT[one.kind])}: {one.words}" if one.words else tr(FACT[one.kind])


def words_for(kind: GoingInKind) -> str:
    """Beside a fact that was just noted."""
    return tr("{fact}: more about it, if needed", fact=tr(FACT[kind]))


def going_in(facts: tuple[GoingIn, ...]) -> str:
    return f"{tr(GOING_IN)}: " + "; ".join(fact(one) for one in facts)


def noted(one: GoingIn, now: datetime) -> str:
    """Who noted it, and when."""
    day = say.day_of(one.noted_at, now)
    said = (
        tr("Noted by {noted_by}, {day}", noted_by=one.noted_by, day=day)
        if one.noted_by
        else tr("Noted {day}", day=day)
    )
    return tr("{said}. Only on this tablet yet", said=said) if one.pending else said


def as_of(state: SyncState, now: datetime) -> str:
    """How old the plan's word is, where it is not fresh; "" where it is."""
    if state.word in (SyncWord.OK, SyncWord.WORKING):
        return ""
    if state.last_success_at is None:
        return tr("The plan has not been reached yet.")
    return tr(
        "As the plan had it {when}. {offline}",
        when=say.moment(state.last_success_at, now),
        offline=tr(OFFLINE),
    )


def check_head(check: CheckOnMe, name: str) -> str:
    """ "Check on me at 11:30, at Walter O'Dowd's"."""
    return (
        tr("Check on me at {time} · with {name}", time=say.clock(check.at), name=name)
        if name
        else tr("Check on me at {time}", time=say.clock(check.at))
    )


def check_state(check: CheckOnMe, now: datetime) -> str:
    """Whether anybody knows of it, and what will happen."""
    if check.done:
        return tr("You said that you are fine. The plan does not know that yet: somebody may look for you.")
    if not check.told:
        return tr("Nobody knows of this yet. Until this tablet reaches the plan, nobody will look after you.")
    if now >= check.at:
        return tr("The time has come. Your supervisor's list now asks to look after you.")
    return tr(
        "The plan has it. Your supervisor's list asks to look after you from {time}.",
        time=say.clock(check.at),
    )


def check_of(check: CheckOnMe, now: datetime) -> str:
    """On a supervisor's screen."""
    who = check.nurse_name or tr("A nurse")
    if now >= check.at:
        return tr(
            "{who} has not said since {when} that all is well. Please find out.",
            who=who,
            when=say.moment(check.at, now),
        )
    return tr(
        "{who} asks to be looked after if there is no word by {when}.",
        who=who,
        when=say.moment(check.at, now),
    )


def with_person(name: str, address: str | None) -> str:
    return (
        tr("With {name}, {address}", name=name, address=address) if address else tr("With {name}", name=name)
    )
