"""What a nurse taps and types into a draft, one small statement each. All raise NotFound unless it is a draft here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from app.domain.visit import Absent, Again, Answer, Entry, VisitStatus, unfinished_key
from app.errors import NotFound
from app.store import unfinished
from app.store.answer_rows import answer_table, answer_values, entry_table, entry_values, find_answer
from app.store.quick import Quick
from app.store.values import encode_again
from app.store.visit_rows import visit_table

_a = answer_table.c
_KEYS = ["visit_id", "entry", "link_id"]
_AUTOMATIC = Quick(
    select(_a.link_id).where(_a.visit_id == bindparam("visit"), _a.automatic.is_(True), _a.entry == "")
)


def put_answer(connection: Connection, visit_id: str, link_id: str, answer: Answer, entry: str = "") -> None:
    """Store one answer as it is given, whatever stood there; its name or text is no unfinished text any more."""
    values = answer_values(visit_id, link_id, answer, entry)
    if _put().run(connection, {f"new_{name}": value for name, value in values.items()}) != 1:
        raise NotFound(detail="no such draft or entry")
    unfinished.remove(connection, visit_id, unfinished_key(link_id, entry))


@cache
def _put() -> Quick:
    """Made once: putting the statement together takes longer than running it."""
    names = list(_a.keys())
    row = select(*(bindparam(f"new_{name}", type_=_a[name].type).label(name) for name in names))
    entry = bindparam("new_entry", type_=_a.entry.type)
    there = exists(
        select(entry_table.c.id).where(
            entry_table.c.visit_id == bindparam("new_visit_id"), entry_table.c.id == entry
        )
    )
    row = row.where(is_draft(bindparam("new_visit_id")), or_(entry == "", there))
    statement = upsert(answer_table).from_select(names, row)
    changed = {name: statement.excluded[name] for name in names if name not in _KEYS}
    return Quick(statement.on_conflict_do_update(index_elements=_KEYS, set_=changed))


def set_name(connection: Connection, visit_id: str, link_id: str, name: str) -> None:
    """What the person calls a problem: part of its answer, or unfinished text while there is no answer.

    An empty name takes unfinished text away. Never makes or changes a number.
    """
    result = connection.execute(
        update(answer_table)
        .where(_a.visit_id == visit_id, _a.entry == "", _a.link_id == link_id, is_draft(visit_id))
        .values(name=name)
    )
    unfinished.put(connection, visit_id, link_id, "" if result.rowcount else name)


def find_name(connection: Connection, visit_id: str, link_id: str) -> str:
    """What `set_name` or an answer stored last, "" when nothing."""
    answer = find_answer(connection, visit_id, link_id)
    name = answer.name if answer is not None else unfinished.read(connection, visit_id).get(link_id)
    return name or ""


def clear_answer(connection: Connection, visit_id: str, link_id: str, entry: str = "") -> None:
    """Take an answer back: the item is "not asked" again. A name that was typed for it stays, as unfinished text."""
    answer = find_answer(connection, visit_id, link_id, entry)
    name = "" if answer is None else answer.name or ""
    result = connection.execute(
        delete(answer_table).where(
            _a.visit_id == visit_id, _a.entry == entry, _a.link_id == link_id, is_draft(visit_id)
        )
    )
    if result.rowcount == 0:
        require_draft(connection, visit_id)  # nothing to clear is no error; no draft is
    if name:
        unfinished.put(connection, visit_id, unfinished_key(link_id, entry), name)


def put_again(connection: Connection, visit_id: str, link_id: str, again: tuple[Again, ...]) -> None:
    """The later measurements of an item that is answered; all of them, in order."""
    result = connection.execute(
        update(answer_table)
        .where(_a.visit_id == visit_id, _a.entry == "", _a.link_id == link_id, is_draft(visit_id))
        .values(again=encode_again(again), automatic=False)
    )
    if result.rowcount != 1:
        raise NotFound(detail="no such answer in a draft")


def put_automatic(connection: Connection, visit_id: str, link_ids: Collection[str], at: datetime) -> None:
    """ "Could not answer" for those of these items that hold nothing, marked as put there by no tap."""
    require_draft(connection, visit_id)
    answer = Answer(at=at, absent=Absent.COULD_NOT_ANSWER)
    rows = [answer_values(visit_id, link_id, answer) | {"automatic": True} for link_id in link_ids]
    if rows:
        connection.execute(upsert(answer_table).on_conflict_do_nothing(), rows)


def clear_automatic(connection: Connection, visit_id: str) -> None:
    """Take away what `put_automatic` put there and nobody touched since."""
    connection.execute(
        delete(answer_table).where(_a.visit_id == visit_id, _a.automatic.is_(True), is_draft(visit_id))
    )


def list_answered(connection: Connection, visit_id: str) -> tuple[str, ...]:
    """Link ids that hold an answer of any kind that somebody gave, in entries too; each once."""
    rows = connection.execute(
        select(_a.link_id).where(_a.visit_id == visit_id, _a.automatic.is_(False)).distinct()
    )
    return tuple(rows.scalars())


def list_automatic(connection: Connection, visit_id: str) -> frozenset[str]:
    """Link ids that hold only what `put_automatic` put there."""
    return frozenset(row.link_id for row in _AUTOMATIC.all(connection, visit=visit_id))


def add_entry(connection: Connection, visit_id: str, group: str, entry: Entry) -> None:
    """A new last entry of a group, with its answers."""
    require_draft(connection, visit_id)
    table = entry_table
    last = connection.execute(
        select(func.max(table.c.position)).where(table.c.visit_id == visit_id)
    ).scalar_one()
    connection.execute(
        insert(table).values(entry_values(visit_id, entry, group, 0 if last is None else last + 1))
    )
    rows = [answer_values(visit_id, link_id, answer, entry.id) for link_id, answer in entry.answers.items()]
    if rows:
        connection.execute(insert(answer_table), rows)


def find_group(connection: Connection, visit_id: str, entry_id: str) -> str | None:
    """The group of an entry, None when it is not (or no longer) there."""
    table = entry_table
    found = connection.execute(
        select(table.c.group).where(table.c.visit_id == visit_id, table.c.id == entry_id)
    ).scalar_one_or_none()
    return None if found is None else str(found)


def remove_entry(connection: Connection, visit_id: str, entry_id: str) -> None:
    """An entry with its answers and unfinished texts. One that is gone already is no error."""
    require_draft(connection, visit_id)
    connection.execute(delete(answer_table).where(_a.visit_id == visit_id, _a.entry == entry_id))
    unfinished.remove_of_entry(connection, visit_id, entry_id)
    table = entry_table
    connection.execute(delete(table).where(table.c.visit_id == visit_id, table.c.id == entry_id))


def is_draft(visit_id: Any) -> Any:
    """SQL: whether this visit is a draft here."""
    return exists(
        select(visit_table.c.id).where(
            visit_table.c.id == visit_id, visit_table.c.status == VisitStatus.DRAFT.value
        )
    )


def require_draft(connection: Connection, visit_id: str) -> None:
    """Raises NotFound unless `visit_id` is a draft here."""
    if not connection.execute(select(is_draft(visit_id))).scalar_one():
        raise NotFound(detail="no such draft")
