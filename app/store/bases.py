"""Base copies: each resource as the server last represented it. What merges start from and pages are read from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from app.store.tables import Base, table_of

base_table = table_of(Base)
_base = base_table


@dataclass(frozen=True, slots=True)
class BaseCopy:
    """`body` is the server's JSON text as received; `last_updated` its own text. A deleted one keeps its last body."""

    type: str
    id: str
    version_id: str
    last_updated: str
    body: str
    patient_id: str | None = None
    deleted: bool = False


def put(connection: Connection, base: BaseCopy) -> None:
    """Store or replace."""
    put_all(connection, (base,))


def put_all(connection: Connection, bases: Iterable[BaseCopy]) -> None:
    """Store or replace many."""
    rows = [asdict(base) for base in bases]
    if rows:
        statement = insert(_base)
        changed = {
            name: statement.excluded[name]
            for name in ("version_id", "last_updated", "body", "patient_id", "deleted")
        }
        connection.execute(statement.on_conflict_do_update(index_elements=["type", "id"], set_=changed), rows)


def find(connection: Connection, type: str, id: str) -> BaseCopy | None:
    """Deleted ones too."""
    return find_all(connection, type, (id,)).get(id)


def find_all(connection: Connection, type: str, ids: Collection[str]) -> Mapping[str, BaseCopy]:
    """By id, deleted ones too; unknown ids are left out."""
    rows = connection.execute(select(_base).where(_base.c.type == type, _base.c.id.in_(ids)))
    return {row.id: _to_copy(row) for row in rows}


def list_for_patient(
    connection: Connection, patient_id: str, type: str | None = None
) -> tuple[BaseCopy, ...]:
    """Not deleted, in order of type and id."""
    statement = select(_base).where(_base.c.patient_id == patient_id, _base.c.deleted.is_(False))
    if type is not None:
        statement = statement.where(_base.c.type == type)
    return tuple(_to_copy(row) for row in connection.execute(statement.order_by(_base.c.type, _base.c.id)))


def read_versions(connection: Connection, type: str) -> Mapping[str, tuple[str, str]]:
    """id → (version id, last updated) of all not deleted: for the daily sweep and for dropping echoes."""
    columns = (_base.c.id, _base.c.version_id, _base.c.last_updated)
    rows = connection.execute(select(*columns).where(_base.c.type == type, _base.c.deleted.is_(False)))
    return {id: (version_id, last_updated) for id, version_id, last_updated in rows}


def mark_deleted(connection: Connection, type: str, id: str) -> None:
    """The server says 410, or a deletion came: kept as a tombstone."""
    connection.execute(update(_base).where(_base.c.type == type, _base.c.id == id).values(deleted=True))


def _to_copy(row: Any) -> BaseCopy:
    return BaseCopy(row.type, row.id, row.version_id, row.last_updated, row.body, row.patient_id, row.deleted)
