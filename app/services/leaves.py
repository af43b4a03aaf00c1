"""Leave and cover as a nurse's device has it, the handover, "I have them", and what a supervisor enters at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from app.domain.handover import HandoverPerson, Watch, in_order, list_changes
from app.domain.leave import Leave
from app.domain.promise import list_open
from app.domain.visit import PersonRef
from app.errors import NotFound
from app.services.alert_lines import list_lines
from app.services.clock import Clock
from app.services.goals_of_care import read_code_status
from app.services.leave_models import CoverLine, HandoverPage, LeavePage
from app.services.medicines import read_medicines
from app.services.promises import read_promises
from app.services.stays import read_stays
from app.services.trends import read_trends
from app.store import audit, leaves, patients, visits
from app.store.changes import Topic
from app.store.death_rows import find_dead
from app.store.engine import Store
from app.sync.leaves import end_leave, enter_leave, read_word
from app.sync.panel import SUPERVISOR
from app.sync.team_board import refresh_board
from app.sync.transport import FhirClient


class Leaves:
    """Reading waits for no network; entering and ending a leave need the plan. `wake` makes the sync loop go."""

    def __init__(
        self, store: Store, client: FhirClient, me: PersonRef, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._client = client
        self._me = me
        self._clock = clock
        self._wake = wake

    async def read(self) -> LeavePage:
        now = self._clock.now()
        return await self._store.read(lambda connection: read_page(connection, self._me, now))

    async def read_handover(self, leave_id: str) -> HandoverPage:
        """Everything that one has to know of the other's people. Written to the audit log. Raises NotFound."""
        now = self._clock.now()
        page = await self._store.read(lambda c: read_handover(c, self._me, leave_id, now))
        for one in page.people:
            await audit.note_reading(
                self._store,
                at=now,
                actor=self._me.reference,
                action="read",
                subject=f"Patient/{one.patient_id}",
            )
        return page

    async def take(self, leave_id: str) -> None:
        """ "I have them". It is kept here and told to the plan at the next contact."""
        now = self._clock.now()

        def put(connection: Connection) -> None:
            leaves.note_taken(connection, leave_id, now)
            audit.append(connection, at=now, actor=self._me.reference, action="take-over", subject=None)

        await self._store.write(put, Topic.SYNC)
        self._wake()

    async def enter(self, nurse: PersonRef, stand_in: PersonRef, begins: datetime, until: datetime) -> None:
        """Enter a leave with its cover. Raises LeaveFailed, LeaveUnknown, SignInNeeded."""
        await self._note(nurse)
        await enter_leave(self._client, nurse, stand_in, begins, until)
        await self._look_again()

    async def end(self, leave: Leave) -> None:
        """End it now: the people are with their own nurse again. Raises as `enter`."""
        await self._note(leave.nurse)
        await end_leave(self._client, leave.id)
        await self._look_again()

    async def _look_again(self) -> None:
        capabilities = self._client.capabilities
        if capabilities is not None:
            await refresh_board(self._store, self._client, capabilities, SUPERVISOR, at_once=True)
        self._wake()

    async def _note(self, nurse: PersonRef) -> None:
        """Written to the audit log before the plan is asked."""
        at = self._clock.now()
        await self._store.write(
            lambda connection: audit.append(
                connection, at=at, actor=self._me.reference, action="cover", subject=nurse.reference
            ),
            Topic.SYNC,
        )


def read_page(connection: Connection, me: PersonRef, now: datetime) -> LeavePage:
    """What concerns this nurse, at one moment."""
    held = sorted(read_word(connection).leaves, key=lambda one: (one.begins, one.id))
    coming = [one for one in held if not one.is_over(now)]
    own = next((one for one in coming if one.nurse.reference == me.reference), None)
    here, taken = patients.list_ids(connection), leaves.list_taken(connection)
    lines = [
        CoverLine(one, len(here.intersection(one.people)), taken.get(one.id))
        for one in coming
        if one.stand_in.reference == me.reference
    ]
    return LeavePage(own, own is not None and own.stands(now), tuple(lines))


def read_handover(connection: Connection, me: PersonRef, leave_id: str, now: datetime) -> HandoverPage:
    """Raises NotFound for a cover that does not stand."""
    lines = read_page(connection, me, now).covers
    line = next((one for one in lines if one.leave.id == leave_id and one.leave.stands(now)), None)
    if line is None:
        raise NotFound(detail="no such cover")
    names = patients.read_names(connection, set(line.leave.people))
    here = [one for one in line.leave.people if one in names]
    dead = find_dead(connection, here)
    found = [_read_person(connection, one, names[one], now) for one in here if one not in dead]
    return HandoverPage(line, in_order(found), len(line.leave.people) - len(here))


def _read_person(connection: Connection, patient_id: str, name: str, now: datetime) -> HandoverPerson:
    trends = read_trends(connection, patient_id, read_medicines(connection, patient_id))
    last = next(iter(visits.list_for_patient(connection, patient_id)), None)
    watch = [
        Watch(one.level, one.title, one.finding, one.private, one.due_at)
        for one in list_lines(connection, patient_id)
        if one.level != "info"
    ]
    return HandoverPerson(
        patient_id,
        name,
        tuple(read_code_status(connection, patient_id)),
        watch=tuple(watch),
        clock=read_stays(connection, patient_id).running(now),
        changes=list_changes(trends.series),
        promises=list_open(read_promises(connection, patient_id)),
        last_at=None if last is None else last.began_at,
        last_by="" if last is None else last.nurse_name,
    )
