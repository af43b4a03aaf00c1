"""A nurse who wants to be looked after: "check on me at 11:30". Nobody knows of it before the plan has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=14)
"""How far ahead such a time may lie."""


class CheckState(StrEnum):
    WAITING = "waiting"
    """Its time has not come."""
    DUE = "due"
    """Its time has come, and she has not said that she is fine."""
    FINE = "fine"
    """She has said so, or somebody reached her."""


@dataclass(frozen=True, slots=True)
class CheckOnMe:
    """`known`: the plan has its newest version. `told`: the plan has ever been told that somebody is to look."""

    id: str
    patient_id: str
    nurse: str
    nurse_name: str
    asked_at: datetime
    at: datetime
    done: bool = False
    known: bool = False
    told: bool = False

    def state(self, now: datetime) -> CheckState:
        if self.done:
            return CheckState.FINE
        return CheckState.DUE if now >= self.at else CheckState.WAITING
