"""Stays in hospitals and facilities: what is on record, what a nurse was told, and the 48-hour clock."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from app.domain.declines import Decline, refuses_home_visit
from app.domain.safety.numbers import rule_hours
from app.domain.stays import (
    RULE,
    SOON_AFTER,
    WITHIN,
    ClockState,
    Contact,
    Outcome,
    Place,
    Stay,
    away_from_home,
    current_stay,
    due_at,
    make_clock,
)
from app.domain.stays import (
    Clock as StayClock,
)
from app.domain.typed import clean_line
from app.domain.visit import PersonRef
from app.errors import RecordError
from app.services.clock import Clock
from app.services.declines import read_declines
from app.services.plan_settings import read_settings
from app.store import audit, current, outbox, patients, visits
from app.store.changes import Topic
from app.store.current import CurrentRecord
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir import codes, json_text
from app.sync.fhir.stays import decode_stays, encode_outcome, encode_stay, task_id

_RUNS = (ClockState.RUNNING, ClockState.SOON, ClockState.OVERDUE)
LONGEST_NAME = 200
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StaysPart:
    """Stays of one person with what their clocks need; clocks and where she is are computed, never stored."""

    stays: tuple[Stay, ...] = ()
    contacts: tuple[Contact, ...] = ()
    starters: frozenset[str] = frozenset()
    within: timedelta | None = None
    soon_after: timedelta | None = None
    """Both as the plan has set them; None: as the safety rule ships."""
    declines: tuple[Decline, ...] = ()
    """What is not wanted: the person's own no to the visit stops its clock."""

    @property
    def inside(self) -> Stay | None:
        """The stay the person is in now, assisted living too."""
        return current_stay(self.stays)

    @property
    def away(self) -> Stay | None:
        """The stay that keeps the person from home now: none in assisted living."""
        return away_from_home(self.stays)

    def clocks(self, now: datetime) -> tuple[StayClock, ...]:
        """One clock for each discharge home that starts one, newest first."""
        made = (
            make_clock(
                self._as_declined(stay, now),
                self.contacts,
                now=now,
                starters=self.starters,
                within=self.within,
                soon_after=self.soon_after,
            )
            for stay in self.stays
        )
        return tuple(clock for clock in made if clock is not None)

    def running(self, now: datetime) -> StayClock | None:
        """The clock that waits for a visit: the newest discharge's, and none while the person is away again."""
        newest = next(iter(self.clocks(now)), None) if self.away is None else None
        return newest if newest is not None and newest.state in _RUNS else None

    def _as_declined(self, stay: Stay, now: datetime) -> Stay:
        due = due_at(stay, self.within)
        if stay.outcome is not None or due is None or stay.left_at is None:
            return stay
        no = refuses_home_visit(self.declines, due, now, stay.left_at)
        return replace(stay, outcome=Outcome.DECLINED) if no else stay


@dataclass(frozen=True, slots=True)
class ToldStay:
    """What a nurse was told of a stay. `left_at` or `left_on` (a day whose hour nobody knows), or neither: still there.

    `corrects` is the reference of an earlier entry by hand that this one takes the place of.
    """

    place: Place
    name: str = ""
    began_at: datetime | None = None
    left_at: datetime | None = None
    left_on: date | None = None
    to_home: bool = True
    corrects: str | None = None


def _parse(record: CurrentRecord) -> Any:
    try:
        return json_text.loads(record.body)
    except json_text.BadJson:
        return None


def read_stays(connection: Connection, patient_id: str) -> StaysPart:
    """Everything known of one person's stays, offline."""
    records = current.list_current(connection, patient_id, "Encounter", "Task")
    held = [_parse(one) for one in records if one.type == "Task" or codes.VISIT_IDENTIFIER not in one.body]
    encounters = [one for one in held if isinstance(one, dict) and one.get("resourceType") == "Encounter"]
    tasks = [one for one in held if isinstance(one, dict) and one.get("resourceType") == "Task"]
    settings = read_settings(connection)
    rows = visits.list_for_patient(connection, patient_id)
    not_met = visits.list_not_met(connection, patient_id)  # a door that stayed shut closes no clock
    contacts = tuple(
        Contact(row.id, row.modality, row.setting, row.began_at) for row in rows if row.id not in not_met
    )
    return StaysPart(
        decode_stays(encounters, tasks),
        contacts,
        settings.clock_starters,
        within=rule_hours(RULE, WITHIN, settings),
        soon_after=rule_hours(RULE, SOON_AFTER, settings),
        declines=read_declines(connection, patient_id),
    )


