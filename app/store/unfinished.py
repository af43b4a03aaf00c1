"""Typed text of a draft that is no answer yet: on the disk all the same, so that nothing called saved can be lost."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, literal, select
from sqlalchemy.dialects.sqlite import insert as upsert

from app.domain.visit import VisitStatus, unfinished_key
from app.errors import NotFound
from app.store import tables
from app.store.quick import Quick

_text = text_table = tables.table_of(tables.UnfinishedText)
_visit = tables.table_of(tables.Visit)
STARS = "finish-later"
"""Key of the sections that are starred (`app.store.stars`): no text that anybody typed."""
_READ = Quick(
    select(_text.c.key, _text.c.text)
    .where(_text.c.visit_id == bindparam("of_visit"), _text.c.key != STARS)
    .order_by(_text.c.key)
)
_OF_VISIT = delete(_text).where(_text.c.visit_id == bindparam("of_visit"))
_REMOVE_ALL, _REMOVE = Quick(_OF_VISIT), Quick(_OF_VISIT.where(_text.c.key == bindparam("of_key")))


ADDENDUM = "addendum"
"""Key of an addendum being written to a signed visit; no link id is called so."""


def put(
    connection: Connection, visit_id: str, key: str, text: str, status: VisitStatus = VisitStatus.DRAFT
) -> None:
    """Store the text of one field; an empty one is taken away. Raises NotFound unless `visit_id` is a draft here
    (or, with `status`, a signed visit).
    """
    draft = exists(select(_visit.c.id).where(_visit.c.id == visit_id, _visit.c.status == status.value))
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
    return {row.key: row.text for row in _READ.all(connection, of_visit=visit_id)}


def remove(connection: Connection, visit_id: str, key: str | None = None) -> None:
    """One text, or all of a visit."""
    if key is None:
        _REMOVE_ALL.run(connection, {"of_visit": visit_id})
    else:
        _REMOVE.run(connection, {"of_visit": visit_id, "of_key": key})


def remove_of_entry(connection: Connection, visit_id: str, entry_id: str) -> None:
    """All texts of one entry's items."""
    mine = _text.c.key.startswith(unfinished_key("", entry_id), autoescape=True)
    connection.execute(delete(_text).where(_text.c.visit_id == visit_id, mine))


def has_any(visit_id: str) -> Any:
    """SQL: whether a visit holds such a text."""
    return exists(select(_text.c.visit_id).where(_text.c.visit_id == visit_id, _text.c.key != STARS))
