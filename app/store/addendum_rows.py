"""Documents of several people that hold a mark, read at once: such a list is drawn on Today."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import Connection, bindparam, func, select

from app.store.bases import base_table
from app.store.outbox_rows import change
from app.store.quick import Quick

_b, _c = base_table.c, change.c
_DOCUMENT = "DocumentReference"
_PEOPLE = select(func.json_each(bindparam("people")).table_valued("value").c.value)
_HELD = Quick(
    select(_b.id, _b.body, _b.deleted).where(
        _b.patient_id.in_(_PEOPLE), _b.type == _DOCUMENT, func.instr(_b.body, bindparam("mark")) > 0
    )
)
_OWN = Quick(
    select(_c.id, _c.payload).where(
        _c.patient_id.in_(_PEOPLE), _c.type == _DOCUMENT, func.instr(_c.payload, bindparam("mark")) > 0
    )
)


def list_marked(connection: Connection, mark: str, patient_ids: Collection[str]) -> tuple[str, ...]:
    """Their FHIR JSON: the plan's copies, and what was made here and the plan has no copy of yet.

    For documents that nobody writes a second time; one that the plan deleted is left out.
    """
    asked = {"people": json.dumps(sorted(patient_ids)), "mark": mark}
    found: dict[str, str] = {row.id: row.payload for row in _OWN.all(connection, **asked)}
    for row in _HELD.all(connection, **asked):
        found.pop(row.id, None)
        if not row.deleted:
            found[row.id] = row.body
    return tuple(found[one] for one in sorted(found))
