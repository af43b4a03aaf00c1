"""Single values of a store."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from app.errors import StoreDamaged
from app.store.tables import Meta, table_of

SCHEMA_VERSION = "schema-version"
STORE_ID = "store-id"
USER_REFERENCE = "user-reference"
USER_NAME = "user-name"
PLAN_URL = "plan-url"
STORE_EPOCH = "store-epoch"
CLOCK_OFFSET_MS = "clock-offset-ms"
SWEPT_AT = "swept-at"
"""The server's time when the last comparison of all ids was through."""
TRIMMED_AT = "trimmed-at"
RESTORING = "restoring"
"""While the plan's records, put back to an earlier day, are compared with what is here: how far that has come."""
FULL_PULL = "full-pull"
"""Somebody asked for everything to be fetched again."""

_meta = table_of(Meta)
_FIND = select(_meta.c.value).where(_meta.c.key == bindparam("wanted"))


def find(connection: Connection, key: str) -> str | None:
    value = connection.execute(_FIND, {"wanted": key}).scalar_one_or_none()
    return None if value is None else str(value)


def get(connection: Connection, key: str) -> str:
    """Raises app.errors.StoreDamaged when a value that every store has is not there."""
    value = find(connection, key)
    if value is None:
        raise StoreDamaged(detail=f"no {key}")
    return value


def put(connection: Connection, key: str, value: str) -> None:
    """Store or replace."""
    statement = insert(_meta).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def remove(connection: Connection, key: str) -> None:
    """Take a value away; nothing happens when there is none."""
    connection.execute(delete(_meta).where(_meta.c.key == key))
