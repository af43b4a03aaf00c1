"""Opening the record of somebody who is not on one's list, and taking it off this device when its time is up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from app.domain.emergency import EmergencyAsk
from app.domain.visit import PersonRef
from app.errors import HearthsideError
from app.services.clock import Clock
from app.store import audit, emergencies, meta
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.emergency import ask_for_access, close
from app.sync.transport import FhirClient

log = logging.getLogger("app.services.emergency")
LOOK_EVERY = 60.0
"""Seconds between two looks at what is over."""


class Emergency:
    """Needs the plan to open a record, and nobody to close it."""

    def __init__(
        self, store: Store, client: FhirClient, me: PersonRef, clock: Clock, wake: Callable[[], None]
    ) -> None:
        """`wake` makes the sync loop go: what was opened is fetched at once."""
        self._store = store
        self._client = client
        self._me = me
        self._clock = clock
        self._wake = wake

    async def open(self, ask: EmergencyAsk) -> str:
        """Open this person's record; returns her id. Raises EmergencyRefused, and other PlanErrors without the plan.

        It is written to the audit log before the plan is asked.
        """
        await self._note("emergency", None)
        patient_id, until = await ask_for_access(self._client, ask)
        name = f"{ask.given.strip()} {ask.family.strip()}"
        await self._store.write(
            lambda connection: emergencies.put(connection, patient_id, name, until), Topic.PATIENTS
        )
        await self._note("emergency-open", f"Patient/{patient_id}")
        self._wake()
        return patient_id

    async def find_until(self, patient_id: str) -> datetime | None:
        """Until when this record stands open in an emergency, in the device's time; None for one of one's own list."""
        until = await self._store.read(lambda connection: emergencies.find_until(connection, patient_id))
        return None if until is None else until.astimezone()

    async def has_come(self, patient_id: str) -> bool:
        """Whether all of this record is here: what is missing before is not yet fetched, and never "not recorded"."""
        return await self._store.read(lambda connection: emergencies.has_come(connection, patient_id))

    async def close_what_is_over(self) -> None:
        """Called before anything is shown and then every minute, with and without a network."""
        now = await self._plan_time()
        over = await self._store.read(emergencies.list_open)
        if not over:
            return
        ended = await self._store.write(lambda connection: emergencies.list_over(connection, now))
        if ended:
            await close(self._store, ended, now)

    async def watch(self) -> None:
        """Runs while the store is open."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.close_what_is_over()
            except HearthsideError as error:
                log.warning("what is over could not be looked at: %s", type(error).__name__)

    async def _plan_time(self) -> datetime:
        """The plan's time as well as this device knows it: its own clock, with the difference measured last."""
        said = await self._store.read(lambda connection: meta.find(connection, meta.CLOCK_OFFSET_MS))
        offset = self._client.clock_offset_ms
        if offset is None:
            offset = 0 if said is None else int(said)
        return self._clock.now() + timedelta(milliseconds=offset)

    async def _note(self, action: str, subject: str | None) -> None:
        await audit.note_reading(
            self._store, at=self._clock.now(), actor=self._me.reference, action=action, subject=subject
        )