class Stays:
    """What a nurse enters about a stay leaves as a record of its own, with or without a visit."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def read(self, patient_id: str) -> StaysPart:
        return await self._store.read(lambda connection: read_stays(connection, patient_id))

    async def tell(self, patient_id: str, told: ToldStay) -> str:
        """Record a stay that somebody told of; returns its reference. Joined to the plan's own record when that comes.

        Raises RecordError, with nothing stored, when its times make no stay.
        """
        now = self._clock.now()
        stay = _check(patient_id, told, now)
        stay_id = str(uuid.uuid4())
        body = json_text.dumps(encode_stay(stay_id, stay, self._me, now, told.corrects))
        await self._save(patient_id, stay_id, NewChange("Encounter", stay_id, body), now, "stay")
        return f"Encounter/{stay_id}"

    async def set_outcome(self, patient_id: str, reference: str, outcome: Outcome, words: str = "") -> None:
        """Why no visit came within 48 hours of this stay's end; said again, the newer reason counts.

        Raises RecordError for a stay that is not on this device.
        """
        now = self._clock.now()
        words = clean_line(words)[:LONGEST_NAME]

        def put(connection: Connection) -> None:
            known = read_stays(connection, patient_id).stays
            stay = next((one for one in known if reference in (one.reference, *one.others)), None)
            if stay is None:
                raise RecordError("This stay is no longer on this tablet.")
            task = encode_outcome(stay, outcome, words, self._me, now)
            base = outbox.base_for_edit(connection, "Task", task["id"])
            change = NewChange("Task", task["id"], json_text.dumps(task), base)
            self._write(connection, patient_id, task_id(stay.reference), change, now, "stay-outcome")

        await self._store.write(put, Topic.VISITS, Topic.OUTBOX)

    async def _save(
        self, patient_id: str, group_id: str, change: NewChange, now: datetime, action: str
    ) -> None:
        await self._store.write(
            lambda connection: self._write(connection, patient_id, group_id, change, now, action),
            Topic.VISITS,
            Topic.OUTBOX,
        )

    def _write(
        self,
        connection: Connection,
        patient_id: str,
        group_id: str,
        change: NewChange,
        now: datetime,
        action: str,
    ) -> None:
        patients.get(connection, patient_id)
        save_record(
            connection,
            group_id=group_id,
            patient_id=patient_id,
            changes=[change],
            at=now,
            write_row=lambda c: audit.append(
                c, at=now, actor=self._me.reference, action=action, subject=f"{change.type}/{change.id}"
            ),
        )


def _check(patient_id: str, told: ToldStay, now: datetime) -> Stay:
    left_at, known = told.left_at, True
    if left_at is None and told.left_on is not None:
        day = told.left_on
        left_at, known = datetime(day.year, day.month, day.day).astimezone(), False
    if told.began_at is None and left_at is None:
        raise RecordError("Please say since when, or when the person came home.")
    if any(moment is not None and moment > now + AHEAD for moment in (told.began_at, left_at)):
        raise RecordError("That time has not come yet.")
    if told.began_at is not None and left_at is not None and known and told.began_at > left_at:
        raise RecordError("A stay ends after it begins.")
    if told.began_at is not None and left_at is not None and told.began_at.date() > left_at.date():
        raise RecordError("A stay ends after it begins.")
    return Stay(
        reference="",
        patient_id=patient_id,
        place=told.place,
        name=clean_line(told.name)[:LONGEST_NAME],
        began_at=told.began_at,
        left_at=left_at,
        time_known=known,
        to_home=told.to_home,
        by_hand=True,
    )
