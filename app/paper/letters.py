"""The typefaces of papers: our own, embedded; a second one for letters that it lacks; and which letters neither has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from app.config import assets_dir
from app.errors import HearthsideError
from app.language import N_

PLAIN, STRONG, MORE = "HearthsidePaper", "HearthsidePaperStrong", "HearthsidePaperMore"
_FILES = {
    PLAIN: "AtkinsonHyperlegibleNext-Regular.ttf",
    STRONG: "AtkinsonHyperlegibleNext-SemiBold.ttf",
    MORE: "InterPaper-Regular.ttf",
}
UNDRAWABLE = "\u00b7"
"""Stands for a letter that no typeface here has; the preview says which ones."""
_PIECES = re.compile(r"\S+|\s+")


class NoTypeface(HearthsideError):
    sentence = N_("The letters for papers are missing from this installation. Please call your support.")


@dataclass(frozen=True, slots=True)
class Letters:
    """Code points that our own typeface draws in both weights, and those of the second one."""

    own: frozenset[int]
    more: frozenset[int]

    def can_draw(self, letter: str) -> bool:
        return letter.isspace() or ord(letter) in self.own or ord(letter) in self.more

    def runs(self, text: str) -> Iterator[tuple[str, bool]]:
        """(words, whether in the second typeface): a word of which one letter is missing changes as a whole."""
        for piece in _PIECES.findall(compose_letters(text)):
            drawn = "".join(letter if self.can_draw(letter) else UNDRAWABLE for letter in piece)
            yield drawn, not piece.isspace() and any(ord(letter) not in self.own for letter in drawn)


def compose_letters(text: str) -> str:
    """Letters with their accents as one: a mark that stands by itself has no place of its own on paper."""
    return unicodedata.normalize("NFC", text)


@cache
def load_letters() -> Letters:
    """Make the typefaces known to the PDF writer.

    The first call takes a while: make it off the event loop. Raises NoTypeface when the files are not there.
    """
    # imported here: the library takes a third of a second, and few days need it
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    assets = assets_dir()
    drawable: dict[str, frozenset[int]] = {}
    for name, file in _FILES.items():
        path = None if assets is None else assets / "fonts" / file
        if path is None or not path.is_file():
            raise NoTypeface
        font = TTFont(name, str(path))
        pdfmetrics.registerFont(font)
        drawable[name] = frozenset(font.face.charToGlyph)
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=STRONG, italic=PLAIN, boldItalic=STRONG)
    return Letters(drawable[PLAIN] & drawable[STRONG], drawable[MORE])


def find_undrawable(texts: Iterable[str]) -> str:
    """Letters of these texts that cannot be drawn, each once, in their order; "" when all can."""
    known = load_letters()
    letters = (letter for text in texts for letter in compose_letters(text))
    return "".join(dict.fromkeys(letter for letter in letters if not known.can_draw(letter)))
