"""What screens are given of leave and cover: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.handover import HandoverPerson
from app.domain.leave import Leave


@dataclass(frozen=True, slots=True)
class CoverLine:
    """Somebody whom this nurse covers, or is to. `unsent_at`: she said "I have them", not sent yet."""

    leave: Leave
    here: int = 0
    """How many of the other's people are on this device."""
    unsent_at: datetime | None = None

    @property
    def is_taken(self) -> bool:
        return self.leave.taken_at is not None or self.unsent_at is not None


@dataclass(frozen=True, slots=True)
class LeavePage:
    """`own`: the leave that this nurse is on, or goes on next. `covers`: those that stand, then those to come."""

    own: Leave | None = None
    own_stands: bool = False
    covers: tuple[CoverLine, ...] = ()


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """The handover of one cover. `missing`: people whose records have not come yet."""

    line: CoverLine
    people: tuple[HandoverPerson, ...] = ()
    missing: int = 0
