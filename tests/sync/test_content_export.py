"""Each instrument as a Questionnaire that a plan can load."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.content import Instrument, load
from app.sync.fhir.content_export import NOT_OFFERED, ORDINAL, encode_bundle, encode_questionnaire
from tests.support.r4 import r4_errors

ALL = list(load().values())


def items_of(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in resource.get("item", ()):
        yield item
        yield from items_of(item)


@pytest.mark.parametrize("instrument", ALL, ids=lambda one: one.id)
def test_every_instrument_is_valid_r4(instrument: Instrument) -> None:
    exported = encode_questionnaire(instrument)
    assert r4_errors(exported) == []
    links = [item["linkId"] for item in items_of(exported)]
    assert len(links) == len(set(links))
    for item in items_of(exported):
        # What the validator counts wrongly is counted here: one value, one question, one answer each.
        for option in item.get("answerOption", ()):
            assert len([key for key in option if key.startswith("value")]) == 1
        for when in item.get("enableWhen", ()):
            assert when["question"] in links
            assert len([key for key in when if key.startswith("answer")]) == 1
        assert item["type"] == "group" or not item.get("required")


def test_its_canonical_is_the_one_that_responses_name() -> None:
    exported = encode_questionnaire(load()["phq-9"])
    assert (exported["url"], exported["version"]) == ("urn:hearthside:questionnaire:phq-9", "1")
    assert exported["code"][0]["code"] == "44249-1"


def test_options_carry_their_score_and_their_published_code() -> None:
    first = encode_questionnaire(load()["phq-9"])["item"][1]
    coding = first["answerOption"][3]["valueCoding"]
    assert (coding["system"], coding["code"]) == ("http://loinc.org", "LA6571-9")
    assert coding["extension"] == [{"url": ORDINAL, "valueDecimal": 3}]
    assert first["text"] == "Little interest or pleasure in doing things"


def test_an_answer_that_is_never_offered_says_so() -> None:
    options = encode_questionnaire(load()["akps"])["item"][1]["answerOption"]
    hidden = [option["valueCoding"]["code"] for option in options if "extension" in option]
    assert hidden == ["0"]
    assert options[-1]["extension"][0]["url"] == NOT_OFFERED


def test_the_person_s_own_problem_is_a_name_and_a_number() -> None:
    item = encode_questionnaire(load()["esas-r"])["item"][-1]
    assert [(part["linkId"], part["type"]) for part in item["item"]] == [
        ("esas-other/name", "string"),
        ("esas-other/value", "integer"),
    ]


def test_a_question_that_follows_from_another_is_enabled_by_it() -> None:
    items = {item["linkId"]: item for item in items_of(encode_questionnaire(load()["body-falls"]))}
    condition = {"question": "fall-since", "operator": "=", "answerBoolean": True}
    assert items["fall-injury"]["enableWhen"] == [condition]


@pytest.mark.parametrize("instrument_id", ["esas-r", "4at", "akps", "peg-3"])
def test_the_owner_s_line_goes_with_it(instrument_id: str) -> None:
    instrument = load()[instrument_id]
    assert instrument.attribution
    assert encode_questionnaire(instrument)["copyright"].startswith(instrument.attribution)


def test_all_together_are_one_collection() -> None:
    bundle = encode_bundle([load()["peg-3"], load()["steadi"]])
    assert [entry["resource"]["id"] for entry in bundle["entry"]] == ["peg-3", "steadi"]
    assert r4_errors(bundle) == []
