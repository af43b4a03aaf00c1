"""Which questionnaires a person may answer alone, and which questions never leave the nurse."""

from __future__ import annotations

import pytest

from app.content import load
from app.content.model import ItemKind
from app.domain.handing_over import list_handed, may_be_handed_over
from app.domain.visit import AnsweredBy, Modality

EVERYTHING = frozenset({"painad", "hits-safety"})
"""All that a plan can switch on."""
OWN = {"own-answers"}
"""The form that only ever holds the person's own answers."""
BY_HERSELF = {"ahc-hrsn", "esas-r", "gad-2", "gad-7", "peg-3", "phq-2", "phq-9", "steadi", "steadi-key"}


def offered(who: AnsweredBy | None, modality: Modality = Modality.IN_PERSON) -> set[str]:
    return {name for name, one in load().items() if may_be_handed_over(one, modality, who, EVERYTHING)}


@pytest.mark.parametrize("who", [None, AnsweredBy.PATIENT, AnsweredBy.ASSISTED])
def test_the_person_answers_published_scales_of_her_own_and_nothing_that_a_nurse_rates(
    who: AnsweredBy | None,
) -> None:
    assert offered(who) == BY_HERSELF | OWN


def test_the_family_answers_nothing_that_only_the_person_can() -> None:
    assert offered(AnsweredBy.FAMILY) - OWN == BY_HERSELF - {"phq-2", "phq-9", "gad-2", "gad-7"}


def test_staff_is_handed_nothing_and_nobody_is_in_a_call() -> None:
    assert offered(AnsweredBy.STAFF) - OWN == set()
    assert offered(AnsweredBy.NOBODY) - OWN == set()
    assert offered(None, Modality.TELEPHONE) == set()
    assert offered(None, Modality.VIDEO) == set()


@pytest.mark.parametrize("who", list(AnsweredBy))
def test_the_person_speaks_for_herself_whoever_answers_the_rest_of_the_visit(who: AnsweredBy) -> None:
    assert offered(who) >= OWN


def test_how_in_which_language_and_through_whom_is_the_nurses_to_say() -> None:
    own = load()["own-answers"]
    assert own.voice is not None
    asked = [item.link_id for item in list_handed(own, Modality.IN_PERSON, EVERYTHING)]
    assert asked == [item.link_id for item in own.items if item.link_id not in own.voice.links]
    assert len(asked) == len(own.items) - 3


def test_what_is_kept_apart_is_never_among_the_questions() -> None:
    for instrument in load().values():
        items = list_handed(instrument, Modality.IN_PERSON, EVERYTHING)
        assert not [item for item in items if item.private or item.hidden]


def test_each_question_of_these_can_be_answered_by_taps() -> None:
    tapped = {ItemKind.NUMBER, ItemKind.CHOICE, ItemKind.CHOICES, ItemKind.YES_NO}
    for name in BY_HERSELF | OWN:
        assert {item.kind for item in load()[name].items} <= tapped
