"""What help, the tour and a hard day ask of services, by shape."""

from __future__ import annotations

from typing import Protocol

from app.domain.hard_day import CallAsked, CallState
from app.services.no_signal import NoSignal
from app.services.practice import Practice


class HardDay(Protocol):
    """Asking one's supervisor for a call."""

    async def ask(self) -> None: ...
    async def mine(self) -> CallAsked | None: ...
    async def take_back(self) -> None: ...
    async def list_asked(self) -> tuple[CallAsked, ...]: ...
    async def answer(self, call_id: str, state: CallState) -> None: ...


class NoSignalPage(Protocol):
    async def read(self) -> NoSignal: ...


class Tour(Protocol):
    async def find_visit(self) -> str | None: ...


class Helping(Protocol):
    """The part of an open session that helps."""

    @property
    def hard_day(self) -> HardDay: ...
    @property
    def no_signal(self) -> NoSignalPage: ...
    @property
    def tour(self) -> Tour: ...
    @property
    def practice(self) -> Practice: ...
    @property
    def practising(self) -> bool: ...
