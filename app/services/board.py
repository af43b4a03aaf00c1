"""The team board, read from what is on the supervisor's device, and moving people and planned visits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.board import Nurse, is_heard
from app.domain.day import OVERDUE_FOR, Planned, PlannedState, list_stops
from app.domain.leave import Leave, covered_by, find_standing
from app.domain.referrals import Referral
from app.domain.stays import Clock as StayClock
from app.domain.stays import ClockState
from app.domain.visit import PersonRef
from app.services.alert_lines import list_lines
from app.services.board_models import BoardClock, BoardNurse, BoardPage, BoardReferral, BoardVisit
from app.services.clock import Clock
from app.services.planning import read_referrals
from app.services.stays import read_stays
from app.store import audit, day_rows, death_rows, passes, patients
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.fhir import codes, json_text
from app.sync.fhir.appointment import decode_appointment
from app.sync.fhir.referral import LOOP
from app.sync.moving import move_person, move_planned
from app.sync.panel import SUPERVISOR
from app.sync.team_board import read_word, refresh_board
from app.sync.transport import FhirClient

_DUE = (ClockState.SOON, ClockState.OVERDUE)
_MADE = (PlannedState.BEGUN, PlannedState.MADE)
_KNOWN = (*_MADE, PlannedState.NOT_SEEN)
"""Of which a silent tablet has told; where nobody was seen, the visit is still to be made."""
_States = Mapping[str, PlannedState]


class Board:
    """Reading waits for no network; moving needs the plan. `wake` makes the sync loop go."""

    def __init__(
        self, store: Store, client: FhirClient, me: PersonRef, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._client = client
        self._me = me
        self._clock = clock
        self._wake = wake

    async def read(self) -> BoardPage:
        now = self._clock.now()
        return await self._store.read(lambda connection: read_board(connection, now))

    async def move_person(self, patient_id: str, giver: PersonRef, taker: PersonRef) -> None:
        """`taker` has this person from now on, and the visits that were planned for `giver`.

        Written to the audit log before the plan is asked. Raises MoveFailed, MoveUnknown, SignInNeeded.
        """
        now = self._clock.now()
        await self._note(f"Patient/{patient_id}", now)
        await move_person(self._client, patient_id, giver, taker, self._me, now)
        await self._look_again()

    async def move_visit(self, planned: Planned, giver: PersonRef, taker: PersonRef) -> None:
        """`taker` makes this planned visit; she joins the care team where she is not in it, and `giver` stays.

        Raises as `move_person`.
        """
        now = self._clock.now()
        word = await self._store.read(read_word)
        nurses = frozenset(one.reference for one in word.nurses) if word is not None else frozenset()
        await self._note(f"Appointment/{planned.id}", now)
        which = planned.id, planned.patient_id
        await move_planned(self._client, which, giver, taker, self._me, now, nurses)
        await self._look_again()

    async def _look_again(self) -> None:
        capabilities = self._client.capabilities
        if capabilities is not None:
            await refresh_board(self._store, self._client, capabilities, SUPERVISOR, at_once=True)
        self._wake()

    async def _note(self, subject: str, at: datetime) -> None:
        await self._store.write(
            lambda connection: audit.append(
                connection, at=at, actor=self._me.reference, action="reassign", subject=subject
            ),
            Topic.SYNC,
        )


def read_board(connection: Connection, now: datetime) -> BoardPage:
    """Everything of the board at one moment."""
    word = read_word(connection)
    last = passes.find_last_success(connection)
    planned = _read_planned(connection, now)
    clocks, referrals = _read_clocks(connection, now), _read_referrals(connection)
    people = {one.patient_id for one in planned}.union(*(one.people for one in word.nurses) if word else ())
    names = patients.read_names(connection, people | clocks.keys() | referrals.keys())
    nurses = []
    if word is not None:
        now_so, then = _read_states(connection, planned, now), _read_states(connection, planned, word.at)
        silent = [one for one in planned if then.get(one.id) not in _KNOWN]
        leaves = tuple(leave for one in word.nurses for leave in one.leaves)
        nurses = [
            _make_nurse(one, word.at, now, planned, now_so, silent, names, leaves) for one in word.nurses
        ]
    return BoardPage(
        told_at=None if word is None else word.at,
        pulled_at=None if last is None else last.server_at,
        clocks=tuple(
            sorted(
                (BoardClock(who, names.get(who, ""), clock) for who, clock in clocks.items()),
                key=lambda one: (one.clock.due_at, one.patient_id),
            )
        ),
        # By the alerts themselves: the line of a private one does not say until when.
        alerts=tuple(
            one
            for one in list_lines(connection, among=lambda one: _is_due(one.due_at, now))
            if one.away is None
        ),
        referrals=referrals_in_order(
            [BoardReferral(who, names.get(who, ""), one) for who, held in referrals.items() for one in held]
        ),
        nurses=tuple(nurses),
    )


def referrals_in_order(found: Sequence[BoardReferral]) -> tuple[BoardReferral, ...]:
    """Those for which no care has begun first, the longest without news first."""
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.referral.has_care,
                one.referral.state_at.timestamp() if one.referral.state_at is not None else 0.0,
                one.referral.reference,
            ),
        )
    )


def _make_nurse(
    nurse: Nurse,
    told_at: datetime,
    now: datetime,
    planned: Collection[Planned],
    states: _States,
    silent: Collection[Planned],
    names: Mapping[str, str],
    leaves: Collection[Leave],
) -> BoardNurse:
    heard = is_heard(nurse.heard_at, told_at)
    leave = find_standing(leaves, nurse.reference, now)
    away = leave is not None and leave.stands(now)
    covers = covered_by(leaves, nurse.reference, now)
    since = 0
    if not heard and not away:
        after = nurse.heard_at or _midnight(told_at)
        hers = {nurse.reference, *covers}
        since = sum(not hers.isdisjoint(one.nurses) and after < one.start <= told_at for one in silent)
    hers_now = [one for one in planned if nurse.reference in one.nurses and one.start >= _midnight(now)]
    coming = [one for one in hers_now if states.get(one.id) not in _MADE]
    here = [(who, names[who]) for who in nurse.people if who in names]
    return BoardNurse(
        nurse,
        heard,
        planned_since=since,
        people=tuple(sorted(here, key=lambda one: (one[1].casefold(), one[0]))),
        visits=tuple(
            BoardVisit(one, names.get(one.patient_id, ""), states.get(one.id) is PlannedState.NOT_SEEN)
            for one in sorted(coming, key=lambda one: (one.start, one.id))
        ),
        made=sum(states.get(one.id) is PlannedState.MADE for one in hers_now),
        leave=leave,
        away=away,
        covers=tuple(covers.values()),
    )


def _is_due(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at <= now


def _midnight(at: datetime) -> datetime:
    return at.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)


def _read_planned(connection: Connection, now: datetime) -> tuple[Planned, ...]:
    from_day = (now - OVERDUE_FOR - timedelta(days=1)).date().isoformat()
    found = (
        decode_appointment(json_text.find_object(body))
        for body in day_rows.list_appointments(connection, from_day)
    )
    return tuple(one for one in found if one is not None and not one.cancelled)


def _read_states(connection: Connection, planned: Sequence[Planned], now: datetime) -> _States:
    """What became by then of what was planned for that day and before it, as far as this device knows."""
    since = min((one.start for one in planned), default=now) - timedelta(days=1)
    contacts = day_rows.list_contacts(connection, {one.patient_id for one in planned}, since)
    return {stop.planned.id: stop.state for stop in list_stops(planned, contacts, now)}


def _read_clocks(connection: Connection, now: datetime) -> dict[str, StayClock]:
    """The 48 hours that are over or nearly, by person; of somebody who is away again there is none."""
    first_day = (now - OVERDUE_FOR - timedelta(days=1)).date().isoformat()
    found = {}
    for who in day_rows.list_people_with_stays(connection, codes.VISIT_IDENTIFIER, first_day):
        clock = read_stays(connection, who).running(now)
        if clock is not None and clock.state in _DUE:
            found[who] = clock
    return found


def _read_referrals(connection: Connection) -> dict[str, list[Referral]]:
    """Those whose loop is open, by person."""
    people = day_rows.list_people_with_tasks(connection, f'"{LOOP["code"]}"')
    dead = death_rows.find_dead(connection, people)
    living = [who for who in people if who not in dead]
    held = {who: [one for one in read_referrals(connection, who) if one.is_open] for who in living}
    return {who: found for who, found in held.items() if found}
