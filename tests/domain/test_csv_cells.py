"""No cell of a CSV file is run by the spreadsheet that opens it, and none is lost."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.csv_cells import quote_cell, write_rows

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=HYPERLINK(…)",
    "\t=1",
    "\r=1",
    " =1",
    "\ufeff=1",
    "\uff1d1",
    "\x00=1",
]


@pytest.mark.parametrize("typed", [*FORMULAS, "-", "-3", "-2 mg", "+1 (555) 0100", "@home", "|cmd", "\n=cmd"])
def test_what_begins_like_a_formula_begins_with_an_apostrophe(typed: str) -> None:
    assert quote_cell(typed).startswith("'")
    assert quote_cell(typed)[1:] == typed.replace("\x00", "")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-3, "-3"),
        (2.5, "2.5"),
        (None, ""),
        ("", ""),
        ("a=b", "a=b"),
        ("Ruiz", "Ruiz"),
    ],
)
def test_numbers_and_plain_words_stay_as_they_are(value: str | float | None, cell: str) -> None:
    assert quote_cell(value) == cell


@given(st.lists(st.lists(st.text(), min_size=1, max_size=4), min_size=1, max_size=4))
def test_every_cell_comes_back_whole_and_none_begins_a_formula(rows: list[list[str]]) -> None:
    back = list(csv.reader(io.StringIO(write_rows(rows), newline="")))
    assert [len(row) for row in back] == [len(row) for row in rows]
    for row, typed in zip(back, rows, strict=True):
        for cell, text in zip(row, typed, strict=True):
            assert cell.removeprefix("'") in (
                text.replace("\x00", ""),
                text.replace("\x00", "").removeprefix("'"),
            )
            assert cell.strip()[:1] not in tuple("=+@")
