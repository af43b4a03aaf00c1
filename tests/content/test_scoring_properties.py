"""What holds for every scale and any answers, whatever its content file says."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content import Instrument, ItemKind, load
from app.domain.instruments import number_of, opens_long_form, score, score_instrument, score_visit
from app.domain.visit import Answer
from tests.support.content_strategies import (
    NOT_ANSWERS,
    answers_to,
    complete_answers,
    instruments,
    scales_with_a_total,
)

SUMS = [one for one in load().values() if one.total.rule in ("sum", "mean")]


@given(st.data(), scales_with_a_total, st.randoms())
def test_the_order_of_answering_never_changes_the_score(
    data: st.DataObject, scale: Instrument, random: Random
) -> None:
    answers = data.draw(complete_answers(scale))
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert score_instrument(scale, dict(shuffled)) == score_instrument(scale, answers)


@given(st.data(), scales_with_a_total, NOT_ANSWERS)
def test_one_counted_item_without_an_answer_takes_the_total_and_band_away(
    data: st.DataObject, scale: Instrument, reason: str | None
) -> None:
    answers = data.draw(complete_answers(scale))
    gap = data.draw(st.sampled_from(scale.total.of))
    with_gap = {**answers, gap: reason}
    without = {link_id: value for link_id, value in answers.items() if link_id != gap}
    found = score_instrument(scale, with_gap)
    assert found == score_instrument(scale, without)
    assert (found.total, found.band, found.missing) == (None, None, (gap,))
    whole = score_instrument(scale, answers)
    assert set(found.flags) == set(whole.flags) - {gap}
    if found.positive is not None:
        assert found.positive is True is whole.positive


@given(st.data(), scales_with_a_total)
def test_a_complete_scale_has_a_total_and_nothing_missing(data: st.DataObject, scale: Instrument) -> None:
    found = score_instrument(scale, data.draw(complete_answers(scale)))
    assert found.total is not None
    assert found.missing == ()
    banded = scale.bands and scale.total.bands_total
    assert (found.band is not None) == bool(banded)


@given(st.data(), st.sampled_from(SUMS))
def test_a_higher_answer_never_lowers_the_total(data: st.DataObject, scale: Instrument) -> None:
    answers = data.draw(complete_answers(scale))
    link_id = data.draw(st.sampled_from(scale.total.of))
    item = scale.get_item(link_id)
    before = number_of(item, answers[link_id])
    steps = (
        range(item.minimum, item.maximum + 1)
        if item.kind is ItemKind.NUMBER
        else [option.score for option in item.options if option.score is not None]
    )
    raised = data.draw(st.sampled_from([one for one in steps if before is not None and one >= before]))
    low, high = score_instrument(scale, answers), score_instrument(scale, {**answers, link_id: raised})
    assert low.total is not None
    assert high.total is not None
    assert high.total >= low.total


@given(st.data(), scales_with_a_total)
def test_an_option_s_code_and_its_score_are_the_same_answer(data: st.DataObject, scale: Instrument) -> None:
    answers = data.draw(complete_answers(scale))
    numbers = {link_id: number_of(scale.get_item(link_id), value) for link_id, value in answers.items()}
    assert score_instrument(scale, numbers).total == score_instrument(scale, answers).total


@given(st.data(), scales_with_a_total)
def test_a_total_stays_between_the_lowest_and_the_highest_that_the_items_allow(
    data: st.DataObject, scale: Instrument
) -> None:
    found = score_instrument(scale, data.draw(complete_answers(scale)))
    ends = []
    for link_id in scale.total.of:
        item = scale.get_item(link_id)
        own = [option.score for option in item.options if option.score is not None]
        ends.append((min(own), max(own)) if own else (item.minimum, item.maximum))
    low, high = sum(end[0] for end in ends), sum(end[1] for end in ends)
    share = len(ends) if scale.total.rule == "mean" else 1
    assert found.total is not None
    assert low / share <= found.total <= high / share


@given(st.data(), instruments)
def test_any_valid_visit_can_be_scored(data: st.DataObject, instrument: Instrument) -> None:
    answers = data.draw(answers_to(instrument))
    scores = score_visit(answers)
    assert set(scores) <= {instrument.id, *(short_id(instrument))}
    assert bool(scores) == bool(answers)


def short_id(instrument: Instrument) -> list[str]:
    return [instrument.short_form.id] if instrument.short_form is not None else []


def test_a_stored_answer_of_newer_content_counts_as_missing_and_raises_nothing() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    scores = score_visit({"/44250-9": Answer(at=at, value=7), "esas-pain": Answer(at=at, value=99)})
    assert "/44250-9" in scores["phq-2"].missing
    assert "esas-pain" in scores["esas-r"].missing


@given(st.data(), instruments)
def test_a_visit_is_scored_as_its_answers_are(data: st.DataObject, instrument: Instrument) -> None:
    answers = data.draw(answers_to(instrument))
    plain = {link_id: answer.value for link_id, answer in answers.items()}
    if answers and instrument.short_form is None:
        assert score_visit(answers) == {instrument.id: score_instrument(instrument, plain)}


def test_a_whole_esas_in_a_visit_has_its_total() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    answers = {link_id: Answer(at=at, value=4) for link_id in load()["esas-r"].total.of}
    assert score_visit(answers)["esas-r"].total == 36


def test_only_the_short_form_is_scored_while_only_its_questions_are_answered() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    two = {"/44250-9": Answer(at=at, value="LA6571-9"), "/44255-8": Answer(at=at, value="LA6570-1")}
    assert set(score_visit(two)) == {"phq-2"}
    more = {**two, "/44260-8": Answer(at=at, value="LA6569-3")}
    assert score_visit(more)["phq-9"].flags == ("/44260-8",)


@pytest.mark.parametrize(
    ("instrument_id", "answers", "opens"),
    [
        ("phq-9", {}, False),
        ("phq-9", {"/44250-9": 2}, False),
        ("phq-9", {"/44250-9": 3}, True),
        ("phq-9", {"/44250-9": 2, "/44255-8": 1}, True),
        ("gad-7", {"/69725-0": 1, "/68509-9": "declined"}, False),
        ("gad-7", {"/69725-0": 1, "/68509-9": 2}, True),
        ("steadi", {"steadi-1": "no", "steadi-3": "no", "steadi-5": "no"}, False),
        ("steadi", {"steadi-5": "yes"}, True),
        ("peg-3", {}, True),
    ],
)
def test_the_short_form_opens_the_long_one_at_its_cut(
    instrument_id: str, answers: dict[str, int | str], opens: bool
) -> None:
    assert opens_long_form(load()[instrument_id], answers) is opens


@pytest.mark.parametrize(
    ("instrument_id", "answer"),
    [("akps", 45), ("ecog", 6), ("phq-9", 4), ("peg-3", 10.5), ("4at", 3), ("steadi", 2.5)],
)
def test_a_number_that_no_answer_has_is_refused(instrument_id: str, answer: float) -> None:
    first = load()[instrument_id].items[-1 if instrument_id == "4at" else 0].link_id
    with pytest.raises(ValueError, match=first):
        score(instrument_id, {first: answer})
