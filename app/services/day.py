"""The nurse's day, read from what is on the device: planned visits, 48-hour clocks, what to know at the door."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from app.domain.day import OVERDUE_FOR, Contact, Planned, PlannedState, Stop, arrange, list_stops, list_tries
from app.domain.going_in import GoingIn
from app.domain.leave import Leave, covered_by, find_own, first_name
from app.domain.stays import Clock as StayClock
from app.domain.visit import Modality, PersonRef
from app.domain.visit_kind import VisitKind
from app.services.caseload import read_today
from app.services.check_on_me import read_checks
from app.services.clock import Clock
from app.services.day_models import DayClock, DayPage, DayStop, DayTry
from app.services.going_in import read_going_in
from app.services.plan_settings import read_settings
from app.services.stays import StaysPart, read_stays
from app.store import bases, day_rows, meta, patients
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.fhir import codes, json_text, person
from app.sync.fhir.appointment import decode_appointment
from app.sync.fhir.going_in import BEFORE_YOU_GO_IN
from app.sync.leaves import read_covered, read_standing

ORDER = "day-order"
"""Meta value: the day, and the ids of its planned visits in the nurse's own order (JSON)."""
TO_DO = (PlannedState.COMING, PlannedState.LATE, PlannedState.OVERDUE)
"""What is still to be made: it stands as a card, with the clock of whom it is about."""


class Day:
    """Reads only what is on the device; nothing here waits for the network."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def read(self) -> DayPage:
        now = self._clock.now()
        return await self._store.read(lambda connection: read_day(connection, self._me, now))

    async def put_in_order(self, ids: Sequence[str]) -> None:
        """Keep the order in which she means to go today, on this device only. Empty: by time again."""
        today = self._clock.now().astimezone().date()
        text = json.dumps({"day": today.isoformat(), "ids": list(ids)})

        def put(connection: Connection) -> None:
            if ids:
                meta.put(connection, ORDER, text)
            else:
                meta.remove(connection, ORDER)

        await self._store.write(put, Topic.VISITS)


def read_day(connection: Connection, me: PersonRef, now: datetime) -> DayPage:
    """Everything of the first screen, at one moment."""
    leaves = read_standing(connection, now)
    covers, own_leave = covered_by(leaves, me.reference, now), find_own(leaves, me.reference, now)
    # Who is on leave has nothing to go to: it stands in the day of who stands in, and comes back by itself.
    whose = () if own_leave is not None else (me.reference, *covers)
    planned = _read_planned(connection, whose, now)
    contacts = _read_contacts(connection, planned, whose, now)
    stops = list_stops(planned, contacts, now)
    tried = [one for one in list_tries(contacts, now) if one.nurse in whose]
    placed = _read_order(connection, now.astimezone().date())
    inside = _list_inside(connection, now) if own_leave is None else ()
    stays = {one: read_stays(connection, one) for one in inside}
    running = {one: clock for one, part in stays.items() if (clock := part.running(now)) is not None}
    people = {*(one.planned.patient_id for one in stops), *(one.patient_id for one in tried)}
    names = patients.read_names(connection, people | running.keys())
    contact = {one: read_contact(connection, one) for one in people | running.keys()}
    flagged = day_rows.list_people_with_flags(connection, BEFORE_YOU_GO_IN) & people
    facts = {one: read_going_in(connection, one) for one in flagged}
    shown = tuple(
        replace(
            _make_stop(stop, names, contact, facts, stays, running),
            covers=_stands_in_for(stop.planned, me.reference, covers),
        )
        for stop in arrange(stops, placed)
    )
    others = read_covered(connection)
    carried = {one.planned.patient_id for one in stops if one.state in TO_DO}
    kinds = {one.visit_id: one.planned.kind for one in stops}
    return DayPage(
        today=read_today(connection, me.name, now),
        stops=shown,
        clocks=tuple(
            replace(one, covers=others.get(one.patient_id, ""))
            for one in _make_clocks(running, carried, names, contact)
        ),
        tries=tuple(
            DayTry(
                visit_id=one.id,
                patient_id=one.patient_id,
                patient_name=names.get(one.patient_id, ""),
                next_on=one.next_on,
                kind=_kind_of_try(one, kinds.get(one.id), running.get(one.patient_id)),
                phone=contact[one.patient_id][1],
                clock=running.get(one.patient_id),
                covers=others.get(one.patient_id, ""),
            )
            for one in tried
            if one.next_on is not None
        ),
        checks=read_checks(connection, me, now),
        own_order=bool(placed.keys() & {one.planned.id for one in stops}),
        supervisor_phone=read_settings(connection).phones.get("supervisor"),
    )


def _kind_of_try(tried: Contact, planned: str | None, clock: StayClock | None) -> str | None:
    """A call where a call was promised; the visit that the clock waits for; else what was planned."""
    by_phone = tried.next_how == Modality.TELEPHONE.value
    if by_phone or (not tried.next_how and tried.modality is Modality.TELEPHONE):
        return VisitKind.TELEPHONE.value
    if clock is not None:
        return VisitKind.FROM_FACILITY.value
    return None if planned == VisitKind.TELEPHONE.value else planned


def _read_planned(connection: Connection, whose: Collection[str], now: datetime) -> tuple[Planned, ...]:
    """Planned visits of these nurses, of today and of the days before."""
    return tuple(
        one
        for body in day_rows.list_appointments(connection, _first_day(now))
        if (one := decode_appointment(json_text.find_object(body))) is not None
        and not frozenset(whose).isdisjoint(one.nurses)
    )


def _stands_in_for(planned: Planned, me: str, covers: Mapping[str, Leave]) -> str:
    """For whom she makes this planned visit; "" where it is her own."""
    if me in planned.nurses:
        return ""
    return next((first_name(covers[one].nurse) for one in planned.nurses if one in covers), "")


def _read_contacts(
    connection: Connection, planned: Collection[Planned], whose: Collection[str], now: datetime
) -> tuple[Contact, ...]:
    """Visits that may answer a plan, and all with people whom one of these nurses did not see."""
    long_ago = now - OVERDUE_FOR
    shut = day_rows.list_people_not_seen(connection, whose, long_ago) if whose else frozenset()
    people = {one.patient_id for one in planned}
    since = min((one.start for one in planned), default=now) - timedelta(days=1)
    return day_rows.list_contacts(connection, people | shut, min(since, long_ago) if shut else since)


def _list_inside(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Who is in a facility, or came out of one not long ago."""
    return day_rows.list_people_with_stays(connection, codes.VISIT_IDENTIFIER, _first_day(now))


