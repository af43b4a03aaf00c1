"""Which id a server gave to which record of ours, for servers that take no ids from their clients."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from app.store.tables import ServerId, table_of

Key = tuple[str, str]
"""(type, id) of a resource."""

_ids = table_of(ServerId)
_AT_ONCE = 500


def _by_type(keys: Iterable[Key]) -> Iterator[tuple[str, list[str]]]:
    """(type, some of its ids), never more at once than one statement takes."""
    found: dict[str, list[str]] = {}
    for kind, record_id in dict.fromkeys(keys):
        found.setdefault(kind, []).append(record_id)
    for kind, ids in found.items():
        for start in range(0, len(ids), _AT_ONCE):
            yield kind, ids[start : start + _AT_ONCE]


def find_servers(connection: Connection, keys: Collection[Key]) -> dict[Key, str]:
    """The server's id for each of our keys that has one."""
    found: dict[Key, str] = {}
    for kind, some in _by_type(keys):
        wanted = select(_ids.c.local_id, _ids.c.server_id).where(
            _ids.c.type == kind, _ids.c.local_id.in_(some)
        )
        found |= {(kind, row.local_id): row.server_id for row in connection.execute(wanted)}
    return found


def find_locals(connection: Connection, keys: Collection[Key]) -> dict[Key, str]:
    """Our id for each of the server's keys that stands for a record of ours."""
    found: dict[Key, str] = {}
    for kind, some in _by_type(keys):
        wanted = select(_ids.c.local_id, _ids.c.server_id).where(
            _ids.c.type == kind, _ids.c.server_id.in_(some)
        )
        found |= {(kind, row.server_id): row.local_id for row in connection.execute(wanted)}
    return found


def put_all(connection: Connection, servers: Mapping[Key, str]) -> None:
    """Keep pairs (our key → the server's id). A pair that is known with another id is replaced."""
    rows = [
        {"type": kind, "local_id": local_id, "server_id": server_id}
        for (kind, local_id), server_id in servers.items()
    ]
    if rows:
        statement = insert(_ids)
        changed = {"server_id": statement.excluded.server_id}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["type", "local_id"], set_=changed), rows
        )
