"""The day of a nurse: visits that the plan has planned for her, which of them were made, in which order she goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.visit import Modality
from app.domain.visit_kind import VisitKind

OVERDUE_FOR = timedelta(days=30)
"""How long a planned visit that nobody made stays on the list."""


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


@dataclass(frozen=True, slots=True)
class Stop:
    """A planned visit with what became of it. `visit_id`: of the visit that was begun or made for it."""

    planned: Planned
    state: PlannedState
    visit_id: str | None = None


def list_stops(planned: Iterable[Planned], contacts: Iterable[Contact], now: datetime) -> tuple[Stop, ...]:
    """What is left of earlier days and all of today, the earliest first.

    A visit in person answers what was planned for that day or before it, whatever its kind; so does having gone there
    and not having seen the person. A call answers only a planned call: who phones to say when she comes has not been.
    One visit answers one of several that are planned for one day.
    """
    today = _day(now)
    wanted = sorted(
        (one for one in planned if _day(one.start) <= today and one.start >= now - OVERDUE_FOR),
        key=lambda one: (one.start, one.id),
    )
    found = sorted(contacts, key=lambda one: one.began_at)
    used: set[str] = set()
    stops = []
    for one in wanted:
        if one.cancelled:
            if _day(one.start) == today:
                stops.append(Stop(one, PlannedState.CANCELLED))
            continue
        contact = _answer(one, found, used)
        if contact is not None:
            used.add(contact.id)
        stop = _stop(one, contact, now)
        if _day(one.start) == today or stop.state in (PlannedState.OVERDUE, PlannedState.BEGUN):
            stops.append(stop)
    return tuple(stops)


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
        return Stop(planned, PlannedState.BEGUN if contact.draft else made, contact.id)
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
