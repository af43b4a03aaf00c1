"""A table as a file: opened by spreadsheets without running anything, readable by its owner alone."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from plan.problems import PlanProblem

_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a formula begins with, also as East Asian keyboards write it; some programs pass over blanks before it."""


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(one) for one in row])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and (value.lstrip().startswith(_STARTS) or value[:1] in ("\t", "\r", "\n")):
        return f"'{value}"
    return "" if value is None else value


def keep_file(path: Path, data: bytes) -> None:
    """Write a new file (mode 0600). Raises PlanProblem where there is one already, or no place."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise PlanProblem(f"{path} is there already.") from error
    except OSError as error:
        raise PlanProblem(f"{path} cannot be written: {error.strerror}.") from error
    with os.fdopen(handle, "wb") as file:
        file.write(data)
