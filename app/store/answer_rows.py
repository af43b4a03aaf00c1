"""Answers and entries of visits between row and domain, and the places where they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from app.domain.items import find_instrument_id
from app.domain.visit import Absent, Answer, Entry
from app.store import tables
from app.store.quick import Quick
from app.store.times import from_text, to_text
from app.store.values import decode_again, decode_value, encode_again, encode_value

answer_table = tables.table_of(tables.Answer)
entry_table = tables.table_of(tables.Entry)

_READ_ANSWERS = Quick(
    select(answer_table)
    .where(answer_table.c.visit_id == bindparam("visit_id"))
    .order_by(answer_table.c.entry, answer_table.c.link_id)
)
_READ_ENTRIES = Quick(
    select(entry_table.c.id, entry_table.c.about, entry_table.c.group.label("of_group"))
    .where(entry_table.c.visit_id == bindparam("visit_id"))
    .order_by(entry_table.c.position)
)
_FIND = Quick(
    select(answer_table).where(
        *(answer_table.c[name] == bindparam(name) for name in ("visit_id", "entry", "link_id"))
    )
)
_NEW_ANSWER, _NEW_ENTRY = Quick(insert(answer_table)), Quick(insert(entry_table))
_FORGET = tuple(
    Quick(delete(table).where(table.c.visit_id == bindparam("visit_id")))
    for table in (answer_table, entry_table)
)

Answers = dict[str, Answer]
Entries = dict[str, tuple[Entry, ...]]


def answer_values(visit_id: str, link_id: str, answer: Answer, entry: str = "") -> dict[str, Any]:
    """The row of one answer."""
    return {
        "visit_id": visit_id,
        "entry": entry,
        "link_id": link_id,
        "instrument": find_instrument_id(link_id),
        "value": None if answer.value is None else encode_value(answer.value),
        "absent": None if answer.absent is None else answer.absent.value,
        "name": answer.name,
        "again": encode_again(answer.again),
        "automatic": False,
        "at": to_text(answer.at),
    }


def to_answer(row: Any) -> Answer:
    return Answer(
        at=from_text(row.at),
        value=None if row.value is None else decode_value(row.value),
        absent=None if row.absent is None else Absent(row.absent),
        name=row.name,
        again=decode_again(row.again),
    )


def read_all(connection: Connection, visit_id: str) -> tuple[Answers, Entries]:
    """(answers by link id, entries by group in their order) of one visit."""
    answers: Answers = {}
    inner: dict[str, Answers] = {}
    for row in _READ_ANSWERS.all(connection, visit_id=visit_id):
        (inner.setdefault(row.entry, {}) if row.entry else answers)[row.link_id] = to_answer(row)
    entries: Entries = {}
    for row in _READ_ENTRIES.all(connection, visit_id=visit_id):
        held = entries.get(row.of_group, ())
        entries[row.of_group] = (*held, Entry(row.id, inner.get(row.id, {}), row.about))
    return answers, entries


def find_answer(connection: Connection, visit_id: str, link_id: str, entry: str = "") -> Answer | None:
    """One answer, without reading the others."""
    row = _FIND.one_or_none(connection, visit_id=visit_id, entry=entry, link_id=link_id)
    return None if row is None else to_answer(row)


def replace_all(
    connection: Connection,
    visit_id: str,
    answers: Mapping[str, Answer],
    entries: Mapping[str, tuple[Entry, ...]],
) -> None:
    """Exactly these answers and entries."""
    for statement in _FORGET:
        statement.run(connection, {"visit_id": visit_id})
    rows = [answer_values(visit_id, link_id, answer) for link_id, answer in answers.items()]
    held: list[dict[str, Any]] = []
    for group, group_entries in entries.items():
        for entry in group_entries:
            held.append(entry_values(visit_id, entry, group, len(held)))
            rows += [
                answer_values(visit_id, link, answer, entry.id) for link, answer in entry.answers.items()
            ]
    _NEW_ANSWER.run_many(connection, rows)
    _NEW_ENTRY.run_many(connection, held)


def entry_values(visit_id: str, entry: Entry, group: str, position: int) -> dict[str, Any]:
    """The row of one entry, without its answers."""
    return {
        "visit_id": visit_id,
        "id": entry.id,
        "group": group,
        "position": position,
        "about": entry.about,
    }


def remove_all(connection: Connection, visit_ids: Any) -> None:
    """Every answer and entry of these visits (ids, or a selection of ids)."""
    for table in (answer_table, entry_table):
        connection.execute(delete(table).where(table.c.visit_id.in_(visit_ids)))
