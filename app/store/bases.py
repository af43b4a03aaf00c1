"""Base copies: each resource as the server last represented it. What merges start from and pages are read from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from app.store.quick import Quick
from app.store.tables import Base, table_of

base_table = table_of(Base)
_base = base_table


Key = tuple[str, str]
"""(type, id) of a record."""
Version = tuple[str, str]
"""(versionId, lastUpdated), both in the server's own text."""
_KEYS = 400
"""Ids in one statement; SQLite bounds the number of parameters."""
# Built once: a pass asks these hundreds of times, and building one costs more than running it.
_IDS = func.json_each(bindparam("ids")).table_valued("value")
_NAMED = Quick(select(_base).where(_base.c.type == bindparam("kind"), _base.c.id.in_(select(_IDS.c.value))))
_FIND = Quick(select(_base).where(_base.c.type == bindparam("kind"), _base.c.id == bindparam("id")))
_PERSONS = (
    select(_base)
    .where(_base.c.patient_id == bindparam("person"), _base.c.deleted.is_(False))
    .order_by(_base.c.type, _base.c.id)
)
_OF_PERSON, _OF_PERSON_AND_TYPE = Quick(_PERSONS), Quick(_PERSONS.where(_base.c.type == bindparam("kind")))
_NEW = insert(_base)
_PUT = Quick(
    _NEW.on_conflict_do_update(
        index_elements=["type", "id"],
        set_={
            name: _NEW.excluded[name]
            for name in ("version_id", "last_updated", "body", "patient_id", "deleted")
        },
    )
)


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


_NAMES = tuple(one.name for one in fields(BaseCopy))


def put(connection: Connection, base: BaseCopy) -> None:
    """Store or replace."""
    put_all(connection, (base,))


def put_all(connection: Connection, bases: Iterable[BaseCopy]) -> None:
    """Store or replace many."""
    _PUT.run_many(connection, ({name: getattr(base, name) for name in _NAMES} for base in bases))


def find(connection: Connection, type: str, id: str) -> BaseCopy | None:
    """Deleted ones too."""
    row = _FIND.one_or_none(connection, kind=type, id=id)
    return None if row is None else to_copy(row)


def find_all(connection: Connection, type: str, ids: Collection[str]) -> Mapping[str, BaseCopy]:
    """By id, deleted ones too; unknown ids are left out."""
    rows = _NAMED.all(connection, kind=type, ids=json.dumps(list(ids))) if ids else ()
    return {row.id: to_copy(row) for row in rows}


def list_for_patient(
    connection: Connection, patient_id: str, type: str | None = None
) -> tuple[BaseCopy, ...]:
    """Not deleted, in order of type and id."""
    if type is None:
        rows = _OF_PERSON.all(connection, person=patient_id)
    else:
        rows = _OF_PERSON_AND_TYPE.all(connection, person=patient_id, kind=type)
    return tuple(to_copy(row) for row in rows)


def list_mentioning(
    connection: Connection, patient_id: str | None, type: str, text: str
) -> tuple[BaseCopy, ...]:
    """Not deleted ones of a type, of this person or of nobody, whose body holds this text, in order of id."""
    statement = select(_base).where(
        or_(_base.c.patient_id == patient_id, _base.c.patient_id.is_(None)),
        _base.c.type == type,
        _base.c.deleted.is_(False),
        func.instr(_base.c.body, text) > 0,
    )
    return tuple(to_copy(row) for row in connection.execute(statement.order_by(_base.c.id)))


def read_versions(connection: Connection, type: str) -> Mapping[str, tuple[str, str]]:
    """id → (version id, last updated) of all not deleted: for the daily sweep and for dropping echoes."""
    columns = (_base.c.id, _base.c.version_id, _base.c.last_updated)
    rows = connection.execute(select(*columns).where(_base.c.type == type, _base.c.deleted.is_(False)))
    return {id: (version_id, last_updated) for id, version_id, last_updated in rows}


def list_versions(connection: Connection, people: Collection[str]) -> Mapping[Key, Version]:
    """(type, id) → version of everything not deleted that belongs to these people."""
    found: dict[Key, Version] = {}
    for some in slices(people):
        rows = connection.execute(
            select(_base.c.type, _base.c.id, _base.c.version_id, _base.c.last_updated).where(
                _base.c.patient_id.in_(some), _base.c.deleted.is_(False)
            )
        )
        found.update({(type, id): (version_id, updated) for type, id, version_id, updated in rows})
    return found


def read_owners(connection: Connection, people: Collection[str]) -> Mapping[Key, str]:
    """(type, id) → person, of everything of these people, tombstones too."""
    found: dict[Key, str] = {}
    for some in slices(people):
        columns = (_base.c.type, _base.c.id, _base.c.patient_id)
        rows = connection.execute(select(*columns).where(_base.c.patient_id.in_(some)))
        found.update({(type, id): patient_id for type, id, patient_id in rows})
    return found


def find_many(connection: Connection, keys: Iterable[Key]) -> Mapping[Key, BaseCopy]:
    """Of any types, deleted ones too; unknown ones are left out."""
    found: dict[Key, BaseCopy] = {}
    for kind, ids in by_type(keys).items():
        for some in slices(ids):
            found.update({(kind, id): copy for id, copy in find_all(connection, kind, some).items()})
    return found


def mark_deleted(connection: Connection, type: str, id: str) -> None:
    """The server says 410, or a deletion came: kept as a tombstone."""
    connection.execute(update(_base).where(_base.c.type == type, _base.c.id == id).values(deleted=True))


def bury(connection: Connection, keys: Iterable[Key]) -> None:
    """The plan no longer has these, or no longer shows them to this user: tombstones without their content."""
    for kind, ids in by_type(keys).items():
        for id in ids:
            empty = json.dumps({"resourceType": kind, "id": id})
            connection.execute(
                update(_base).where(_base.c.type == kind, _base.c.id == id).values(deleted=True, body=empty)
            )


def drop(connection: Connection, keys: Iterable[Key]) -> None:
    """As if these had never been pulled: nothing of them stays, not even a tombstone."""
    for kind, ids in by_type(keys).items():
        for some in slices(ids):
            connection.execute(delete(_base).where(_base.c.type == kind, _base.c.id.in_(some)))


def by_type(keys: Iterable[Key]) -> Mapping[str, list[str]]:
    """type → ids, in order."""
    grouped: dict[str, list[str]] = {}
    for kind, record_id in keys:
        grouped.setdefault(kind, []).append(record_id)
    return grouped


def slices(ids: Collection[str]) -> Iterable[list[str]]:
    """Few enough for one statement at a time."""
    every = list(ids)
    return (every[start : start + _KEYS] for start in range(0, len(every), _KEYS))


def to_copy(row: Any) -> BaseCopy:
    """A row with the columns of a base."""
    return BaseCopy(row.type, row.id, row.version_id, row.last_updated, row.body, row.patient_id, row.deleted)
