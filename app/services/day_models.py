"""What the nurse's day is given: plain frozen values. No code status, no phase, nothing private."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.check_on_me import CheckOnMe
from app.domain.day import Stop
from app.domain.going_in import GoingIn
from app.domain.stays import Clock, Stay
from app.services.models import Today


@dataclass(frozen=True, slots=True)
class DayStop:
    """One planned visit. `inside`: the stay that the person is in now; `clock`: her 48 hours, where they run."""

    stop: Stop
    patient_name: str
    address: str | None
    phone: str | None
    going_in: tuple[GoingIn, ...] = ()
    inside: Stay | None = None
    clock: Clock | None = None
    covers: str = ""
    """The first name of whoever is on leave and would make it; "" for one's own."""

    @property
    def patient_id(self) -> str:
        return self.stop.planned.patient_id


@dataclass(frozen=True, slots=True)
class DayClock:
    """A 48-hour clock that runs, and that no visit still to be made today carries on its own card."""

    patient_id: str
    patient_name: str
    clock: Clock
    phone: str | None = None
    covers: str = ""
    """As in `DayStop`."""


@dataclass(frozen=True, slots=True)
class DayTry:
    """Somebody whom she did not see, and whose next contact is due today or before. `visit_id`: of that visit.

    `kind`: the kind of visit to begin, None where the start proposes one; `clock` as in `DayStop`.
    """

    visit_id: str
    patient_id: str
    patient_name: str
    next_on: date
    kind: str | None = None
    phone: str | None = None
    clock: Clock | None = None
    covers: str = ""


@dataclass(frozen=True, slots=True)
class DayCheck:
    """Somebody is to look after a nurse. `mine`: after the one who reads this."""

    check: CheckOnMe
    patient_name: str
    address: str | None
    mine: bool


@dataclass(frozen=True, slots=True)
class DayPage:
    """The first screen, from one look at the store."""

    today: Today
    stops: tuple[DayStop, ...] = ()
    """In the order in which she goes."""
    clocks: tuple[DayClock, ...] = ()
    """What is due first stands first."""
    tries: tuple[DayTry, ...] = ()
    """Whom she is to try again today, a stop of today among them."""
    checks: tuple[DayCheck, ...] = ()
    own_order: bool = False
    """She has put the day in an order of her own."""
    supervisor_phone: str | None = None
