"""A made-up language: each sentence between marks, its letters with accents, and 40 % longer.

What stands on a screen without marks never passed through a catalogue; what does not fit would not fit in Spanish.
"""

from __future__ import annotations

import re
from gettext import NullTranslations

OPEN, CLOSE = "[", "]"
LONGER = 0.4
_ACCENTS = str.maketrans("aeiounAEIOUN", "áéíóúñÁÉÍÓÚÑ")
_PLACES = re.compile(r"(\{\{|\}\}|\{[^{}]*\})")


def dress(sentence: str, *, longer: bool = True) -> str:
    """One sentence between marks; what stands in braces stays as it is, and so does what is marked already."""
    if sentence.startswith(OPEN):
        return sentence
    pieces = _PLACES.split(sentence)
    said = "".join(piece if at % 2 else piece.translate(_ACCENTS) for at, piece in enumerate(pieces))
    letters = sum(len(piece) for at, piece in enumerate(pieces) if not at % 2)
    more = "~" * -(-int(letters * LONGER * 10) // 10) if longer else ""
    return f"{OPEN}{said}{f' {more}' if more else ''}{CLOSE}"


class Pseudo(NullTranslations):
    """Answers like a catalogue that has every sentence."""

    def __init__(self, *, longer: bool) -> None:
        super().__init__()
        self._longer = longer

    def gettext(self, message: str) -> str:
        return dress(message, longer=self._longer)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return dress(msgid1 if n == 1 else msgid2, longer=self._longer)

    def pgettext(self, context: str, message: str) -> str:
        return dress(message, longer=self._longer)
