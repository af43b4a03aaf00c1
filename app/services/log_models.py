"""What the visit log hands to its screens: filters, rows, saved views. Plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.evv import Exceptional
from app.domain.visit import Modality, Setting
from app.domain.visit_kind import VisitKind
from app.services.models import VisitSummary
from app.store.log_query import Flag
from app.store.log_rows import Key, LogSort


class LogStatus(StrEnum):
    """Where a visit is, in the supervisor's eyes."""

    WHOLE = "whole"
    ARRIVING = "arriving"
    QUESTION = "question"
    REVIEWED = "reviewed"
    NOT_REVIEWED = "not-reviewed"
    """Nobody has countersigned it, and no question about it is open."""


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What the supervisor asks of the log; None means any. Dates are local days, inclusive."""

    nurse_name: str | None = None
    patient_text: str | None = None
    setting: Setting | None = None
    modality: Modality | None = None
    days: int | None = None
    """Today and that many days before it; goes before `from_on` and `to_on`, and moves with the calendar."""
    from_on: date | None = None
    to_on: date | None = None
    minimum_score: int | None = None
    place: str | None = None
    """CMS place of service code."""
    line: str | None = None
    """Line of business when it was signed, or `NOT_SAID`."""
    organisation: str | None = None
    status: LogStatus | None = None
    flags: frozenset[Flag] = frozenset()

    def first_day(self, today: date) -> date | None:
        """The first day that is asked for."""
        return self.from_on if self.days is None else today - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One visit with what the log says beside it. Times of the summary are the tablet's."""

    visit: VisitSummary
    received_at: datetime | None
    signed_at: datetime | None = None
    kind: VisitKind | None = None
    place: str = ""
    """CMS place of service code."""
    line: str | None = None
    """Line of business when it was signed, None where the visit does not say."""
    organisation: str | None = None
    address_other: str = ""
    clock_offset_ms: int | None = None
    """The plan's time minus the tablet's, None where they were never compared."""
    exceptions: tuple[Exceptional, ...] = ()
    """Of a visit in person that took place; () for any other."""
    act_now: bool = False
    act_now_open: bool = False
    alert_open: bool = False


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page. `after` is where the next one begins, None after the last."""

    rows: tuple[LogRow, ...]
    total: int
    after: Key | None = None


@dataclass(frozen=True, slots=True)
class LogChoices:
    """What there is to choose from in the filters, of the visits on this device."""

    nurses: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Looking:
    """How the log is looked at: filters, order, and whether as visit verification."""

    wanted: LogFilter = LogFilter()
    sort: LogSort = LogSort.NEWEST
    evv: bool = False


@dataclass(frozen=True, slots=True)
class SavedView:
    """A way to look at the log that its owner gave a name."""

    name: str
    looking: Looking
