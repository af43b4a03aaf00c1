"""The day of a nurse: visits that the plan has planned for her, which of them were made, in which order she goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.domain.stays import Clock, ClockState
from app.domain.visit import Modality
from app.domain.visit_kind import VisitKind

OVERDUE_FOR = timedelta(days=30)
"""How long a planned visit that nobody made stays on the list."""
NEXT_CONTACT, NEXT_HOW = "poc-next-contact", "poc-next-how"
"""Items of a visit that say when it is tried again, and how."""
MORNING = time(8)
"""What runs out before it, nobody who goes tomorrow can still catch."""


class PlannedState(StrEnum):
    COMING = "coming"
    LATE = "late"
    """Today, its time has come, and nobody has begun."""
    OVERDUE = "overdue"
    """Of an earlier day, and nobody has been there since."""
    BEGUN = "begun"
    MADE = "made"
    NOT_SEEN = "not-seen"
    """Somebody went or called, and saw or reached nobody; when it is tried again stands in that visit."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Planned:
    """One visit that the plan has planned. `kind` is the planned kind of visit, None where the plan says none."""

    id: str
    patient_id: str
    start: datetime
    end: datetime | None = None
    kind: str | None = None
    nurses: tuple[str, ...] = ()
    """References of those who are to go (`Practitioner/…`)."""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """What the day needs of a visit, a draft too."""

    id: str
    patient_id: str
    began_at: datetime
    modality: Modality
    kind: str | None = None
    draft: bool = False
    met: bool = True
    """False where nobody was seen, or nobody answered the call."""
    next_on: date | None = None
    """The day of the next contact that was promised in it."""
    next_how: str = ""
    signed_at: datetime | None = None
    nurse: str = ""
    """Reference of who made it."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A planned visit with what became of it. `visit_id`: of the visit that was begun or made for it."""

    planned: Planned
    state: PlannedState
    visit_id: str | None = None
    next_on: date | None = None
    """Of one that was not seen: when it is tried again, as that visit says."""
    signed_at: datetime | None = None


def list_stops(planned: Iterable[Planned], contacts: Iterable[Contact], now: datetime) -> tuple[Stop, ...]:
    """What is left of earlier days and all of today, the earliest first.

    A visit in person answers what was planned for that day or before it, whatever its kind; so does having gone there
    and not having seen the person. A call answers only a planned call: who phones to say when she comes has not been.
    One visit answers one of several that are planned for one day. Where nobody was seen, a visit that came after it and
    answers nothing else stands for it: who was tried again and met is not left as not seen.
    """
    today = _day(now)
    wanted = sorted(
        (one for one in planned if _day(one.start) <= today and one.start >= now - OVERDUE_FOR),
        key=lambda one: (one.start, one.id),
    )
    found = sorted(contacts, key=lambda one: one.began_at)
    used: set[str] = set()
    answers: list[tuple[Planned, Contact | None]] = []
    for one in wanted:
        contact = None if one.cancelled else _answer(one, found, used)
        if contact is not None:
            used.add(contact.id)
        answers.append((one, contact))
    stops = []
    for one, contact in answers:
        if one.cancelled:
            if _day(one.start) == today:
                stops.append(Stop(one, PlannedState.CANCELLED))
            continue
        stop = _stop(one, _try_again(one, contact, found, used), now)
        if _day(one.start) == today or stop.state in (PlannedState.OVERDUE, PlannedState.BEGUN):
            stops.append(stop)
    return tuple(stops)


def _try_again(
    planned: Planned, contact: Contact | None, found: Sequence[Contact], used: set[str]
) -> Contact | None:
    """What came after a visit in which nobody was seen, and answers no other plan: one that met her, else the last."""
    if contact is None or contact.met:
        return contact
    later = [
        one
        for one in found
        if one.patient_id == planned.patient_id
        and one.began_at > contact.began_at
        and one.id not in used
        and _fits(planned, one)
    ]
    best = next((one for one in later if one.met), later[-1] if later else contact)
    used.add(best.id)
    return best


def list_tries(contacts: Iterable[Contact], now: datetime) -> tuple[Contact, ...]:
    """Signed visits in which nobody was seen, whose next contact is due today or before, and after which nothing came:
    no visit, no call, no new try, no draft.
    """
    newest: dict[str, Contact] = {}
    for one in sorted(contacts, key=lambda one: (one.began_at, one.id)):
        newest[one.patient_id] = one
    due = (one for one in newest.values() if one.next_on is not None and one.next_on <= _day(now))
    return tuple(sorted((one for one in due if not one.met and not one.draft), key=lambda one: one.began_at))


def is_pressing(clock: Clock, now: datetime) -> bool:
    """Whether this 48-hour clock waits for a visit today: it is over, nearly over, or over before the next morning."""
    if clock.state in (ClockState.SOON, ClockState.OVERDUE):
        return True
    morning = datetime.combine(_day(now) + timedelta(days=1), MORNING).astimezone()
    return clock.state is ClockState.RUNNING and clock.due_at < morning


def _answer(planned: Planned, contacts: Sequence[Contact], used: set[str]) -> Contact | None:
    """The visit of that day that no earlier plan has taken, else the first of a later day."""
    fitting = [
        one
        for one in contacts
        if one.patient_id == planned.patient_id
        and _day(one.began_at) >= _day(planned.start)
        and _fits(planned, one)
    ]
    same_day = [one for one in fitting if _day(one.began_at) == _day(planned.start) and one.id not in used]
    later = [one for one in fitting if _day(one.began_at) > _day(planned.start)]
    return next(iter(same_day or later), None)


def _fits(planned: Planned, contact: Contact) -> bool:
    return contact.modality is Modality.IN_PERSON or planned.kind == VisitKind.TELEPHONE.value


def _stop(planned: Planned, contact: Contact | None, now: datetime) -> Stop:
    if contact is not None:
        made = PlannedState.MADE if contact.met else PlannedState.NOT_SEEN
        stop = Stop(planned, PlannedState.BEGUN if contact.draft else made, contact.id)
        shut = stop.state is PlannedState.NOT_SEEN
        return replace(stop, next_on=contact.next_on, signed_at=contact.signed_at) if shut else stop
    if _day(planned.start) < _day(now):
        return Stop(planned, PlannedState.OVERDUE)
    return Stop(planned, PlannedState.LATE if planned.start < now else PlannedState.COMING)


def _day(at: datetime) -> date:
    """The day on the nurse's own clock."""
    return at.astimezone().date()


def arrange(stops: Sequence[Stop], own_order: Mapping[str, int]) -> tuple[Stop, ...]:
    """In the order that she put them by hand; what she has not placed stands after that, by time."""
    last = len(own_order)
    return tuple(sorted(stops, key=lambda one: own_order.get(one.planned.id, last)))


def move(ids: Sequence[str], which: str, by: int) -> tuple[str, ...]:
    """The ids with one of them moved up (-1) or down (1); at an end, or unknown, it stays."""
    order = list(ids)
    if which not in order:
        return tuple(order)
    at = order.index(which)
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    return tuple(order)
