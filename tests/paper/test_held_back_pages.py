"""Pages drawn from a record in which every question has an answer: only what may stand there does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.domain.on_paper import ADDABLE, NAMED, Paper
from app.paper.compose import LANGUAGES, compose, finish
from app.paper.model import Hand, Sheet
from app.paper.parts import said_pieces
from app.paper.pdf import DoesNotFit, draw
from app.paper.readers import list_readers
from app.paper.source import Source
from app.paper.words import ENGLISH
from tests.paper.paper_record import mark_of, marked_answers, marked_record, read_pages

MARKED = tuple(marked_answers())


@pytest.fixture(scope="module")
def source() -> Source:
    return marked_record()


def papers(source: Source) -> Iterator[Sheet]:
    readers = list_readers(source.people, "Walter O'Dowd")
    for paper in Paper:
        for language in LANGUAGES[paper]:
            for reader in readers if paper is Paper.FAMILY else readers[:1]:
                yield compose(source, paper, language, reader)


def found_in(sheet: Sheet, hand: Hand) -> set[str]:
    """The questions whose marks stand on the drawn pages. Marks are long: a line may break within one."""
    settled = finish(sheet, hand)
    try:
        pages = read_pages(draw(settled))
    except DoesNotFit:
        pages = [" ".join(settled.texts)]
    text = "".join(pages).replace(" ", "")
    return {link for link in MARKED if mark_of(link) in text}


def test_by_itself_a_page_holds_only_what_is_named_for_it(source: Source) -> None:
    for sheet in papers(source):
        assert found_in(sheet, Hand()) <= NAMED[sheet.paper], sheet.title


def test_with_every_piece_put_on_it_holds_only_what_may_be_added(source: Source) -> None:
    for sheet in papers(source):
        everything = Hand(on=frozenset(piece.id for piece in sheet.pieces))
        assert found_in(sheet, everything) <= NAMED[sheet.paper] | ADDABLE[sheet.paper], sheet.title


def test_the_marks_are_found_where_they_may_stand(source: Source) -> None:
    clinical = compose(source, Paper.CLINICAL, "en")
    assert {"akps", "conv-matters-words", "poc-if-worse", "med-how"} <= found_in(clinical, Hand())
    assert "phase" in found_in(clinical, Hand(on=frozenset({"phase"})))
    words = compose(source, Paper.OWN_WORDS, "en")
    assert found_in(words, Hand()) == set()
    assert found_in(words, Hand(on=frozenset({"conv-hopes", "conv-coping"}))) == {"conv-hopes", "conv-coping"}


def test_no_page_holds_address_member_number_or_how_somebody_lives(source: Source) -> None:
    for sheet in papers(source):
        everything = Hand(on=frozenset(piece.id for piece in sheet.pieces))
        text = " ".join(finish(sheet, everything).texts).casefold()
        for word in (
            "zqmember",
            "zqphone",
            "zqaddress",
            "zqbusiness",
            "zqsocial",
            "zqfinding",
            "zqvisitonly",
        ):
            assert word not in text


def test_a_held_answer_is_off_whoever_asks_for_it_to_be_on(source: Source) -> None:
    pieces = said_pieces(source, Paper.CLINICAL, ("conv-worries", "conv-place-death"), ENGLISH, on=True)
    assert [piece.id for piece in pieces] == ["conv-worries", "conv-place-death"]
    assert not any(piece.on for piece in pieces)
    assert said_pieces(source, Paper.CLINICAL, ("conv-aid-words", "conv-family"), ENGLISH) == ()
