"""Search by the beginning of any word of a name: which words a name has, and which rows match what was typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select

from app.domain.patient import fold
from app.store.tables import PatientWord, table_of

_word = table_of(PatientWord)
_PIECES = re.compile(r"[^\W_]+")
_AROUND = ".,;()\"'"
_LAST = "\U0010ffff"


def find_words(name: str) -> frozenset[str]:
    """`O'Brien-Ruiz, Ana` → ruiz, ana, brien, obrien, o'brien, …: each way in which people type it."""
    words: set[str] = set()
    for whole in fold(name).split():
        for part in (whole, *whole.split("-")):
            pieces = _PIECES.findall(part)
            if pieces:
                words |= {part.strip(_AROUND), "".join(pieces), *pieces}
    return frozenset(words)


def find_terms(text: str) -> tuple[str, ...]:
    """The words that were typed, folded; punctuation around them (`Ruiz, Ana`) does not count."""
    stripped = (term.strip(_AROUND) for term in fold(text).split())
    return tuple(term for term in stripped if term)


def replace_words(connection: Connection, patient_id: str, name: str) -> None:
    """Exactly the words of this name."""
    connection.execute(delete(_word).where(_word.c.patient_id == patient_id))
    words = find_words(name)
    if words:
        connection.execute(
            insert(_word), [{"word": word, "patient_id": patient_id} for word in sorted(words)]
        )


def match_name(patient_id: ColumnElement[str], text: str) -> list[ColumnElement[bool]]:
    """One condition a term: some word of that person's name begins with it."""
    return [_begins(patient_id, term, term + _LAST) for term in find_terms(text)]


def named_by(patient_id: ColumnElement[str], terms: int) -> list[ColumnElement[bool]]:
    """The same for so many terms whose `name_values` come when it is run."""
    return [_begins(patient_id, bindparam(f"from_{n}"), bindparam(f"to_{n}")) for n in range(terms)]


def name_values(terms: Sequence[str]) -> dict[str, str]:
    """The values of `named_by`."""
    return {f"from_{n}": term for n, term in enumerate(terms)} | {
        f"to_{n}": term + _LAST for n, term in enumerate(terms)
    }


def _begins(patient_id: ColumnElement[str], low: Any, high: Any) -> ColumnElement[bool]:
    """A range, so that the index is used."""
    word = _word.c.word
    return patient_id.in_(select(_word.c.patient_id).where(word >= low, word < high))
