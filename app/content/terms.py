"""The plain terms of the content schema: marks, kinds, codes, units, numbers. `app.content.model` gives them on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ContentError(ValueError):
    """A content file does not have the shape that this app understands; names the file and the part."""


class Mark(StrEnum):
    """How far a fact was traced: see docs/clinical/sources.md."""

    VERIFIED = "VERIFIED"
    SECOND_HAND = "VERIFIED (2nd hand)"
    UNVERIFIED = "UNVERIFIED"
    OWN = "OWN"


class Side(StrEnum):
    """Which days an answer can lie on, seen from today."""

    PAST = "past"
    FUTURE = "future"


class Kind(StrEnum):
    """Scale: published, scored, wording fixed. Form: our own words."""

    SCALE = "scale"
    FORM = "form"


class ItemKind(StrEnum):
    """What an answer's value is: see `app.domain.visit.Value`."""

    NUMBER = "number"
    """A whole number from `minimum` to `maximum`."""
    CHOICE = "choice"
    """The code of one option."""
    CHOICES = "choices"
    """The codes of any number of options."""
    YES_NO = "yes-no"
    """ "yes" or "no"."""
    LINE = "line"
    """One line of typed text."""
    TEXT = "text"
    """Typed text of several lines."""
    DATE = "date"
    """A day, `2026-11-22`."""
    MOMENT = "moment"
    """A time with its offset, ISO 8601."""
    QUANTITY = "quantity"
    """A decimal number in `unit`."""
    GROUP = "group"
    """Any number of entries, each answering `items`."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code with its system; `source` says where we saw it."""

    system: str
    code: str
    display: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """UCUM code and the word that is shown."""

    code: str
    display: str


def as_number(text: str) -> Decimal:
    """A typed or received decimal, comma or point. Raises ValueError when it is none."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except ArithmeticError as error:
        raise ValueError("not a number") from error
    if not number.is_finite():
        raise ValueError("not a number")
    return number
