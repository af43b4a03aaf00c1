"""A paper before it is drawn: sections of pieces, each of which can be taken off or put on by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.domain.on_paper import Held, Paper

LINE = "_" * 28
"""Drawn where nothing is known, to be written on by hand."""
LONGEST_OWN = 600
"""Characters in what the nurse adds in her own words."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several short words that a piece can be given ("for pain"). `words` are in the paper's language."""

    id: str
    words: str


class Doubt(StrEnum):
    """Why a medicine does not stand by itself on a paper for the house: a paper must not settle it unasked."""

    DIFFERENT = "different"
    """Taken differently from what is ordered."""
    NOT_ORDERED = "not-ordered"
    TWO_WORDS = "two-words"
    """Two visits that did not know each other say different things."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that stands on a paper, or could.

    `label` stands before `text`, `detail` under it in smaller type. `held`: why it does not stand there by itself.
    `quoted`: the person's own words. `blank`: nothing is known, a line to write on by hand. `doubt` is for the nurse
    alone and never drawn.
    """

    id: str
    text: str
    label: str = ""
    detail: str = ""
    on: bool = True
    held: Held | None = None
    quoted: bool = False
    blank: bool = False
    choices: tuple[Choice, ...] = ()
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """`empty` is what stands where no piece does, "" to leave the whole section away."""

    id: str
    title: str
    pieces: tuple[Piece, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole paper. `about` stands under the title, `foot` small at its end; all words are in `language`."""

    paper: Paper
    language: str
    title: str
    about: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    foot: tuple[str, ...] = ()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(piece for section in self.sections for piece in section.pieces)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that is drawn, in the order of the page."""
        found = [self.title, *self.about]
        for section in self.sections:
            found.append(section.title)
            for piece in section.pieces:
                found += [piece.label, piece.text, piece.detail]
            if not section.pieces:
                found.append(section.empty)
        return tuple(text for text in (*found, *self.foot) if text)


@dataclass(frozen=True, slots=True)
class Hand:
    """What the nurse did to a paper: taken off, put on, purposes chosen, and her own words."""

    off: frozenset[str] = frozenset()
    on: frozenset[str] = frozenset()
    chosen: Mapping[str, str] = field(default_factory=dict)
    """Piece id → id of the choice."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """Piece id → what was typed where nothing was known; `OWN` → what she adds herself."""

    def shows(self, piece: Piece) -> bool:
        """Whether the piece stands on the paper now."""
        return piece.id in self.on or (piece.on and piece.id not in self.off)

    def turn(self, piece: Piece) -> Hand:
        """The same with this piece taken off, or put on."""
        if self.shows(piece):
            return replace(self, off=self.off | {piece.id}, on=self.on - {piece.id})
        return replace(self, off=self.off - {piece.id}, on=self.on | {piece.id})


OWN = "own"
"""Id of the section and the piece that hold what the nurse adds herself."""


def settle(sheet: Sheet, hand: Hand, own_title: str, for_words: str) -> Sheet:
    """The paper as it will be drawn: what is chosen and nothing else.

    `own_title` heads what the nurse typed; `for_words` is a pattern that takes a purpose as `{what}`.
    """
    sections = [
        replace(
            one, pieces=tuple(_settle(piece, hand, for_words) for piece in one.pieces if hand.shows(piece))
        )
        for one in sheet.sections
    ]
    typed = hand.typed.get(OWN, "").strip()[:LONGEST_OWN]
    if typed:
        sections.append(Section(OWN, own_title, (Piece(OWN, typed),)))
    return replace(sheet, sections=tuple(one for one in sections if one.pieces or one.empty))


def _settle(piece: Piece, hand: Hand, for_words: str) -> Piece:
    typed = hand.typed.get(piece.id, "").strip()[:LONGEST_OWN]
    if piece.blank and typed:
        return replace(piece, text=typed, blank=False, choices=())
    chosen = next((one for one in piece.choices if one.id == hand.chosen.get(piece.id)), None)
    if chosen is not None:
        return replace(piece, text=_lines(for_words.format(what=chosen.words), piece.text), choices=())
    return replace(piece, choices=())


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def is_bare(sheet: Sheet, needed: Iterable[str] = ()) -> bool:
    """Whether a settled paper says nothing: no piece with words, or none in the sections that it is for."""
    wanted = set(needed)
    return not any(
        piece.text
        for section in sheet.sections
        for piece in section.pieces
        if not wanted or section.id in wanted
    )
