"""The on-call pack as a nurse uses it at night: a list, a reason, one page, the way to a visit. Needs no network."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from app.domain.on_call import VISIT_BEGAN, Duty, Head, Opening, PackPage, Why, find_heads, is_over, plan_time
from app.domain.patient import PatientRow
from app.domain.visit import PersonRef
from app.errors import HearthsideError, NotFound, RecordError
from app.language import N_, tr
from app.services.clock import Clock
from app.store import audit, oncall, patients
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.fhir.oncall import decode_page, find_head
from app.sync.oncall import drop_if_over, read_here

log = logging.getLogger("app.services.oncall")
LOOK_EVERY = 60.0
"""Seconds between two looks at whether the duty is over."""
MOST_SHOWN = 50
NO_REASON = N_("Please say why: tap a reason, or write one.")
OVER = N_("Your duty is over, and the on-call pack has left this device. What you wrote yourself stays.")
NOT_YET = N_("Your duty has not begun yet.")
NO_LONGER = N_("This person is not in the on-call pack any more.")


@dataclass(frozen=True, slots=True)
class OnCallState:
    """`duty` None: no pack is here. `on_duty`: it has begun; before that nothing of it opens."""

    duty: Duty | None = None
    on_duty: bool = False


class OnCall:
    """`wake` makes the sync loop go: the plan hears of an opening at once where there is a network."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock, wake: Callable[[], None]) -> None:
        self._store = store
        self._me = me
        self._clock = clock
        self._wake = wake
        self._opened: set[str] = set()
        """Whose pack was opened since the store was: for them a visit can begin."""

    async def read(self) -> OnCallState:
        """What there is. A pack whose duty is over is dropped first."""
        await self.drop_if_over()
        return await self._store.read(self._read_state)

    async def search(self, sought: str) -> tuple[Head, ...]:
        """Whom the words fit, in the order of names, at most `MOST_SHOWN`. Nothing before the duty begins."""
        await self.drop_if_over()

        def read(connection: Connection) -> tuple[Head, ...]:
            if not self._read_state(connection).on_duty:
                return ()
            texts = oncall.read_heads(connection)
            heads = [head for one, text in texts.items() if (head := find_head(one, text)) is not None]
            return find_heads(heads, sought)[:MOST_SHOWN]

        return await self._store.read(read)

    async def open(self, patient_id: str, why: Why) -> PackPage:
        """One person's page. That it was opened, and why, is on the disk before this returns.

        Raises RecordError without a reason, NotFound for who is not in the pack, or once the duty is over.
        """
        if not why.is_said:
            raise RecordError(tr(NO_REASON))
        await self.drop_if_over()
        at = self._clock.now()

        def open_page(connection: Connection) -> PackPage:
            state = self._read_state(connection)
            found = oncall.find_person(connection, patient_id) if state.on_duty else None
            head = None if found is None else find_head(patient_id, found[0])
            if found is None or head is None:
                wrong = NO_LONGER if state.on_duty else OVER if state.duty is None else NOT_YET
                raise NotFound(tr(wrong), detail="not in the pack")
            self._tell(connection, patient_id, why.sentence)
            subject = f"Patient/{patient_id}"
            audit.append(connection, at=at, actor=self._me.reference, action="oncall-open", subject=subject)
            return decode_page(head, found[1])

        page = await self._store.write(open_page, Topic.SYNC)
        self._opened.add(patient_id)
        self._wake()
        return page

    async def begin_visit(self, page: PackPage) -> str:
        """Put this person into the list, so that a visit to her can begin; returns her id.

        It is the member herself: the plan takes what is written once it knows of the opening. She leaves the list
        with the pack, unless she is on it anyhow. Raises NotFound where her page was not opened in this duty.
        """
        await self.drop_if_over()
        head = page.head

        def put(connection: Connection) -> None:
            if head.patient_id not in self._opened or not self._read_state(connection).on_duty:
                raise NotFound(tr(OVER), detail="not opened")
            if head.patient_id in patients.list_ids(connection):
                return
            self._tell(connection, head.patient_id, VISIT_BEGAN, visit=True)
            row = PatientRow(
                head.patient_id,
                head.name,
                head.sort or head.name,
                head.born_on,
                None,
                page.language or None,
                None,
            )
            patients.upsert(connection, row)
            patients.make_active(connection, head.patient_id)
            oncall.put_stubs(connection, oncall.list_stubs(connection) | {head.patient_id})

        await self._store.write(put, Topic.PATIENTS, Topic.SYNC)
        self._wake()
        return head.patient_id

    def _tell(self, connection: Connection, patient_id: str, reason: str, *, visit: bool = False) -> None:
        """Kept until the plan has it."""
        mark = oncall.find_mark(connection)
        at = None if mark is None else plan_time(mark, read_here(self._clock.now))
        own_id = str(uuid.uuid4())
        oncall.add_opening(connection, Opening(own_id, patient_id, at or self._clock.now(), reason, visit))

    async def drop_if_over(self) -> None:
        """Called before anything is shown and then every minute, with and without a network."""
        if await drop_if_over(self._store, self._clock.now):
            self._opened.clear()

    async def watch(self) -> None:
        """Runs while the store is open."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self._store.write(self._keep_time)
                await self.drop_if_over()
            except HearthsideError as error:
                log.warning("the end of a duty could not be looked at: %s", type(error).__name__)

    def _keep_time(self, connection: Connection) -> None:
        """Write down how late it is: after a restart only the date says what went by since."""
        mark = oncall.find_mark(connection)
        if mark is None:
            return
        here = read_here(self._clock.now)
        now = plan_time(mark, here)
        if now is not None:
            oncall.put_mark(connection, replace(mark, server=now, here=here))

    def _read_state(self, connection: Connection) -> OnCallState:
        duty, mark = oncall.find_duty(connection), oncall.find_mark(connection)
        here = read_here(self._clock.now)
        if duty is None or mark is None or is_over(duty.until, mark, here):
            return OnCallState()
        now = plan_time(mark, here)
        return OnCallState(duty, now is not None and now >= duty.begins)
