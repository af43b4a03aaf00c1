"""Inviting a mentor to read one visit: what she would see comes from the plan, and every step stands in the log."""

from __future__ import annotations

from app.domain.mentor import MentorAsk, MentorReading
from app.domain.sharing import NewSharing
from app.domain.visit import PersonRef
from app.services.clock import Clock
from app.store import audit
from app.store.engine import Store
from app.sync.mentor import invite_mentor, read_for_mentor
from app.sync.transport import FhirClient


class Mentoring:
    """All of it needs the plan; nothing is kept on this device."""

    def __init__(self, store: Store, client: FhirClient, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._client = client
        self._me = me
        self._clock = clock

    async def read(self, visit_id: str) -> MentorReading:
        """Exactly what a mentor would see. Raises SharingFailed, SignInNeeded."""
        return await read_for_mentor(self._client, visit_id)

    async def invite(self, ask: MentorAsk) -> NewSharing:
        """Give it; link and passcode are in the answer and nowhere else. Raises SharingFailed, SharingUnknown."""
        await audit.note_reading(
            self._store,
            at=self._clock.now(),
            actor=self._me.reference,
            action="share",
            subject=f"Encounter/{ask.visit_id}",
        )
        return await invite_mentor(self._client, ask)
