"""What a supervisor is told of her nurses: who has whom, what waits on their devices and since when.

Kinds, counts, times and ids, and nothing else: no passes, no places, nothing of how long anybody charts. Who is asked
about is always in the order of names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlmodel import col

from plan.contacts import DeviceAside, DeviceContact, DeviceWaiting
from plan.fhir.access import DAY_MS
from plan.fhir.tables import membership
from plan.leave.entering import list_of_team
from plan.principal import NURSE
from plan.unmatched.person import list_temporary
from plan.users import User

SHOWN_FOR_MS = 30 * DAY_MS
"""How long a device on which nothing waits is told of after its last word."""
_Device = tuple[str, str]
"""User and device."""


@dataclass(frozen=True, slots=True)
class Waits:
    """So many of one kind, the oldest since then (ms). `why`: a word, where they were set aside."""

    kind: str
    count: int
    oldest_ms: int | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class DeviceWord:
    """A device's newest word. `heard_ms` by the plan's clock."""

    heard_ms: int
    waiting: Sequence[Waits]
    asides: Sequence[Waits]


@dataclass(frozen=True, slots=True)
class NurseWord:
    """One nurse of the team. `patients`: whom this team's CareTeams give her now. `leaves`: rows of hers that stand or
    are to come.
    """

    practitioner_id: str
    name: str
    patients: Sequence[str]
    devices: Sequence[DeviceWord]
    leaves: Sequence[Any] = ()


def read_board(connection: Connection, team_id: str, now_ms: int) -> Sequence[NurseWord]:
    """Everybody of this team, by name. Who may ask is decided elsewhere."""
    people = _people(connection, team_id, now_ms)
    since = now_ms - SHOWN_FOR_MS
    nurses = connection.execute(
        select(col(User.id), col(User.practitioner_id), col(User.display_name), col(User.disabled))
        .where(col(User.team_id) == team_id, col(User.role) == NURSE)
        .order_by(col(User.display_name), col(User.id))
    ).all()
    words = _words(connection, team_id)
    away: defaultdict[str, list[Any]] = defaultdict(list)
    for row in list_of_team(connection, team_id, now_ms):
        away[row.practitioner_id].append(row)
    found = []
    for user_id, practitioner_id, name, disabled in nurses:
        heard = words.get(user_id, ())
        devices = [one for one in heard if one.heard_ms > since or one.waiting or one.asides]
        mine = people.get(practitioner_id, [])
        if disabled and not mine and not any(one.waiting or one.asides for one in devices):
            continue  # shut out, and nothing of hers is left anywhere
        found.append(NurseWord(practitioner_id, name, mine, devices, away[practitioner_id]))
    return found


def _words(connection: Connection, team_id: str) -> Mapping[str, Sequence[DeviceWord]]:
    """By user, the newest word first. Three statements however many devices the team has, and no object a row."""
    hers = select(col(User.id)).where(col(User.team_id) == team_id, col(User.role) == NURSE)
    contact, waits, aside = DeviceContact, DeviceWaiting, DeviceAside
    heard = (
        select(col(contact.user_id), col(contact.device), col(contact.received_ms))
        .where(col(contact.user_id).in_(hers))
        .order_by(col(contact.received_ms).desc(), col(contact.device))
    )
    told = (
        select(
            col(waits.user_id),
            col(waits.device),
            col(waits.set_aside),
            col(waits.kind),
            col(waits.count),
            col(waits.oldest_ms),
        )
        .where(col(waits.user_id).in_(hers))
        .order_by(col(waits.kind))
    )
    reasons = (
        select(
            col(aside.user_id),
            col(aside.device),
            col(aside.kind),
            col(aside.count),
            col(aside.oldest_ms),
            col(aside.why),
        )
        .where(col(aside.user_id).in_(hers))
        .order_by(col(aside.kind), col(aside.why))
    )
    waiting: defaultdict[_Device, list[Waits]] = defaultdict(list)
    untold: defaultdict[_Device, list[Waits]] = defaultdict(list)
    asides: defaultdict[_Device, list[Waits]] = defaultdict(list)
    for user_id, device, set_aside, kind, count, oldest_ms in connection.execute(told):
        place = untold if set_aside else waiting
        place[user_id, device].append(Waits(kind, count, oldest_ms))
    for user_id, device, kind, count, oldest_ms, why in connection.execute(reasons):
        asides[user_id, device].append(Waits(kind, count, oldest_ms, why))
    found: defaultdict[str, list[DeviceWord]] = defaultdict(list)
    for user_id, device, received_ms in connection.execute(heard):
        key = user_id, device
        # An older app tells how many were set aside, and not why.
        found[user_id].append(DeviceWord(received_ms, waiting[key], asides[key] or untold[key]))
    return found


def _people(connection: Connection, team_id: str, now_ms: int) -> Mapping[str, list[str]]:
    """Patient ids by practitioner, of CareTeams of this team that hold now. A row a nurse: a person a row takes longer
    to carry over than to find.
    """
    m = membership.c
    rows = connection.execute(
        select(m.practitioner_id, func.aggregate_strings(m.patient_id, " "))
        .where(m.team_id == team_id, m.practitioner_id != "", m.start_ms <= now_ms, m.end_ms > now_ms)
        .where(m.patient_id.not_in(list_temporary()))
        .group_by(m.practitioner_id)
    )
    return {practitioner_id: sorted(set(together.split())) for practitioner_id, together in rows}
