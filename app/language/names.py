"""Which languages there are, and which way they run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is a BCP 47 tag, `name` what those who speak it call it, `country` the formats' country for Flet."""

    code: str
    name: str
    country: str = "US"
    right_to_left: bool = False


ENGLISH = "en"
LANGUAGES = (Language(ENGLISH, "English"), Language("es", "Español"))
"""What a person can choose, in the order in which it is offered."""

LONG = Language("en-XA", "Pseudo", "XA")
"""English with marks and 40 % longer: shows what never passed through a catalogue and what is clipped."""
MIRRORED = Language("ar-XB", "Mirrored", "XB", right_to_left=True)
"""English with marks, drawn from right to left."""
RECORDED = Language("zxx", "None")
"""No language: while tools write down what is asked."""

_BY_CODE = {one.code: one for one in (*LANGUAGES, LONG, MIRRORED)}


def find(code: str) -> Language | None:
    """The language of a tag, also one that nobody is offered (for tests)."""
    return _BY_CODE.get(code)


def is_known(code: object) -> bool:
    """Whether this may stand in a person's settings."""
    return isinstance(code, str) and code in _BY_CODE
