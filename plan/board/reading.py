"""What a supervisor is told of her nurses: who has whom, what waits on their devices and since when.

Kinds, counts, times and ids, and nothing else: no passes, no places, nothing of how long anybody charts. Who is asked
about is always in the order of names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlmodel import Session, col, select

from plan.contacts import DeviceAside, DeviceContact, DeviceWaiting
from plan.fhir.access import DAY_MS
from plan.fhir.tables import membership
from plan.principal import NURSE
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
    """One nurse of the team. `patients`: whom this team's CareTeams give her now."""

    practitioner_id: str
    name: str
    patients: Sequence[str]
    devices: Sequence[DeviceWord]


def read_board(connection: Connection, team_id: str, now_ms: int) -> Sequence[NurseWord]:
    """Everybody of this team, by name. Who may ask is decided elsewhere."""
    people = _people(connection, team_id, now_ms)
    since = now_ms - SHOWN_FOR_MS
    with Session(connection) as session:
        nurses = session.exec(
            select(User)
            .where(User.team_id == team_id, User.role == NURSE)
            .order_by(User.display_name, User.id)
        ).all()
        words = _words(session, team_id)
        found = []
        for nurse in nurses:
            heard = words.get(nurse.id, ())
            devices = [one for one in heard if one.heard_ms > since or one.waiting or one.asides]
            mine = people.get(nurse.practitioner_id, [])
            if nurse.disabled and not mine and not any(one.waiting or one.asides for one in devices):
                continue  # shut out, and nothing of hers is left anywhere
            found.append(NurseWord(nurse.practitioner_id, nurse.display_name, mine, devices))
    return found


def _words(session: Session, team_id: str) -> Mapping[str, Sequence[DeviceWord]]:
    """By user, the newest word first. Three statements however many devices the team has."""
    hers = select(User.id).where(User.team_id == team_id, User.role == NURSE)
    contacts = session.exec(
        select(DeviceContact)
        .where(col(DeviceContact.user_id).in_(hers))
        .order_by(col(DeviceContact.received_ms).desc(), DeviceContact.device)
    ).all()
    told = session.exec(
        select(DeviceWaiting).where(col(DeviceWaiting.user_id).in_(hers)).order_by(DeviceWaiting.kind)
    ).all()
    reasons = session.exec(
        select(DeviceAside)
        .where(col(DeviceAside.user_id).in_(hers))
        .order_by(DeviceAside.kind, DeviceAside.why)
    ).all()
    waiting: defaultdict[_Device, list[Waits]] = defaultdict(list)
    untold: defaultdict[_Device, list[Waits]] = defaultdict(list)
    asides: defaultdict[_Device, list[Waits]] = defaultdict(list)
    for one in told:
        place = untold if one.set_aside else waiting
        place[one.user_id, one.device].append(Waits(one.kind, one.count, one.oldest_ms))
    for why in reasons:
        asides[why.user_id, why.device].append(Waits(why.kind, why.count, why.oldest_ms, why.why))
    found: defaultdict[str, list[DeviceWord]] = defaultdict(list)
    for contact in contacts:
        key = contact.user_id, contact.device
        # An older app tells how many were set aside, and not why.
        found[contact.user_id].append(
            DeviceWord(contact.received_ms, waiting[key], asides[key] or untold[key])
        )
    return found


def _people(connection: Connection, team_id: str, now_ms: int) -> Mapping[str, list[str]]:
    """Patient ids by practitioner, of CareTeams of this team that hold now."""
    m = membership.c
    rows = connection.execute(
        select(m.practitioner_id, m.patient_id)
        .where(m.team_id == team_id, m.practitioner_id != "", m.start_ms <= now_ms, m.end_ms > now_ms)
        .distinct()
        .order_by(m.practitioner_id, m.patient_id)
    )
    found: dict[str, list[str]] = {}
    for practitioner_id, patient_id in rows:
        found.setdefault(practitioner_id, []).append(patient_id)
    return found
