"""ESAS-r is scored as published, and never when something is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.instruments import answers_from_list, band_of, get_instrument, score

NUMBERS = st.integers(0, 10)
NINE = st.lists(NUMBERS, min_size=9, max_size=9)


@pytest.mark.parametrize(
    ("values", "total", "flags"),
    [
        ([4, 7, 3, 2, 5, 5, 3, 4, 4], 37, ("esas-tired",)),
        ([0] * 9, 0, ()),
        ([10] * 9, 90, tuple(item.link_id for item in get_instrument("esas-r").items[:9])),
        ([6, 6, 6, 6, 6, 6, 6, 6, 6], 54, ()),
    ],
)
def test_the_total_is_the_sum_of_the_nine_named_items(
    values: list[int], total: int, flags: tuple[str, ...]
) -> None:
    result = score("esas-r", answers_from_list("esas-r", values))
    assert (result.total, result.flags, result.missing) == (total, flags, ())


@given(NINE, st.integers(0, 8), st.sampled_from([None, "declined", "could-not-answer"]))
def test_one_missing_item_takes_the_total_away_but_not_the_flags(
    values: list[int], gap: int, reason: str | None
) -> None:
    answers = answers_from_list("esas-r", values)
    link_id = list(answers)[gap]
    answers[link_id] = reason
    result = score("esas-r", answers)
    assert result.total is None
    assert result.missing == (link_id,)
    assert set(result.flags) == {
        key for key, value in answers.items() if isinstance(value, int) and value >= 7
    }


@given(NINE, st.randoms())
def test_the_order_of_answering_never_changes_the_score(values: list[int], random: object) -> None:
    answers = answers_from_list("esas-r", values)
    shuffled = list(answers.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' Random has no public type
    assert score("esas-r", dict(shuffled)) == score("esas-r", answers)


@given(NINE, st.integers(0, 8))
def test_a_higher_number_never_lowers_the_total(values: list[int], at: int) -> None:
    raised = [*values]
    raised[at] = min(10, raised[at] + 1)
    before = score("esas-r", answers_from_list("esas-r", values)).total
    after = score("esas-r", answers_from_list("esas-r", raised)).total
    assert before is not None
    assert after is not None
    assert after >= before


def test_the_persons_own_problem_is_flagged_but_not_counted() -> None:
    result = score("esas-r", answers_from_list("esas-r", [0, 0, 0, 0, 0, 0, 0, 0, 0, 9]))
    assert (result.total, result.flags) == (0, ("esas-other",))


@pytest.mark.parametrize("value", [-1, 11, 5.5, "11"])
def test_a_number_outside_the_scale_is_refused(value: float | str) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        score("esas-r", {"esas-pain": value})


def test_an_unknown_item_is_refused() -> None:
    with pytest.raises(KeyError):
        score("esas-r", {"esas-hope": 3})


def test_more_values_than_items_are_refused() -> None:
    with pytest.raises(ValueError, match="10 items"):
        answers_from_list("esas-r", [1] * 11)


def test_only_bands_with_a_source_have_a_word() -> None:
    assert [band_of("esas-r", value) for value in (0, 2, 5, 7)] == ["none", None, "moderate", "severe"]
