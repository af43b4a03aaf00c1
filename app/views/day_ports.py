"""What the nurse's day asks of services, by shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from app.domain.declines import Scope, Voice
from app.domain.going_in import GoingInKind
from app.services.day_models import DayCheck, DayPage


class Day(Protocol):
    """The nurse's day."""

    async def read(self) -> DayPage: ...
    async def put_in_order(self, ids: Sequence[str]) -> None: ...


class GoingInFacts(Protocol):
    """What to know before going in."""

    async def note(self, patient_id: str, kind: GoingInKind, words: str = "") -> None: ...
    async def take_away(self, patient_id: str, kind: GoingInKind) -> None: ...


class Declines(Protocol):
    """What is not wanted for a time."""

    async def say(
        self, patient_id: str, scope: Scope, about: str, voice: Voice, ask_again_on: date
    ) -> None: ...
    async def take_back(self, patient_id: str, scope: Scope, about: str, voice: Voice) -> None: ...


class ChecksOnMe(Protocol):
    """ "Check on me at 11:30"."""

    async def ask(self, patient_id: str, at: datetime) -> None: ...
    async def list_all(self) -> tuple[DayCheck, ...]: ...
    async def finish(self, check_id: str, words: str = "") -> None: ...
