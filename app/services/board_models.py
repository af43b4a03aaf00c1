"""What the team board and the news of a nurse's list are given: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.board import Nurse
from app.domain.day import Planned
from app.domain.leave import Leave
from app.domain.referrals import Referral
from app.domain.stays import Clock
from app.services.alert_models import AlertLine


@dataclass(frozen=True, slots=True)
class BoardVisit:
    """A planned visit that is still to be made. `not_seen`: somebody went or called, and saw or reached nobody."""

    planned: Planned
    patient_name: str
    not_seen: bool = False


@dataclass(frozen=True, slots=True)
class BoardNurse:
    """One nurse. `heard`: lately, by the plan's own time; `planned_since`: her visits that were planned for after her
    last word and of which nothing is known. `people`: ids and names; those whose records are not here are left out.
    """

    nurse: Nurse
    heard: bool
    planned_since: int = 0
    people: tuple[tuple[str, str], ...] = ()
    visits: tuple[BoardVisit, ...] = ()
    made: int = 0
    """Of her visits that were planned for today."""
    leave: Leave | None = None
    """The one that she is on, else her next one."""
    away: bool = False
    """She is on it now: nothing is expected of her tablet, and she never counts as not heard from."""
    covers: tuple[Leave, ...] = ()
    """In which she stands in now."""


@dataclass(frozen=True, slots=True)
class BoardClock:
    patient_id: str
    patient_name: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class BoardReferral:
    patient_id: str
    patient_name: str
    referral: Referral


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Everything of the board, from one look at the store.

    `told_at`: when the plan said what waits on the tablets, by its own clock; None where it has not. `pulled_at`: of
    the last complete contact. Nurses stand by name; everything else by what is most urgent.
    """

    told_at: datetime | None = None
    pulled_at: datetime | None = None
    clocks: tuple[BoardClock, ...] = ()
    alerts: tuple[AlertLine, ...] = ()
    referrals: tuple[BoardReferral, ...] = ()
    nurses: tuple[BoardNurse, ...] = ()


@dataclass(frozen=True, slots=True)
class ListNews:
    """Somebody came onto a nurse's list, or left it."""

    patient_id: str
    patient_name: str
    came: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class VisitNews:
    """A planned visit came to this nurse (`came`), or went from her. `other`: the nurse who had or has it."""

    appointment_id: str
    patient_id: str
    patient_name: str
    came: bool
    start: datetime
    at: datetime
    other: str
    by: str


@dataclass(frozen=True, slots=True)
class News:
    """What was changed around a nurse by others, newest first."""

    people: tuple[ListNews, ...] = ()
    visits: tuple[VisitNews, ...] = ()
