"""What the screen of sharing asks of services, by shape."""

from __future__ import annotations

from typing import Protocol

from app.domain.mentor import MentorAsk, MentorReading
from app.domain.sharing import NewSharing, Sharing, SharingAsk, SharingPage


class SharingRecords(Protocol):
    """Sharing one person's record with somebody outside the team."""

    async def read(self, patient_id: str) -> SharingPage: ...
    async def list(self, patient_id: str) -> tuple[Sharing, ...]: ...
    async def share(self, ask: SharingAsk) -> NewSharing: ...
    async def withdraw(self, patient_id: str, share_id: str) -> None: ...


class Mentoring(Protocol):
    """Inviting a mentor of another organization to read one visit."""

    async def read(self, visit_id: str) -> MentorReading: ...
    async def invite(self, ask: MentorAsk) -> NewSharing: ...
