"""The side copy: all of the plan's records fetched anew, beside the copies in use, until they are whole (F03).

Nothing of it is read by a screen before it takes the place of the others in one transaction. The outbox is no part
of it and is never touched. Cursors of scope `side/…` say how far it has come, so that it goes on after a crash.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict

from sqlalchemy import Connection, and_, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from app.store import cursors, meta
from app.store.bases import BaseCopy, Key, Version, base_table, by_type, slices, to_copy
from app.store.tables import SideBase, table_of

LOAD = "side/load"
"""Scope of its cursors, one a type."""
PEOPLE = "side/people"
"""Whose records it holds; a row is done once her listing was compared."""
ASKED, ON_ITS_WAY = "asked", "on-its-way"

_side = table_of(SideBase)


def put_all(connection: Connection, copies: Iterable[BaseCopy]) -> None:
    """Store or replace."""
    rows = [asdict(one) for one in copies]
    if rows:
        statement = insert(_side)
        names = ("version_id", "last_updated", "body", "patient_id", "deleted")
        changed = {name: statement.excluded[name] for name in names}
        connection.execute(statement.on_conflict_do_update(index_elements=["type", "id"], set_=changed), rows)


def find_many(connection: Connection, keys: Iterable[Key]) -> Mapping[Key, BaseCopy]:
    """By key; unknown ones are left out."""
    found: dict[Key, BaseCopy] = {}
    for kind, ids in by_type(keys).items():
        for some in slices(ids):
            rows = connection.execute(select(_side).where(_side.c.type == kind, _side.c.id.in_(some)))
            found.update({(row.type, row.id): to_copy(row) for row in rows})
    return found


def list_versions(connection: Connection, people: Collection[str]) -> Mapping[Key, Version]:
    """(type, id) → version of all that is here of these people."""
    found: dict[Key, Version] = {}
    columns = (_side.c.type, _side.c.id, _side.c.version_id, _side.c.last_updated)
    for some in slices(people):
        rows = connection.execute(select(*columns).where(_side.c.patient_id.in_(some)))
        found.update({(type, id): (version_id, updated) for type, id, version_id, updated in rows})
    return found


def drop(connection: Connection, keys: Iterable[Key]) -> None:
    for kind, ids in by_type(keys).items():
        for some in slices(ids):
            connection.execute(delete(_side).where(_side.c.type == kind, _side.c.id.in_(some)))


def count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(_side)).scalar_one())


def begin(connection: Connection, people: Iterable[str]) -> None:
    """Start anew with the records of these people."""
    clear(connection)
    for one in people:
        cursors.put(connection, PEOPLE, one, None)


def list_people(connection: Connection) -> frozenset[str]:
    """Whose records are being fetched; nobody while there is no side copy."""
    return frozenset(cursors.list_scope(connection, PEOPLE))


def list_unchecked(connection: Connection) -> tuple[str, ...]:
    """Those of them whose listing was not compared yet."""
    return tuple(sorted(one for one, at in cursors.list_scope(connection, PEOPLE).items() if not at.done))


def clear(connection: Connection) -> None:
    """Away with all of it."""
    connection.execute(delete(_side))
    for scope in (LOAD, PEOPLE):
        cursors.drop_scope(connection, scope)


def list_different(connection: Connection) -> tuple[BaseCopy, ...]:
    """What the plan has now and the copies in use have not, or not so, or as deleted."""
    b = base_table.c
    joined = _side.outerjoin(base_table, and_(b.type == _side.c.type, b.id == _side.c.id))
    other = or_(
        b.id.is_(None),
        b.deleted,
        b.version_id != _side.c.version_id,
        b.last_updated != _side.c.last_updated,
        b.body != _side.c.body,
    )
    rows = connection.execute(
        select(_side).select_from(joined).where(other).order_by(_side.c.type, _side.c.id)
    )
    return tuple(to_copy(row) for row in rows)


def list_missing(connection: Connection, people: Collection[str], kinds: Collection[str]) -> tuple[Key, ...]:
    """Copies in use of these people and types, no tombstones, that are not in the side copy."""
    b = base_table.c
    joined = base_table.outerjoin(_side, and_(b.type == _side.c.type, b.id == _side.c.id))
    found: list[Key] = []
    for some in slices(people):
        rows = connection.execute(
            select(b.type, b.id)
            .select_from(joined)
            .where(
                b.patient_id.in_(some), b.type.in_(list(kinds)), b.deleted.is_(False), _side.c.id.is_(None)
            )
        )
        found += [(kind, record_id) for kind, record_id in rows]
    return tuple(sorted(found))


def wish(connection: Connection) -> None:
    """Everything shall be fetched again."""
    if meta.find(connection, meta.FULL_PULL) is None:
        meta.put(connection, meta.FULL_PULL, ASKED)


def find_wish(connection: Connection) -> bool:
    """True from the tap on "Fetch everything again" until all of it came."""
    return meta.find(connection, meta.FULL_PULL) is not None
