"""What the team board, and the news on a nurse's Today, ask of services, by shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.domain.day import Planned
from app.domain.leave import Leave
from app.domain.visit import PersonRef
from app.domain.worklist import WorklistPage
from app.services.board_models import BoardPage, News
from app.services.leave_models import HandoverPage, LeavePage


class Board(Protocol):
    """The team board."""

    async def read(self) -> BoardPage: ...
    async def move_person(self, patient_id: str, giver: PersonRef, taker: PersonRef) -> None: ...
    async def move_visit(self, planned: Planned, giver: PersonRef, taker: PersonRef) -> None: ...


class Moves(Protocol):
    """What others changed around this nurse."""

    async def read(self) -> News: ...
    async def note_read(self, news: News) -> None: ...


class Leaves(Protocol):
    """Leave and cover."""

    async def read(self) -> LeavePage: ...
    async def read_handover(self, leave_id: str) -> HandoverPage: ...
    async def take(self, leave_id: str) -> None: ...
    async def enter(
        self, nurse: PersonRef, stand_in: PersonRef, begins: datetime, until: datetime
    ) -> None: ...
    async def end(self, leave: Leave) -> None: ...


class Worklist(Protocol):
    """People of the roster who were not reached yet."""

    async def read(self) -> WorklistPage: ...
    async def refresh(self) -> None: ...
    async def refer(self, patient_id: str, target: str, why: Sequence[str]) -> str: ...
    async def take_back(self, patient_id: str, reference: str) -> None: ...


class Chairing(Protocol):
    """What of a session is about the team."""

    @property
    def board(self) -> Board: ...
    @property
    def worklist(self) -> Worklist: ...
    @property
    def moves(self) -> Moves: ...
    @property
    def leaves(self) -> Leaves: ...
