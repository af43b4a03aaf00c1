"""Quick phrases: short sentences that one tap puts into a field of words. Afterwards they are text like any other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from app.content import load
from app.content.model import ItemKind, Kind
from app.domain.items import find_place
from app.domain.typed import clean_line
from app.errors import RecordError
from app.language import N_, tr

NOTE = "note"
"""The visit's note, among the places of phrases; the others are link ids of questions answered in words."""
LONGEST_PHRASE = 120
MOST = 12
"""Phrases in one place from the plan, and phrases of a nurse's own."""
_WORD = re.compile(r"[^\W_]+")
NO_NUMBERS = N_("Leave numbers out: a number is true of one visit only.")
NO_SCALES = N_("Leave the names of scales out: a score has its own place.")


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """`by_place`: the plan's (or the app's) by place; `own`: the nurse's, wherever there are any."""

    by_place: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own: tuple[str, ...] = ()

    def list_for(self, place: str) -> tuple[str, ...]:
        """Her own first, none twice; none at all where the plan has none (the name of a medicine)."""
        of_place = self.by_place.get(place, ())
        if not (of_place or place == NOTE):
            return ()
        return tuple(dict.fromkeys((*self.own, *of_place)))


def check_phrase(typed: str) -> str:
    """The phrase as it is kept. Raises RecordError with the sentence why it is none: empty, too long, with a digit, or
    with the name of a scale. That it is no diagnosis no machine can see: the settings say it.
    """
    phrase = clean_line(typed)
    if not phrase:
        raise RecordError("Please type a phrase.")
    if len(phrase) > LONGEST_PHRASE:
        raise RecordError(tr("Please keep a phrase under {number} letters.", number=LONGEST_PHRASE))
    if any(letter.isnumeric() for letter in phrase):
        raise RecordError(NO_NUMBERS)
    said = set(_WORD.findall(phrase.casefold()))
    if said.intersection(_names()):
        raise RecordError(NO_SCALES)
    return phrase


@cache
def _names() -> tuple[str, ...]:
    """What scales are called, as far as it is no other word of the trade: phase and PEG are, and digits fall out."""
    scales = (
        one for one in load().values() if one.kind is Kind.SCALE and one.id not in ("phase", "peg-3", "4at")
    )
    return tuple(sorted({one.short_name.casefold().split("-")[0].split(" ")[0] for one in scales}))


def is_place(place: str) -> bool:
    """Whether phrases may stand there: the note, or a question answered in the nurse's words. Never where somebody
    else's own words belong, and never where something is private.
    """
    if place == NOTE:
        return True
    found = find_place(place)
    if found is None or found.item.kind is not ItemKind.TEXT or found.item.hidden or found.item.private:
        return False
    return "word" not in found.item.text.casefold()


def insert(text: str, phrase: str) -> str:
    """The text with the phrase after it, a sentence of its own."""
    before = text.rstrip()
    if not before:
        return phrase
    if text.endswith("\n"):
        return f"{text}{phrase}"
    end = "" if before[-1] in ".!?:;,…" else "."
    return f"{before}{end} {phrase}"
