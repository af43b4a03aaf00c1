"""People made on this device before the plan could name them, and what became of them.

Which temporary person was joined to whom lies among the cursors, as it was told by the pull: a temporary person of whom
nothing is left to do here is in no list any more, and stays readable behind her visits.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from app.domain.visit import VisitStatus
from app.store import bases, cursors, tables
from app.store.outbox_rows import SETTLED, change
from app.store.quick import Quick
from app.store.visit_rows import visit_table

JOINED = "joined"
"""Scope: temporary person → her member's id, in place of a time."""
TEMPORARY = "unmatched"
"""Scope: temporary persons of whom this device knows, matched or not."""
REPLACES = "replaces"
"""Scope: member → the temporary persons who were joined to her, in place of a time."""
_cursor = tables.table_of(tables.Cursor)
_p = tables.table_of(tables.Patient).c
PATIENT = "Patient"
_UNSENT = Quick(
    select(change.c.id).where(
        change.c.type == PATIENT, change.c.id == change.c.patient_id, change.c.state != SETTLED
    )
)


def is_shown() -> ColumnElement[bool]:
    """Of a row of the patient table: anybody but a temporary person who was joined and of whom nothing waits here."""
    v = visit_table.c
    draft = exists().where(v.patient_id == _p.id, v.status == VisitStatus.DRAFT.value)
    unsent = exists().where(change.c.patient_id == _p.id, change.c.state != SETTLED)
    return or_(~is_joined(), draft, unsent)


def is_joined() -> ColumnElement[bool]:
    """Of a row of the patient table: a temporary person who was joined to a member."""
    return exists().where(_cursor.c.scope == JOINED, _cursor.c.type == _p.id)


def is_temporary() -> ColumnElement[bool]:
    """Of a row of the patient table: somebody whom a nurse made, matched or not."""
    return exists().where(_cursor.c.scope == TEMPORARY, _cursor.c.type == _p.id)


def note_temporary(connection: Connection, person_id: str) -> None:
    """This is a temporary person."""
    cursors.put(connection, TEMPORARY, person_id, None, done=True)


def list_temporary(connection: Connection) -> frozenset[str]:
    """Everybody of whom `is_temporary` holds."""
    return frozenset(cursors.list_scope(connection, TEMPORARY))


def count(connection: Connection) -> tuple[int, int]:
    """(temporary persons of this list who wait to be matched, those who were)."""
    active = select(_p.id).where(_p.active_member, is_temporary())
    found = set(connection.execute(active).scalars())
    joined = found & cursors.list_scope(connection, JOINED).keys()
    return len(found - joined), len(joined)


def list_unsent(connection: Connection) -> frozenset[str]:
    """People whom this device made and the plan has not answered for: no list of the plan's can name them yet."""
    return frozenset(row.id for row in _UNSENT.all(connection))


def is_unsent(connection: Connection, person_id: str) -> bool:
    """Did this device make her, and has the plan not answered yet?"""
    return person_id in list_unsent(connection)


def find_member(connection: Connection, person_id: str) -> str | None:
    """To whom a temporary person was joined, as far as this device was told."""
    found = cursors.find(connection, JOINED, person_id)
    return None if found is None else found.since


def note_joined(connection: Connection, person_id: str, member_id: str | None) -> None:
    """What the newest copy of a temporary person says: joined to this member, or (again) to nobody."""
    if member_id is None:
        cursors.drop(connection, JOINED, person_id)
    else:
        cursors.put(connection, JOINED, person_id, member_id, done=True)


def note_replaces(connection: Connection, member_id: str, persons: tuple[str, ...]) -> bool:
    """What the newest copy of a member says. True when a join was taken back: records have left her."""
    held = cursors.find(connection, REPLACES, member_id)
    before = set() if held is None or held.since is None else set(held.since.split())
    if persons:
        cursors.put(connection, REPLACES, member_id, " ".join(persons), done=True)
    else:
        cursors.drop(connection, REPLACES, member_id)
    return bool(before - set(persons))


def forget(connection: Connection, person_id: str) -> None:
    """She leaves this device."""
    for scope in (TEMPORARY, JOINED, REPLACES):
        cursors.drop(connection, scope, person_id)


def find_body(connection: Connection, person_id: str) -> str | None:
    """Her Patient as FHIR JSON: the plan's copy, else what waits to be sent; None for somebody who is not here."""
    held = bases.list_for_patient(connection, person_id, PATIENT)
    if held:
        return held[0].body
    c = change.c
    own = select(c.payload).where(c.type == PATIENT, c.id == person_id, c.payload != "")
    return connection.execute(own.order_by(c.seq.desc()).limit(1)).scalar()
