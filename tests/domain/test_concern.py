"""The concern question: raised by item 9 or by the nurse's own worry, open until one of four answers is given."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain import concern
from app.domain.visit import Absent, Again, Answer

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ITEM_9 = "/44260-8"


@pytest.mark.parametrize(
    ("answers", "raised"),
    [
        ({}, False),
        ({ITEM_9: Answer(AT, "LA6568-5")}, False),
        ({ITEM_9: Answer(AT, "LA6569-3")}, True),
        ({ITEM_9: Answer(AT, 1)}, True),
        ({ITEM_9: Answer(AT, absent=Absent.DECLINED)}, False),
        ({ITEM_9: Answer(AT, "LA6568-5", again=(Again(AT, "LA6571-9"),))}, True),
        ({"concern-worried": Answer(AT, "yes")}, True),
        ({"concern-worried": Answer(AT, "no")}, False),
    ],
)
def test_item_9_above_none_or_a_worry_raises_it(answers: dict[str, Answer], raised: bool) -> None:
    assert concern.is_raised(answers) is raised
    assert concern.is_open(answers) is raised


@pytest.mark.parametrize("said", concern.ANSWERS)
def test_each_of_the_four_answers_settles_it(said: str) -> None:
    answers = {"concern-worried": Answer(AT, "yes"), "concern-answer": Answer(AT, said)}
    assert concern.is_raised(answers)
    assert not concern.is_open(answers)


def test_an_answer_without_a_concern_asks_nothing() -> None:
    assert not concern.is_open({"concern-answer": Answer(AT, "mistake")})


@pytest.mark.parametrize("said", [concern.TIRED, concern.THOUGHTS, concern.COULD_NOT_ASK])
def test_what_was_found_out_raises_it_on_its_own_until_it_is_a_mistake_or_cleared(said: str) -> None:
    for rest in ({}, {"concern-worried": Answer(AT, "no")}, {ITEM_9: Answer(AT, "LA6568-5")}):
        answers = {**rest, "concern-answer": Answer(AT, said)}
        assert concern.is_raised(answers)
        assert not concern.is_open(answers)
        mistaken = {**rest, "concern-answer": Answer(AT, concern.MISTAKE)}
        assert not concern.is_raised(mistaken)
        assert not concern.is_raised(rest)


def test_the_question_is_shown_as_long_as_it_holds_an_answer() -> None:
    assert not concern.is_shown({})
    assert concern.is_shown({"concern-worried": Answer(AT, "yes")})
    for said in concern.ANSWERS:
        assert concern.is_shown({"concern-answer": Answer(AT, said)})
