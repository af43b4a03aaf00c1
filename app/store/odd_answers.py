"""Answers as schema version 1 kept them, brought to version 2: also those that it should never have written.

Part of the step to version 2 and frozen with it: values are made as text here, never by today's encoders.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

ABSENTS = frozenset(
    {
        "declined",
        "could-not-answer",
        "could-not-answer-sleepy",
        "could-not-answer-confused",
        "could-not-answer-no-words",
        "not-discussed-today",
        "does-not-want-to-discuss",
        "not-known",
    }
)
"""Reasons that version 2 can read."""

_READ = (
    "SELECT visit_id, link_id, instrument, value, absent, name, at FROM answer_1 ORDER BY visit_id, link_id"
)
_PUT = """INSERT INTO answer (visit_id, entry, link_id, instrument, value, absent, name, again, automatic, at)
    VALUES (?, '', ?, ?, ?, ?, ?, '', 0, ?)"""
_PUT_WORDS = """INSERT INTO unfinishedtext (visit_id, "key", text) VALUES (?, ?, ?)
    ON CONFLICT (visit_id, "key") DO UPDATE SET text = text || '; ' || excluded.text"""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What one old row says, at most one of value and absent, and the words of it that are no answer."""

    instrument: str
    value: str | None
    absent: str | None
    name: str | None
    at: str
    words: tuple[str, ...]

    @property
    def is_answer(self) -> bool:
        return (self.value is None) != (self.absent is None)

    def say(self, beside: _Kept | None) -> str:
        """All of it in words; of the one that stays the answer (`beside`) only what it could not hold."""
        said = list(self.words)
        if self is not beside:
            said[:0] = [one for one in (self.value, self.absent) if one is not None]
        name = None if beside is not None and beside.name == self.name else self.name
        return ": ".join(one for one in (name, ", ".join(said)) if one)


def move_answers(connection: Connection) -> None:
    """Every row of `answer_1` into `answer`.

    Of two rows for one item the earlier number or reason stays the answer: it is what was asked first. What is no
    answer, or a second one that says something else, becomes unfinished text; only a second one that says the same
    is dropped. In a signed visit, where nobody can finish a text, a value of another kind stays an answer.
    """
    rows = connection.exec_driver_sql(_READ).all()
    answers: list[tuple[Any, ...]] = []
    words: list[tuple[str, str, str]] = []
    for (visit_id, link_id), held in groupby(rows, lambda row: (row.visit_id, row.link_id)):
        same = list(held)
        readings = [_read(row, as_value=False) for row in same]
        if not any(one.is_answer for one in readings) and _is_signed(connection, visit_id):
            readings = [_read(row, as_value=True) for row in same]
        kept, said = _choose(readings)
        if kept is not None:
            answers.append((visit_id, link_id, kept.instrument, kept.value, kept.absent, kept.name, kept.at))
        if said:
            words.append((visit_id, link_id, said))
    for statement, values in ((_PUT, answers), (_PUT_WORDS, words)):
        if values:
            connection.exec_driver_sql(statement, values)


def _choose(readings: Sequence[_Kept]) -> tuple[_Kept | None, str]:
    """(the answer, everything else in words)"""
    inside = sorted(readings, key=lambda one: (one.at, one.instrument))
    kept = next((one for one in inside if one.is_answer), None)
    others: Iterable[_Kept] = (
        one for one in inside if kept is None or one is kept or not _is_same(one, kept)
    )
    said = [text for text in (one.say(kept) for one in others) if text]
    return kept, "; ".join(dict.fromkeys(said))


def _is_same(one: _Kept, other: _Kept) -> bool:
    content = (one.value, one.absent, one.name, one.words)
    return content == (other.value, other.absent, other.name, other.words)


def _read(row: Any, *, as_value: bool) -> _Kept:
    """`as_value`: a value of another kind is a value all the same."""
    value: str | None = None
    absent: str | None = row.absent if row.absent in ABSENTS else None
    words: list[str] = []
    if isinstance(row.value, int):
        value = str(row.value)  # the digits of a whole number are its JSON
    elif row.value is not None:
        text = _as_text(row.value)
        if as_value and absent is None:
            value = json.dumps({"d": text} if isinstance(row.value, float) else text)
        else:
            words.append(text)
    if row.absent is not None and (absent is None or value is not None):
        words.append(row.absent)
        absent = None
    return _Kept(row.instrument, value, absent, row.name, row.at, tuple(words))


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.hex()
    return str(value)


def _is_signed(connection: Connection, visit_id: str) -> bool:
    found = connection.exec_driver_sql("SELECT status FROM visit WHERE id = ?", (visit_id,)).scalar()
    return found == "signed"
