"""A draft as it lies in its rows, what one change made of them, and the way back.

A way back writes only the rows that the change touched, and only while they still are as the change left them: what
somebody wrote there since is never written over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from app.errors import NotFound, RecordError
from app.store.answer_rows import answer_table, entry_table
from app.store.quick import Quick
from app.store.unfinished import STARS, text_table
from app.store.visit_answers import require_draft
from app.store.visit_rows import visit_table

FRAME = (
    *("modality", "setting", "answered_by", "note", "written_afterwards"),
    *("began_at", "began_offset", "left_at", "left_offset"),
)
"""What of a draft's own row the page changes."""
_KEYS: Mapping[str, tuple[str, ...]] = {
    answer_table.name: ("entry", "link_id"),
    entry_table.name: ("id",),
    text_table.name: ("key",),
}
_TABLES = (answer_table, entry_table, text_table)
_SELECTS = tuple(Quick(select(table).where(table.c.visit_id == bindparam("of_visit"))) for table in _TABLES)
_COLUMNS = tuple(tuple(table.c.keys()) for table in _TABLES)
_PLACES = tuple(
    tuple(names.index(key) for key in _KEYS[table.name])
    for table, names in zip(_TABLES, _COLUMNS, strict=True)
)
_FRAME = Quick(
    select(*(visit_table.c[name] for name in FRAME)).where(visit_table.c.id == bindparam("of_visit"))
)

Key = tuple[str, ...]
"""(table, parts of its key); ("frame", column) for what stands in the draft's own row."""
State = Mapping[Key, Any]
"""A row, or the value of a column of the frame; what is not there is None."""


@dataclass(frozen=True, slots=True)
class Change:
    """What stood in the touched rows before and after, None for a row that was not there."""

    before: State
    after: State

    def then(self, later: Change) -> Change | None:
        """Both as one; None where nothing is left of them."""
        before = {**later.before, **self.before}
        after = {**self.after, **later.after}
        touched = [key for key in before if before[key] != after[key]]
        if not touched:
            return None
        return Change({key: before[key] for key in touched}, {key: after[key] for key in touched})


def read_state(connection: Connection, visit_id: str) -> State:
    """Every row of a draft. Raises NotFound where there is no such visit."""
    frame = _FRAME.one_or_none(connection, of_visit=visit_id)
    if frame is None:
        raise NotFound(detail="no such visit")
    state: dict[Key, Any] = {("frame", name): value for name, value in zip(FRAME, frame, strict=True)}
    for table, statement, places in zip(_TABLES, _SELECTS, _PLACES, strict=True):
        for row in statement.all(connection, of_visit=visit_id):
            state[(table.name, *[row[place] for place in places])] = row
    state.pop((text_table.name, STARS), None)  # a star is taken away by its own tap
    return state


def compare(before: State, after: State) -> Change | None:
    """None where nothing changed."""
    touched = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    if not touched:
        return None
    return Change({key: before.get(key) for key in touched}, {key: after.get(key) for key in touched})


def put_back(connection: Connection, visit_id: str, change: Change) -> None:
    """Write what stood before. Raises NotFound unless it is a draft here, RecordError, with nothing changed, where
    something newer stands in one of the rows.
    """
    require_draft(connection, visit_id)
    now = read_state(connection, visit_id)
    if any(now.get(key) != value for key, value in change.after.items()):
        raise RecordError("Something newer stands there now. Nothing was taken back.")
    frame = {key[1]: value for key, value in change.before.items() if key[0] == "frame"}
    if frame:
        connection.execute(update(visit_table).where(visit_table.c.id == visit_id).values(**frame))
    for table in _TABLES:
        for key, row in change.before.items():
            if key[0] == table.name:
                _put_row(connection, table, visit_id, key, row)


def _put_row(connection: Connection, table: Table, visit_id: str, key: Key, row: Any) -> None:
    where = [table.c[name] == value for name, value in zip(_KEYS[table.name], key[1:], strict=True)]
    connection.execute(delete(table).where(table.c.visit_id == visit_id, *where))
    if row is not None:
        connection.execute(insert(table).values(**row._asdict()))
