"""Words of "Close my day": that it can be put away, or exactly what is left, and whose it is."""

from __future__ import annotations

from datetime import datetime

from app.domain.check_on_me import CheckOnMe
from app.domain.day import PlannedState
from app.language import N_, NP_, tr, trn
from app.services.alert_models import AlertLine
from app.services.closing_day import DayClose
from app.services.day_models import DayClock, DayStop, DayTry
from app.services.models import VisitSummary
from app.store.outbox_kinds import GroupKind
from app.views import say
from app.views.wording import alerts, leave, stays, today

CLOSE_DAY = N_("Close my day")
CLOSED = N_("You can put it away.")
LEFT = N_("This is left")
HELD = N_("Still open, and not yours to finish today")
TAKEN_BY_YOU = N_("You have taken it")
BACK = N_("Today")


def received(number: int, not_seen: int = 0) -> str:
    """ "Six visits received.", "Four visits and two not seen, all received."; `not_seen`: so many of them."""
    if number == 0:
        return tr("No visit was received today.")
    seen = number - not_seen
    if not_seen == 0:
        return trn("One visit received.", "{words} visits received.", number, words=_number(number))
    if seen == 0:
        return trn(
            "One visit not seen, received.", "{words} not seen, all received.", number, words=_number(number)
        )
    return tr(
        "{visits} and {not_seen}, all received.",
        visits=trn("One visit", "{words} visits", seen, words=_number(seen)),
        not_seen=trn("one not seen", "{words} not seen", not_seen, words=_number(not_seen).lower()),
    )


_NUMBERS = (
    N_("No"), N_("One"), N_("Two"), N_("Three"), N_("Four"), N_("Five"), N_("Six"), N_("Seven"), N_("Eight"),
    N_("Nine"), N_("Ten"), N_("Eleven"), N_("Twelve"),
)  # fmt: skip


def _number(number: int) -> str:
    return tr(_NUMBERS[number]) if number < len(_NUMBERS) else str(number)


NOTHING_WAITS = N_("Nothing waits.")
_WAITS = {
    GroupKind.VISIT: NP_("{number} visit waits to be sent", "{number} visits wait to be sent"),
    GroupKind.ALERT: NP_("{number} alert waits to be sent", "{number} alerts wait to be sent"),
    GroupKind.DEATH: NP_("{number} death waits to be sent", "{number} deaths wait to be sent"),
    GroupKind.STAY: NP_("{number} stay waits to be sent", "{number} stays wait to be sent"),
    GroupKind.ADDENDUM: NP_("{number} addendum waits to be sent", "{number} addenda wait to be sent"),
    GroupKind.TASK: NP_("{number} task waits to be sent", "{number} tasks wait to be sent"),
    GroupKind.RECORD: NP_("{number} other record waits to be sent", "{number} other records wait to be sent"),
    GroupKind.ATTACHMENT: NP_(
        "{number} picture or signature waits to be sent", "{number} pictures and signatures wait to be sent"
    ),
}


def waits(kind: GroupKind, number: int) -> str:
    """ "2 visits wait to be sent"."""
    return say.counted(_WAITS.get(kind, _WAITS[GroupKind.RECORD]), number)


def aside(number: int) -> str:
    return trn(
        "{number} thing was not taken by the plan", "{number} things were not taken by the plan", number
    )


def choices(number: int) -> str:
    return trn(
        "{number} record has two versions: choose", "{number} records have two versions: choose", number
    )


def draft(visit: VisitSummary, now: datetime) -> str:
    """A draft to finish."""
    return tr(
        "{patient_name}: draft, not signed, begun {when}",
        patient_name=visit.patient_name,
        when=say.moment(visit.began_at, now),
    )


def not_made(stop: DayStop, now: datetime) -> str:
    """A planned visit that nobody has begun, with the 48 hours where they run."""
    at = say.moment(stop.stop.planned.start, now)
    coming = stop.stop.state is PlannedState.COMING
    said = (
        tr("{patient_name}: planned for {at}, still to come", patient_name=stop.patient_name, at=at)
        if coming
        else tr("{patient_name}: planned for {at}, not made", patient_name=stop.patient_name, at=at)
    )
    return said if stop.clock is None else f"{said} · {stays.clock(stop.clock, now)}"


def clock_left(one: DayClock, now: datetime) -> str:
    """ "Rosa · Home from hospital: home visit due 17:42, in 7 hours"."""
    return " · ".join([one.patient_name, *leave.mark(one.covers), stays.clock(one.clock, now)])


def try_left(one: DayTry, now: datetime) -> str:
    """ "Rosa · Not seen · Next contact: today", with the 48 hours where they run."""
    parts = [today.tried(one), today.shut(None, one.next_on, now)]
    return " · ".join(parts if one.clock is None else [*parts, stays.clock(one.clock, now)])


def alert_left(line: AlertLine, now: datetime, *, discreet: bool) -> str:
    """Whom it is about, what, and until when; `discreet`: what it is about stands on the person's page only."""
    about = tr(alerts.ON_THE_PAGE) if discreet else alerts.head(line)
    parts = [line.patient_name, *leave.mark(line.covers), about]
    return " · ".join(parts if line.due_at is None else [*parts, alerts.until(line.due_at, now)])


def holder(line: AlertLine, me: str, now: datetime) -> str:
    """Whose it is, of one that she does not have to finish."""
    if line.gone_to not in ("", me):
        return alerts.gone_to(line, now)
    if line.seen_by not in ("", me):
        return alerts.seen_by(line, now)
    return tr(TAKEN_BY_YOU) if line.state == "acknowledged" else tr(alerts.OWNER["supervisor"])


def check_left(check: CheckOnMe) -> str:
    """ "Check on me" in what is left of the day."""
    return tr(CHECK_UNTOLD) if check.done else tr(CHECK_STANDS)


SIGN_IN = N_("The plan asks you to sign in again")
NEVER = N_("This device has not been in contact with the plan yet")
CHECK_STANDS = N_("“Check on me” still stands")
CHECK_UNTOLD = N_("The plan does not know yet that you are fine")


def close_line(close: DayClose) -> str:
    """On Today: what closing the day would say."""
    number = close.left
    return (
        tr(NOTHING_WAITS)
        if number == 0
        else trn("{number} thing is left", "{number} things are left", number)
    )
