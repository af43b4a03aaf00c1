"""Typed text of a draft that is no answer yet: on the disk all the same, so that nothing called saved can be lost."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, exists, literal, select
from sqlalchemy.dialects.sqlite import insert as upsert

from app.domain.visit import VisitStatus
from app.errors import NotFound
from app.store import tables

_text = tables.table_of(tables.UnfinishedText)
_visit = tables.table_of(tables.Visit)


def put(connection: Connection, visit_id: str, key: str, text: str) -> None:
    """Store the text of one field; an empty one is taken away. Raises NotFound unless `visit_id` is a draft here."""
    draft = exists(
        select(_visit.c.id).where(_visit.c.id == visit_id, _visit.c.status == VisitStatus.DRAFT.value)
    )
    if not text:
        remove(connection, visit_id, key)
        if not connection.execute(select(draft)).scalar_one():
            raise NotFound(detail="no such draft")
        return
    row = select(literal(visit_id), literal(key), literal(text)).where(draft)
    statement = upsert(_text).from_select(["visit_id", "key", "text"], row)
    statement = statement.on_conflict_do_update(
        index_elements=["visit_id", "key"], set_={"text": statement.excluded.text}
    )
    if connection.execute(statement).rowcount != 1:
        raise NotFound(detail="no such draft")


def read(connection: Connection, visit_id: str) -> dict[str, str]:
    """By key."""
    rows = connection.execute(
        select(_text.c.key, _text.c.text).where(_text.c.visit_id == visit_id).order_by(_text.c.key)
    )
    return {row.key: row.text for row in rows}


def remove(connection: Connection, visit_id: str, key: str | None = None) -> None:
    """One text, or all of a visit."""
    statement = delete(_text).where(_text.c.visit_id == visit_id)
    connection.execute(statement if key is None else statement.where(_text.c.key == key))


def has_any(visit_id: str) -> Any:
    """SQL: whether a visit holds such a text."""
    return exists(select(_text.c.visit_id).where(_text.c.visit_id == visit_id))
