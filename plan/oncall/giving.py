"""The pack of one duty: whole, only what changed since the device's last one, or nothing new.

The tag that a device keeps names the newest stamp that went into its pack, and a digest of whose pack it is. Stamps are
given out in the order of commits, so that nothing that comes later lies before it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from plan.fhir.context import Caller
from plan.fhir.stamps import find_epoch
from plan.leave.duty import read_duty
from plan.oncall.composing import compose
from plan.oncall.model import PackPerson
from plan.oncall.people import list_stamps, read_person
from plan.oncall.shift import Shift, find_shift
from plan.rls import enter_pack
from plan.unmatched.person import list_temporary

FORM = "1"
"""Raise it with every change of what a person's page holds: every device then takes the whole pack again."""
_TAG = re.compile(r'(?:W/)?"([0-9a-f]{16})-(\d{1,15})-([0-9a-f]{32})"\Z')


@dataclass(frozen=True, slots=True)
class Pack:
    """`whole`: everybody is in `people`, else only those who changed. `ids`: all of the team now."""

    shift: Shift
    tag: str
    ids: tuple[str, ...]
    whole: bool
    people: tuple[PackPerson, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to be known before the transaction reads as the caller."""

    shift: Shift
    temporary: frozenset[str]
    zone: ZoneInfo
    epoch: str


def look(connection: Connection, caller: Caller) -> Asked | None:
    """None for who is not on duty and will not be within the plan's hours."""
    duty = read_duty(connection)
    shift = find_shift(connection, duty, caller.principal, caller.now_ms)
    if shift is None:
        return None
    temporary = frozenset(str(one) for one in connection.execute(list_temporary()).scalars())
    return Asked(shift, temporary, duty.zone, find_epoch(connection) or "")


def read_pack(connection: Connection, caller: Caller, asked: Asked, held: str | None) -> Pack | None:
    """`held`: the tag of the pack that the device has. None: nothing is new. In a reading transaction that this turns
    into the caller's: on PostgreSQL the row policy lets through what a pack may hold, and no more.
    """
    # Before that: what was kept apart since is news too, and the policy hides the very row that says so.
    stamps = list_stamps(connection, caller.principal.team_id or "", asked.temporary, caller.now_ms)
    enter_pack(connection, caller)
    mark, digest = _mark(caller, asked), _digest(stamps)
    known = _TAG.match(held.strip()) if held else None
    if known is not None and known[1] != mark:
        known = None
    if known is not None and known[3] == digest:
        return None
    since = -1 if known is None else int(known[2])
    read = {one: read_person(connection, one) for one, stamp in stamps.items() if stamp > since}
    made = {one: compose(record, asked.zone) for one, record in read.items()}
    ids = tuple(sorted(one for one in stamps if made.get(one, True) is not None))
    people = tuple(one for one in made.values() if one is not None)
    # A stamp can run ahead of the clock, and a membership begins by the clock: what counts is what both had passed.
    newest = min(max(stamps.values(), default=0), caller.now_ms)
    return Pack(asked.shift, f'"{mark}-{newest}-{digest}"', ids, known is None, people)


def _mark(caller: Caller, asked: Asked) -> str:
    """What makes a pack another one whatever its people: form, store, team, duty."""
    who = caller.principal
    parts = (FORM, asked.epoch, who.practitioner_id, who.team_id, asked.shift.begins_ms, asked.shift.until_ms)
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:16]


def _digest(stamps: Mapping[str, int]) -> str:
    said = "\n".join(f"{one} {stamp}" for one, stamp in sorted(stamps.items()))
    return hashlib.sha256(said.encode()).hexdigest()[:32]
