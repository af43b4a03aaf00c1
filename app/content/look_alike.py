"""Names as a reader sees them, to tell whether two would be taken for the same."""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset("\u115f\u1160\u2800")
"""Letters and signs that are drawn as nothing: the Hangul fillers and the empty Braille cell."""
_PASSED_OVER = frozenset("CMPZ")
"""Categories of Unicode: controls and invisible formats, marks on letters, punctuation (every dash), spaces."""


def seen_name(name: str) -> str:
    """A name without what nobody sees or looks at: case, spaces, dashes, marks and invisible characters."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(
        letter
        for letter in plain
        if letter not in _UNSEEN and unicodedata.category(letter)[0] not in _PASSED_OVER
    )
