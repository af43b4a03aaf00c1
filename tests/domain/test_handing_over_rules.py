"""Which questionnaires a person may answer alone, and which questions never leave the nurse."""

from __future__ import annotations

import pytest

from app.content import load
from app.content.model import ItemKind
from app.domain.handing_over import list_handed, may_be_handed_over
from app.domain.visit import AnsweredBy, Modality

EVERYTHING = frozenset({"painad", "hits-safety"})
"""All that a plan can switch on."""
BY_HERSELF = {"ahc-hrsn", "esas-r", "gad-2", "gad-7", "peg-3", "phq-2", "phq-9", "steadi", "steadi-key"}


def offered(who: AnsweredBy | None, modality: Modality = Modality.IN_PERSON) -> set[str]:
    return {name for name, one in load().items() if may_be_handed_over(one, modality, who, EVERYTHING)}


@pytest.mark.parametrize("who", [None, AnsweredBy.PATIENT, AnsweredBy.ASSISTED])
def test_the_person_answers_published_scales_of_her_own_and_nothing_that_a_nurse_rates(
    who: AnsweredBy | None,
) -> None:
    assert offered(who) == BY_HERSELF


def test_the_family_answers_nothing_that_only_the_person_can() -> None:
    assert offered(AnsweredBy.FAMILY) == BY_HERSELF - {"phq-2", "phq-9", "gad-2", "gad-7"}


def test_staff_is_handed_nothing_and_nobody_is_in_a_call() -> None:
    assert offered(AnsweredBy.STAFF) == set()
    assert offered(None, Modality.TELEPHONE) == set()
    assert offered(None, Modality.VIDEO) == set()


def test_what_is_kept_apart_is_never_among_the_questions() -> None:
    for instrument in load().values():
        items = list_handed(instrument, Modality.IN_PERSON, EVERYTHING)
        assert not [item for item in items if item.private or item.hidden]


def test_each_question_of_these_can_be_answered_by_taps() -> None:
    tapped = {ItemKind.NUMBER, ItemKind.CHOICE, ItemKind.CHOICES, ItemKind.YES_NO}
    for name in BY_HERSELF:
        assert {item.kind for item in load()[name].items} <= tapped
