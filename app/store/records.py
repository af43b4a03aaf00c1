"""The one door through which a record enters the store: its row and its outbox rows in one transaction (F09)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from app.domain.visit import Visit
from app.store import bases, visit_rows
from app.store.quick import Quick
from app.store.tables import Change, table_of
from app.store.times import to_text

_change = table_of(Change)
_WRITTEN = (
    *("group_id", "type", "id", "patient_id", "priority", "base_version", "payload", "base_body", "refs"),
    "created_at",
)
_NEW = Quick(
    insert(_change)
    .values(state="new", **{name: bindparam(name) for name in _WRITTEN})
    .returning(_change.c.seq)
)
OWN_LATEST = "own-latest"
"""Base version of an edit made on our own newest version, whose number the plan may not have said yet."""
_REFERENCE = re.compile(r'"reference"\s*:\s*"([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})"')
_FILE = re.compile(r'"url"\s*:\s*"(Binary/[A-Za-z0-9.-]{1,64})"')


@dataclass(frozen=True, slots=True)
class NewChange:
    """One FHIR resource version that the plan should get. `payload` is final JSON text, never rewritten.

    `base_version` is the versionId the edit was made on (`OWN_LATEST`: resolved when it is sent; see
    `outbox.base_for_edit`); None creates. `priority`: 0 first, 10 a visit, 90 a file.
    """

    type: str
    id: str
    payload: str
    base_version: str | None = None
    priority: int = 10


def save_record(
    connection: Connection,
    *,
    group_id: str,
    patient_id: str,
    changes: Sequence[NewChange],
    at: datetime,
    write_row: Callable[[Connection], None],
) -> tuple[int, ...]:
    """Write a record (`write_row`) and its outbox rows; return their sequence numbers, in the order given.

    Raises ValueError when there are no changes: a record that nobody will send may not be saved this way.
    """
    if not changes:
        raise ValueError("a record is saved with what goes to the plan")
    write_row(connection)
    created_at = to_text(at)
    return tuple(
        int(
            _NEW.scalar(
                connection,
                group_id=group_id,
                type=change.type,
                id=change.id,
                patient_id=patient_id,
                priority=change.priority,
                base_version=change.base_version,
                payload=change.payload,
                base_body=_find_base_body(connection, change),
                refs="\n".join(find_references(change.payload)),
                created_at=created_at,
            )
        )
        for change in changes
    )


def _find_base_body(connection: Connection, change: NewChange) -> str | None:
    """What an edit was made on: our own newest version where it has not come back yet, else the plan's copy.

    None for a creation, and where neither is here any more: then nobody can say what was changed, and a merge asks.
    """
    if change.base_version is None:
        return None
    held = bases.find(connection, change.type, change.id)
    if held is not None and change.base_version == held.version_id:
        return held.body
    if change.base_version != OWN_LATEST:
        return None
    own = connection.execute(
        select(_change.c.payload, _change.c.state)
        .where(_change.c.type == change.type, _change.c.id == change.id)
        .order_by(_change.c.seq.desc())
        .limit(1)
    ).one_or_none()
    # Once settled, the plan's copy of our version is what the screen showed.
    if held is not None and not held.deleted and (own is None or own.state == "settled"):
        return held.body
    return None if own is None else str(own.payload)


def save_signed(connection: Connection, visit: Visit, changes: Sequence[NewChange]) -> tuple[int, ...]:
    """Turn the draft `visit.id` into the signed record; put its resources (without Provenance) into the outbox.

    Group id = visit id. Raises app.errors.NotFound when there is no such draft, so a second tap sends nothing twice.
    """
    return save_record(
        connection,
        group_id=visit.id,
        patient_id=visit.patient_id,
        changes=changes,
        at=visit.signed_at,
        write_row=lambda c: visit_rows.sign_draft(c, visit),
    )


def find_references(payload: str) -> tuple[str, ...]:
    """`Type/id` of every relative reference in FHIR JSON text, each once; so is a file that a document points to."""
    return tuple(dict.fromkeys([*_REFERENCE.findall(payload), *_FILE.findall(payload)]))
