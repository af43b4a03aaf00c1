from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.content import load
from app.domain.instruments import score_visit
from app.domain.second_look import find_second_look
from app.domain.visit import Absent, Again, Answer

PAINAD = load()["painad"]
AT = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)
LATER = AT + timedelta(minutes=35)
FIRST = ("noisy", "repeated", "grimacing", "rigid", "unable")
THEN = ("normal", "none", "sad-frightened-frown", "relaxed", "no-need")


def looked_twice() -> dict[str, Answer]:
    return {
        f"painad-{n}": Answer(AT, before, again=(Again(LATER, after, done="morphine"),))
        for n, (before, after) in enumerate(zip(FIRST, THEN, strict=True), start=1)
    }


def test_a_second_look_has_its_own_score_and_leaves_the_visits_total_alone() -> None:
    answers = looked_twice()
    found = find_second_look(PAINAD, answers)
    assert found is not None
    assert (found.score.total, found.score.band, found.number, found.at) == (1, "mild", 2, LATER)
    assert score_visit(answers)["painad"].total == 10


def test_a_scale_of_which_one_item_was_not_looked_at_again_has_no_second_score() -> None:
    answers = looked_twice()
    answers["painad-3"] = Answer(AT, "grimacing")
    assert find_second_look(PAINAD, answers) is None
    del answers["painad-3"]
    assert find_second_look(PAINAD, answers) is None


def test_a_reason_for_no_answer_in_the_second_look_leaves_no_score() -> None:
    answers = looked_twice()
    answers["painad-3"] = Answer(AT, "grimacing", again=(Again(LATER, absent=Absent.SLEEPY),))
    assert find_second_look(PAINAD, answers) is None


def test_the_latest_value_counts_and_an_uneven_number_of_looks_is_not_counted() -> None:
    answers = looked_twice()
    again = (*answers["painad-3"].again, Again(LATER, "grimacing"))
    answers["painad-3"] = Answer(AT, "grimacing", again=again)
    found = find_second_look(PAINAD, answers)
    assert found is not None
    assert (found.score.total, found.number) == (2, None)


def test_a_value_that_no_option_has_leaves_no_score_and_a_form_has_none() -> None:
    answers = looked_twice()
    answers["painad-3"] = Answer(AT, "grimacing", again=(Again(LATER, 7),))
    assert find_second_look(PAINAD, answers) is None
    assert find_second_look(load()["distress-signs"], {}) is None
