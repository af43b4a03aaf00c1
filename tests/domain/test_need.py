"""The screen for palliative need and the SB 1004 checklist: they count, and decide nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content import load
from app.domain.need import DISEASE, GENERAL, criteria, screen
from app.domain.visit import Absent, Answer

AT = datetime(2026, 11, 22, tzinfo=UTC)
QUESTIONS = [item.link_id for item in load()["need-screen"].items]


def said(values: dict[str, str]) -> dict[str, Answer]:
    return {link_id: Answer(at=AT, value=value) for link_id, value in values.items()}


def test_the_screen_has_eight_questions() -> None:
    assert len(QUESTIONS) == 8


def test_one_yes_offers_nothing_and_two_offer_a_talk() -> None:
    assert not screen(said({QUESTIONS[0]: "yes"})).offer
    assert screen(said({QUESTIONS[0]: "yes", QUESTIONS[5]: "yes"})).offer


def test_a_declined_question_counts_as_open_and_never_as_no() -> None:
    found = screen({QUESTIONS[0]: Answer(at=AT, absent=Absent.DECLINED)})
    assert (found.yes, found.no, found.open) == (0, 0, 8)


@given(st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from(["yes", "no"])))
def test_every_question_is_counted_once(values: dict[str, str]) -> None:
    found = screen(said(values))
    assert found.yes + found.no + found.open == 8
    assert found.offer == (list(values.values()).count("yes") >= 2)


@pytest.mark.parametrize("link_id", [*GENERAL, *DISEASE])
def test_every_criterion_is_in_the_content(link_id: str) -> None:
    codes = [option.code for option in load()["sb1004"].get_item(link_id).options]
    assert codes == ["met", "not-met", "unknown"]


def test_what_was_not_asked_is_unknown_and_never_not_met() -> None:
    found = criteria(said({"sb-year": "met", "sb-agrees": "not-met", "sb-copd": "met"}))
    assert (found.met, found.not_met, found.unknown) == (1, 1, 3)
    assert found.diseases == ("sb-copd",)
