"""One door to all papers: which there are, in which languages, and how each is composed."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.on_paper import Paper
from app.paper import clinical, plain
from app.paper.model import Hand, Sheet, settle
from app.paper.readers import Reader
from app.paper.source import Source
from app.paper.words import ENGLISH, Words
from app.paper.words_es import SPANISH

WORDS: Mapping[str, Words] = {"en": ENGLISH, "es": SPANISH}
LANGUAGES: Mapping[Paper, tuple[str, ...]] = {
    Paper.CLINICAL: ("en",),
    Paper.FAMILY: ("en", "es"),
    Paper.FRIDGE: ("en", "es"),
    Paper.OWN_WORDS: ("en", "es"),
}
"""A chart is read by staff; what the person said is never translated."""


def propose_language(source: Source, paper: Paper) -> str:
    """The person's own where the paper has it, else English."""
    spoken = (source.sheet.patient.language or "").casefold()
    wanted = "es" if spoken.startswith(("spanish", "español", "es-")) or spoken == "es" else "en"
    return wanted if wanted in LANGUAGES[paper] else "en"


def compose(source: Source, paper: Paper, language: str, reader: Reader | None = None) -> Sheet:
    """The paper with every piece that could stand on it. Raises ValueError for a family's summary for nobody."""
    words = WORDS[language]
    if paper is Paper.CLINICAL:
        return clinical.compose(source, words)
    if paper is Paper.FRIDGE:
        return plain.compose_fridge(source, words)
    if paper is Paper.OWN_WORDS:
        return plain.compose_own_words(source, words)
    if reader is None:
        raise ValueError("a summary for a family is for somebody")
    return plain.compose_family(source, words, reader)


def finish(sheet: Sheet, hand: Hand) -> Sheet:
    """The paper as it will be drawn."""
    words = WORDS[sheet.language]
    return settle(sheet, hand, words.from_nurse, words.for_what)
