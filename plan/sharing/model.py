"""A shared record before it is drawn: sections of lines, and the records they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NOTHING = "Nothing is recorded."
TITLE = "Palliative care: shared record"


@dataclass(frozen=True, slots=True)
class Line:
    """`label` stands before the text, `detail` under it. `quoted`: the person's own words."""

    text: str
    label: str = ""
    detail: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A section. `code`: its LOINC code and that code's name, None where no code is sure."""

    id: str
    title: str
    code: tuple[str, str] | None
    lines: tuple[Line, ...]
    records: tuple[dict[str, Any], ...] = ()
    empty: str = NOTHING


@dataclass(frozen=True, slots=True)
class Summary:
    """`about` stands under the name: who she is and when she was last visited."""

    patient: dict[str, Any]
    name: str
    about: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    title: str = TITLE
