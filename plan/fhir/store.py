"""Versions of resources in the database, found through the access predicate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, select

from plan.fhir.access import IS_CURRENT
from plan.fhir.tables import resource
from plan.fhir.types import ID

_TAKEN = select(resource.c.type, resource.c.id).where(
    IS_CURRENT,
    resource.c.type.in_(bindparam("kinds", expanding=True)),
    resource.c.id.in_(bindparam("ids", expanding=True)),
)
"""Built once: every write asks it."""


@dataclass(frozen=True)
class Stored:
    """What the server answers about one version."""

    type: str
    id: str
    version_id: str
    last_updated: int
    body: str
    deleted: bool = False
    created: bool = False

    @property
    def etag(self) -> str:
        return f'W/"{self.version_id}"'

    @property
    def location(self) -> str:
        """Relative to the FHIR base."""
        return f"{self.type}/{self.id}/_history/{self.version_id}"


def stored(row: Row[Any], *, created: bool = False) -> Stored:
    """The answer's view of a row."""
    return Stored(
        row.type,
        row.id,
        row.version_id,
        row.last_updated,
        row.body,
        deleted=bool(row.deleted),
        created=created,
    )


def versions(allowed: ColumnElement[bool]) -> Select[Any]:
    """Select from the resource table. Every select on it starts here, so none is without the access predicate."""
    return select(resource).where(allowed)


def find_current(
    connection: Connection,
    type_name: str,
    resource_id: str,
    allowed: ColumnElement[bool],
    moment: Mapping[str, int] | None = None,
) -> Row[Any] | None:
    """The current version, deleted ones included. `moment` goes with a standing predicate (`Caller.standing`)."""
    if not ID.match(resource_id):
        return None  # PostgreSQL would refuse some of these as text
    wanted = {"wanted_type": type_name, "wanted_id": resource_id, **(moment or {})}
    return connection.execute(_current(allowed), wanted).first()


@lru_cache(maxsize=512)
def _current(allowed: ColumnElement[bool]) -> Select[Any]:
    """Built once for each predicate that stays, as that of nobody in particular does."""
    return versions(allowed).where(
        IS_CURRENT, resource.c.type == bindparam("wanted_type"), resource.c.id == bindparam("wanted_id")
    )


def find_taken(connection: Connection, names: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these types and ids exist, for anybody. For deciding a write only; never to be shown."""
    wanted = {name for name in names if ID.match(name[1])}
    if not wanted:
        return set()
    kinds, ids = {kind for kind, _ in wanted}, {resource_id for _, resource_id in wanted}
    rows = connection.execute(_TAKEN, {"kinds": sorted(kinds), "ids": sorted(ids)})
    return {(row.type, row.id) for row in rows} & wanted