def _first_day(now: datetime) -> str:
    """How far back is looked. A day more, because a text has the offset of whoever wrote it."""
    return (now - OVERDUE_FOR - timedelta(days=1)).date().isoformat()


def _make_stop(
    stop: Stop,
    names: Mapping[str, str],
    contact: Mapping[str, tuple[str | None, str | None]],
    facts: Mapping[str, tuple[GoingIn, ...]],
    stays: Mapping[str, StaysPart],
    running: Mapping[str, StayClock],
) -> DayStop:
    who = stop.planned.patient_id
    address, phone = contact[who]
    part = stays.get(who)
    return DayStop(
        stop=stop,
        patient_name=names.get(who, ""),
        address=address,
        phone=phone,
        going_in=facts.get(who, ()),
        inside=None if part is None else part.inside,
        clock=running.get(who),
    )


def _make_clocks(
    running: Mapping[str, StayClock],
    carried: Collection[str],
    names: Mapping[str, str],
    contact: Mapping[str, tuple[str | None, str | None]],
) -> tuple[DayClock, ...]:
    found = [
        DayClock(who, names.get(who, ""), clock, contact[who][1])
        for who, clock in running.items()
        if who not in carried
    ]
    return tuple(sorted(found, key=lambda one: (one.clock.due_at, one.patient_id)))


def read_contact(connection: Connection, patient_id: str) -> tuple[str | None, str | None]:
    """(address, telephone number) as the plan has them."""
    base = bases.find(connection, "Patient", patient_id)
    patient = None if base is None else json_text.find_object(base.body)
    return person.address_of(patient), person.phone_of(patient)


def _read_order(connection: Connection, today: date) -> dict[str, int]:
    """Place by id, of today's own order; that of another day has gone by."""
    text = meta.find(connection, ORDER)
    held = json_text.find_object(text) if text else None
    ids = held.get("ids") if held is not None and held.get("day") == today.isoformat() else None
    return {one: at for at, one in enumerate(ids) if isinstance(one, str)} if isinstance(ids, list) else {}
