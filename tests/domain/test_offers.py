"""What a visit offers, and the sentence where it does not."""

from __future__ import annotations

import pytest

from app.content import load
from app.domain.offers import (
    NOBODY_ANSWERS,
    NOT_SO,
    NOT_SWITCHED_ON,
    ONLY_THE_PERSON,
    TALK_FREELY,
    offer,
    offer_item,
)
from app.domain.visit import AnsweredBy, Modality

IN_PERSON, PHONE, VIDEO = Modality.IN_PERSON, Modality.TELEPHONE, Modality.VIDEO
NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("instrument_id", "modality", "by", "switches", "why_not"),
    [
        ("esas-r", PHONE, AnsweredBy.STAFF, NONE, None),
        ("4at", IN_PERSON, None, NONE, None),
        ("4at", VIDEO, AnsweredBy.FAMILY, NONE, None),
        ("4at", PHONE, None, NONE, NOT_SO[PHONE]),
        ("painad", IN_PERSON, None, NONE, NOT_SWITCHED_ON),
        ("painad", IN_PERSON, AnsweredBy.FAMILY, frozenset({"painad"}), None),
        ("painad", PHONE, None, frozenset({"painad"}), NOT_SO[PHONE]),
        ("phq-9", IN_PERSON, None, NONE, None),
        ("phq-9", PHONE, AnsweredBy.PATIENT, NONE, None),
        ("phq-9", IN_PERSON, AnsweredBy.ASSISTED, NONE, None),
        ("phq-9", IN_PERSON, AnsweredBy.FAMILY, NONE, ONLY_THE_PERSON),
        ("phq-2", IN_PERSON, AnsweredBy.STAFF, NONE, ONLY_THE_PERSON),
        ("gad-7", IN_PERSON, AnsweredBy.FAMILY, NONE, ONLY_THE_PERSON),
        ("gad-2", VIDEO, AnsweredBy.STAFF, NONE, ONLY_THE_PERSON),
        ("ahc-hrsn", PHONE, AnsweredBy.FAMILY, NONE, None),
        ("distress-signs", IN_PERSON, AnsweredBy.FAMILY, NONE, None),
        ("esas-r", IN_PERSON, AnsweredBy.NOBODY, NONE, NOBODY_ANSWERS),
        ("phq-9", IN_PERSON, AnsweredBy.NOBODY, NONE, NOBODY_ANSWERS),
        ("peg-3", IN_PERSON, AnsweredBy.NOBODY, NONE, NOBODY_ANSWERS),
        ("painad", IN_PERSON, AnsweredBy.NOBODY, frozenset({"painad"}), None),
        ("4at", IN_PERSON, AnsweredBy.NOBODY, NONE, None),
        ("distress-signs", IN_PERSON, AnsweredBy.NOBODY, NONE, None),
    ],
)
def test_an_instrument_is_offered_or_the_page_says_why_not(
    instrument_id: str,
    modality: Modality,
    by: AnsweredBy | None,
    switches: frozenset[str],
    why_not: str | None,
) -> None:
    assert offer(load()[instrument_id], modality, by, switches) == why_not


@pytest.mark.parametrize(
    ("modality", "switches", "freely", "why_not"),
    [
        (IN_PERSON, NONE, True, NOT_SWITCHED_ON),
        (IN_PERSON, frozenset({"hits-safety"}), False, None),
        (PHONE, frozenset({"hits-safety"}), False, TALK_FREELY),
        (VIDEO, frozenset({"hits-safety"}), False, TALK_FREELY),
        (PHONE, frozenset({"hits-safety"}), True, None),
    ],
)
def test_abuse_is_asked_about_only_when_switched_on_and_when_one_can_talk_freely(
    modality: Modality, switches: frozenset[str], freely: bool, why_not: str | None
) -> None:
    item = load()["ahc-hrsn"].get_item("95618-5")
    assert offer_item(item, modality, switches, talks_freely=freely) == why_not


def test_wishing_to_be_dead_is_not_asked_on_the_telephone_before_one_can_talk_freely() -> None:
    item = load()["phq-9"].get_item("/44260-8")
    assert offer_item(item, PHONE, NONE, talks_freely=False) == TALK_FREELY
    assert offer_item(item, IN_PERSON, NONE, talks_freely=False) is None
    assert offer_item(load()["phq-9"].items[0], PHONE, NONE, talks_freely=False) is None
