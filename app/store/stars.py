"""Sections of a draft that the nurse starred to finish later. They are no answers: signing forgets them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from app.store import unfinished
from app.store.quick import Quick
from app.store.unfinished import STARS, text_table

_FIND = Quick(
    select(text_table.c.text).where(text_table.c.visit_id == bindparam("of_visit"), text_table.c.key == STARS)
)


def put(connection: Connection, visit_id: str, sections: Iterable[str]) -> None:
    """Exactly these sections, in this order. Raises NotFound unless `visit_id` is a draft here."""
    unfinished.put(connection, visit_id, STARS, "\n".join(sections))


def find(connection: Connection, visit_id: str) -> tuple[str, ...]:
    """Section ids in the order in which they were starred."""
    text = _FIND.scalar(connection, of_visit=visit_id)
    return () if text is None else tuple(str(text).split("\n"))


def count(connection: Connection, visit_ids: Iterable[str]) -> dict[str, int]:
    """How many sections are starred, by visit; a visit without any is left out."""
    rows = connection.execute(
        select(text_table.c.visit_id, text_table.c.text).where(
            text_table.c.key == STARS, text_table.c.visit_id.in_(list(visit_ids))
        )
    )
    return {row.visit_id: len(str(row.text).split("\n")) for row in rows}
