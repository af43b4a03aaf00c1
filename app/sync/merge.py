"""Three-way merge of a record that several people edit in place. What it does not decide, a person does.

Only Tasks are merged by a machine. Conversations, code status, medicines, the plan of care and signed records are
never edited in place: they are appended, and two versions that did not know each other are shown to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.merging import FieldMerge, Pick, merge_fields, with_choices
from app.store import alerts, bases, conflicts, outbox_resolve
from app.store.bases import BaseCopy
from app.store.outbox_waiting import OutboxChange
from app.sync.fhir import json_text, read
from app.sync.fhir.frame import Json
from app.sync.fhir.task import decode_task
from app.sync.fhir.task_fields import GROWING, STAMP, canonical, decode_fields, write_fields

MERGEABLE = frozenset({"Task"})
CHANGED_FIRST = "Somebody else changed this too. Both are kept; please choose."


def merge(kind: str, base: str | None, ours: str, theirs: str) -> str | None:
    """The merged record as FHIR JSON text, or None when a person must choose.

    `base` is what the edit was made on (None: not known, so nothing can be told apart). Never raises.
    """
    if kind not in MERGEABLE or base is None:
        return None
    was, mine, other = json_text.find_object(base), json_text.find_object(ours), json_text.find_object(theirs)
    if was is None or mine is None or other is None:
        return None
    merged = compare(was, mine, other)
    return None if merged.clash else _write(was, mine, other, merged, theirs)


def compare(base: Json, ours: Json, theirs: Json) -> FieldMerge:
    """What each side changed; one record that is another altogether clashes in its id."""
    names = [f"{read.text(one, 'resourceType')}/{read.text(one, 'id')}" for one in (base, ours, theirs)]
    if len(set(names)) > 1:
        return FieldMerge(clash=("id",))
    return merge_fields(decode_fields(base), decode_fields(ours), decode_fields(theirs), GROWING)


def combine(base: str | None, ours: str, theirs: str, choices: Mapping[str, Pick]) -> str:
    """The record as a person put it together, written into theirs; without a base every difference was chosen.

    Raises ValueError when a field that differs was not chosen, or a side cannot be read.
    """
    mine, other = json_text.find_object(ours), json_text.find_object(theirs)
    if mine is None or other is None:
        raise ValueError("a side cannot be read")
    was = json_text.find_object(base) if base is not None else None
    merged = compare(was, mine, other) if was is not None else differences(mine, other)
    return _write(was or other, mine, other, with_choices(merged, choices), theirs)


def differences(ours: Json, theirs: Json) -> FieldMerge:
    """Every field in which the two are not the same: nobody knows who changed what."""
    mine, other = decode_fields(ours), decode_fields(theirs)
    return FieldMerge(
        clash=tuple(n for n in sorted(mine.keys() | other.keys()) if mine.get(n) != other.get(n))
    )


def _write(was: Json, mine: Json, other: Json, merged: FieldMerge, theirs: str) -> str:
    stamp = _later(was.get(STAMP), mine.get(STAMP), other.get(STAMP))
    if not merged.take and not merged.join and stamp == other.get(STAMP):
        return theirs
    built = write_fields(other, mine, merged)
    if stamp is not None:
        built[STAMP] = stamp
    return json_text.dumps(built)


def _later(was: Any, mine: Any, other: Any) -> Any:
    """When it was last changed: as whoever changed it says, and the later of two who did."""
    fresh = [one for one in (mine, other) if one is not None and canonical(one) != canonical(was)]
    if len(fresh) < 2:
        return next(iter(fresh), other if other is not None else mine)
    ours, theirs = read.instant({"at": mine}, "at"), read.instant({"at": other}, "at")
    return mine if ours is not None and theirs is not None and ours > theirs else other


def settle_contested(connection: Connection, change: OutboxChange, theirs: BaseCopy, at: datetime) -> bool:
    """Somebody's version stands where our change wants to go: merge them, or open a conflict for a person.

    To be called in one transaction after the write was refused. True: what is left of ours waits on top of theirs, or
    nothing is left of it. False: a conflict is open and its group stays where it is. Later versions of the same
    record are part of ours. Raises ValueError while an open write names the change.
    """
    bases.put(connection, theirs)
    waiting = outbox_resolve.read_waiting(connection, change.type, change.id)
    if not waiting or theirs.deleted:
        merged = None
    else:
        (_, _, base), ours = waiting[0], waiting[-1][1]
        merged = merge(change.type, base, ours, theirs.body) if waiting[0][0] == change.seq else None
    group = outbox_resolve.find_group(connection, change.seq) or change.group_id
    if merged is None:
        body = "" if theirs.deleted else theirs.body
        conflicts.open_conflict(
            connection, type=change.type, record_id=change.id, seq=change.seq, theirs=body, at=at
        )
        outbox_resolve.hold_group(connection, group, CHANGED_FIRST)
        return False
    if _says_no_more(merged, theirs.body):
        outbox_resolve.drop_change(connection, change.seq, at)
    else:
        outbox_resolve.replace_change(connection, change.seq, merged, theirs.version_id, at)
    outbox_resolve.free_group(connection, group)
    show_alert(connection, merged)
    return True


def _says_no_more(merged: str, theirs: str) -> bool:
    one, other = json_text.find_object(merged), json_text.find_object(theirs)
    return one is not None and other is not None and decode_fields(one) == decode_fields(other)


def show_alert(connection: Connection, body: str) -> None:
    """The row of an alert as this version of its Task says; one of ours stays ours. Other Tasks have no row."""
    decoded = decode_task(json_text.find_object(body))
    held = alerts.find(connection, decoded.id) if decoded is not None else None
    if decoded is not None and held is not None:
        alerts.put(connection, replace(decoded, origin=held.origin))
