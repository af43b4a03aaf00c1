"""Cells of a CSV file that a spreadsheet shows as text and never runs. Pure.

A spreadsheet reads a cell that begins with `=`, `+`, `-` or `@` as a formula, also after a tab or a line end (OWASP,
CSV injection). A name or a note is typed by people; a formula in it can call a program or send the sheet away.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

Cell = str | int | float | None

_FORMULA = re.compile(r"[\s\x00\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n|]")
"""What begins a formula, their full-width twins too, and what a spreadsheet drops before it looks."""


def quote_cell(value: Cell) -> str:
    """The text of one cell: an apostrophe before what a spreadsheet would take for a formula.

    What is given as a number stays one, a negative one too. None is an empty cell.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = value.replace("\x00", "")
    return f"'{text}" if _FORMULA.match(text) else text


def write_rows(rows: Iterable[Sequence[Cell]]) -> str:
    """A CSV text (RFC 4180: commas, every cell in double quotes, lines end with CR LF). Every cell goes through
    `quote_cell`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([quote_cell(cell) for cell in row] for row in rows)
    return out.getvalue()
