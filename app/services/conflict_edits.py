"""One record that two people changed in place, or that was changed here and deleted at the plan."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from app.domain.alert import AlertState
from app.domain.merging import FieldMerge, Pick
from app.domain.visit import PersonRef
from app.errors import RecordError
from app.services.conflict_models import KEEP_AS_NEW, WHOLE
from app.services.conflict_words import field_title, say_field, say_record
from app.store import alerts, bases, conflicts, outbox_resolve
from app.store.conflicts import ConflictRow
from app.store.records import NewChange, save_record
from app.store.visit_rows import OWN
from app.sync.fhir import codes, json_text, read
from app.sync.fhir.bundle import write_tags
from app.sync.fhir.frame import Json
from app.sync.fhir.task_fields import GROWING, PROGRESS
from app.sync.merge import MERGEABLE, combine, compare, differences, show_alert

OURS, THEIRS = 0, 1
"""Sides, in the order in which they are shown."""
_PICKS = {OURS: Pick.OURS, THEIRS: Pick.THEIRS, -1: Pick.BOTH}


@dataclass(frozen=True, slots=True)
class Edit:
    """Both sides as they are now. `theirs` "" and `version_id` None: the plan has deleted it."""

    row: ConflictRow
    base: str | None
    ours: str
    theirs: str
    version_id: str | None
    merged: FieldMerge

    @property
    def mark(self) -> str:
        """Differs as soon as either side is another version."""
        return f"{self.row.id} {self.version_id} {uuid.uuid5(uuid.NAMESPACE_OID, self.ours)}"


def list_edits(connection: Connection) -> tuple[Edit, ...]:
    """All that wait for a person, oldest first."""
    found = (read_edit(connection, row) for row in conflicts.list_open(connection))
    return tuple(edit for edit in found if edit is not None)


def find_edit(connection: Connection, conflict_id: int) -> Edit | None:
    """None for one that is unknown, was resolved, or of which nothing of ours waits any more."""
    row = conflicts.find(connection, conflict_id)
    return None if row is None or row.resolved_at is not None else read_edit(connection, row)


def read_edit(connection: Connection, row: ConflictRow) -> Edit | None:
    waiting = outbox_resolve.read_waiting(connection, row.type, row.record_id)
    if not waiting:
        return None
    base, ours = waiting[0][2], waiting[-1][1]
    held = bases.find(connection, row.type, row.record_id)
    theirs, version_id = row.theirs, row.version_id
    if held is not None:
        theirs, version_id = ("", None) if held.deleted else (held.body, held.version_id)
    return Edit(row, base, ours, theirs, version_id, _compare(row.type, base, ours, theirs))


def _compare(kind: str, base: str | None, ours: str, theirs: str) -> FieldMerge:
    mine, other = parse(ours), parse(theirs)
    if kind not in MERGEABLE or not mine or not other:
        return FieldMerge(clash=(WHOLE,))
    was = parse(base) if base is not None else None
    return compare(was, mine, other) if was else differences(mine, other)


def sections_of(edit: Edit) -> tuple[tuple[str, str, tuple[str, str], str | None], ...]:
    """(field, title, (ours, theirs), both together) of everything that has to be chosen."""
    mine, other = parse(edit.ours), parse(edit.theirs)
    if edit.merged.clash == (WHOLE,):
        return ((WHOLE, "", (say_record(mine), say_record(other)), None),)
    return tuple(
        (
            name,
            field_title(name),
            (say_field(mine, name), say_field(other, name)),
            _say_joined(mine, other, name),
        )
        for name in edit.merged.clash
    )


def say_ours(edit: Edit) -> str:
    """All that our side says, where there is no other to compare it with."""
    mine = parse(edit.ours)
    if edit.row.type not in MERGEABLE:
        return say_record(mine)
    said = (say_field(mine, name) for name in ("code", PROGRESS, "note"))
    return "\n".join(text for text in said if text)


def _say_joined(mine: Json, other: Json, name: str) -> str | None:
    if name not in GROWING:
        return None
    held = list(read.items(other, name))
    return say_field({**other, name: held + [one for one in read.items(mine, name) if one not in held]}, name)


def who_changed(connection: Connection, body: str) -> str:
    """Whose write made this version, where its Provenance is here; "" where nobody can say."""
    resource = parse(body)
    for base in bases.find_all(connection, "Provenance", write_tags(resource)).values():
        name = read.text(parse(base.body), "agent", 0, "who", "display")
        if name is not None:
            return name
    return ""


def choose_edit(connection: Connection, edit: Edit, choices: Mapping[str, int], now: datetime) -> None:
    """Write what was chosen on top of what the plan has now. Raises ValueError for a missing or impossible choice."""
    row, group = edit.row, outbox_resolve.find_group(connection, edit.row.seq)
    picks = {name: _pick(choices, name) for name in edit.merged.clash}
    chosen = set(picks.values())
    ours_wanted = bool(chosen - {Pick.THEIRS}) or bool(edit.merged.take or edit.merged.join)
    if not ours_wanted:
        outbox_resolve.drop_change(connection, row.seq, now)
        shown, resolution = edit.theirs, "theirs"
    else:
        whole = edit.merged.clash == (WHOLE,)
        shown = _unstamped(edit.ours) if whole else combine(edit.base, edit.ours, edit.theirs, picks)
        outbox_resolve.replace_change(connection, row.seq, shown, edit.version_id, now)
        resolution = "ours" if chosen == {Pick.OURS} else "combined"
    _finish(connection, edit, group, now, resolution)
    show_alert(connection, shown)


def _pick(choices: Mapping[str, int], name: str) -> Pick:
    pick = _PICKS.get(choices.get(name, 9))
    if pick is None or (pick is Pick.BOTH and name not in GROWING):
        raise ValueError("every field that differs has to be chosen")
    return pick


def choose_deleted(connection: Connection, edit: Edit, choice: int, me: PersonRef, now: datetime) -> None:
    """Let our edit of a deleted record go, or keep what we had as a new record; never the deleted one again."""
    group = outbox_resolve.find_group(connection, edit.row.seq)
    outbox_resolve.drop_change(connection, edit.row.seq, now)
    if choice == KEEP_AS_NEW:
        _keep_as_new(connection, edit, me, now)
    held = alerts.find(connection, edit.row.record_id) if edit.row.type == "Task" else None
    if held is not None and held.state.stands:
        gone = replace(held, state=AlertState.CLOSED, closed_at=now, closed_reason="Deleted at the plan")
        alerts.put(connection, gone)
    _finish(connection, edit, group, now, "ours" if choice == KEEP_AS_NEW else "theirs")


def _keep_as_new(connection: Connection, edit: Edit, me: PersonRef, now: datetime) -> None:
    new_id = str(uuid.uuid4())
    body = _renamed(json_text.loads(_unstamped(edit.ours)), new_id, me)
    held = alerts.find(connection, edit.row.record_id) if edit.row.type == "Task" else None

    def write_row(inner: Connection) -> None:
        if held is not None:
            alerts.put(inner, replace(held, id=new_id, origin=OWN))

    save_record(
        connection,
        group_id=new_id,
        patient_id=edit.row.patient_id or "",
        changes=[NewChange(edit.row.type, new_id, json_text.dumps(body), priority=0 if held else 10)],
        at=now,
        write_row=write_row,
    )


def _renamed(body: Json, new_id: str, me: PersonRef) -> Json:
    """The same under a new id, asked for by whoever keeps it; what others wrote stays under their names."""
    built = body | {"id": new_id}
    built["identifier"] = [{"system": codes.RECORD_IDENTIFIER, "value": new_id}]
    if "requester" in built:
        built["requester"] = {"reference": me.reference, "display": me.name}
    notes = [_note_of(note, me) for note in read.items(body, "note")]
    return built | ({"note": notes} if notes else {})


def _note_of(note: Json, me: PersonRef) -> Json:
    if read.text(note, "authorReference", "reference") in (None, me.reference):
        return note
    rest = {name: value for name, value in note.items() if name != "authorReference"}
    return {"authorString": read.text(note, "authorReference", "display") or "Somebody of the team"} | rest


def _finish(connection: Connection, edit: Edit, group: str | None, now: datetime, resolution: str) -> None:
    for row in conflicts.list_for_record(connection, edit.row.type, edit.row.record_id):
        if row.resolved_at is None:
            conflicts.resolve(connection, row.id, now, resolution)
    if group is not None:
        outbox_resolve.free_group(connection, group)


def _unstamped(body: str) -> str:
    resource = json_text.loads(body)
    meta = {k: v for k, v in (resource.get("meta") or {}).items() if k not in ("versionId", "lastUpdated")}
    kept = {name: value for name, value in resource.items() if name != "meta"}
    return json_text.dumps(kept | ({"meta": meta} if meta else {}))


def parse(body: str | None) -> Json:
    """{} where there is nothing that can be read."""
    return json_text.find_object(body) or {}


def refuse_stale(mark: str, now_mark: str) -> None:
    """Raises RecordError when something newer stands there than what was chosen from."""
    if mark != now_mark:
        raise RecordError("Something newer has come. Please look again and choose.")
