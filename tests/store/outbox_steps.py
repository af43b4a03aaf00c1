"""Steps that tests of the outbox share."""

from __future__ import annotations

import json

from sqlalchemy import Connection
from store_builders import NOON, make_changes, make_draft, make_visit

from app.store import outbox, records, visits
from app.store.outbox import NewReceipt
from app.store.records import NewChange

AT = "2026-03-02T14:02:00.123Z"


def sign(connection: Connection, visit_id: str = "visit-1") -> tuple[int, ...]:
    visits.begin(connection, make_draft(visit_id), "1")
    return records.save_signed(connection, make_visit(visit_id), make_changes(visit_id))


def save(
    connection: Connection, group: str, *changes: NewChange, patient_id: str = "patient-1"
) -> tuple[int, ...]:
    return records.save_record(
        connection, group_id=group, patient_id=patient_id, changes=changes, at=NOON, write_row=lambda c: None
    )


def change(id: str, *refs: str, type: str = "Task", priority: int = 10, base: str | None = None) -> NewChange:
    body = {"resourceType": type, "id": id, "focus": [{"reference": ref} for ref in refs]}
    return NewChange(type, id, json.dumps(body), base, priority)


def receipt(type: str, id: str, version: str = "v1") -> NewReceipt:
    return NewReceipt(type, id, version, AT, AT)


def attempt(connection: Connection, write_id: str, seqs: tuple[int, ...] | list[int]) -> None:
    outbox.cut_write(connection, write_id, seqs, f"body of {write_id}", NOON)
    outbox.mark_attempted(connection, write_id, NOON)


def pending_ids(connection: Connection) -> list[list[str]]:
    return [[one.id for one in group.changes] for group in outbox.pending(connection)]
