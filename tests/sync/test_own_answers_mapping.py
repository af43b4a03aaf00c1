"""Own answers in FHIR: the person is their source, whoever answered the rest; language and interpreter go along."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.visit import AnsweredBy, Visit
from app.sync.fhir.observations import encode_observations
from app.sync.fhir.questionnaire import encode_responses
from app.sync.fhir.responses import decode_responses
from app.sync.fhir.visit import decode_visit, encode_visit
from tests.support.r4 import r4_errors
from tests.sync.mapping_kit import NOON, by_type, decode, given, make_visit

OWN = {
    "own-language": "es",
    "own-through": "remote",
    "own-by": "patient",
    "own-pain": 8,
    "own-first": "pain",
}


def told(by: AnsweredBy | None = AnsweredBy.FAMILY, how: str = "patient") -> Visit:
    return make_visit(given({"esas-pain": 3, **OWN, "own-by": how}), answered_by=by)


def find(visit: Visit, form: str) -> dict[str, Any]:
    (found,) = [one for one in encode_responses(visit) if f":{form}|" in one["questionnaire"]]
    return found


def said_by(response: dict[str, Any]) -> str | None:
    found = [
        e["valueCode"] for e in response.get("extension", []) if e["url"] == "urn:hearthside:answered-by"
    ]
    return found[0] if found else None


@pytest.mark.parametrize("by", [None, *AnsweredBy])
def test_she_is_the_source_whoever_answers_the_rest(by: AnsweredBy | None) -> None:
    own = find(told(by), "own-answers")
    assert own["source"] == {"reference": "Patient/p1"}
    assert said_by(own) == "patient"


def test_it_is_good_r4() -> None:
    assert r4_errors(find(told(), "own-answers")) == []


def test_what_the_daughter_said_stands_apart() -> None:
    scale = find(told(), "esas-r")
    assert "source" not in scale
    assert said_by(scale) == "family-caregiver"


def test_help_with_reading_or_tapping_is_said() -> None:
    assert said_by(find(told(how="caregiver-assisted"), "own-answers")) == "caregiver-assisted"
    assert said_by(find(told(how="told"), "own-answers")) == "patient"


def test_language_and_interpreter_go_along_and_the_language_is_coded() -> None:
    items = {
        one["linkId"]: one["answer"][0]["valueCoding"] for one in find(told(), "own-answers")["item"][:3]
    }
    assert items["own-language"] == {"system": "urn:ietf:bcp:47", "code": "es", "display": "Spanish"}
    assert items["own-through"]["code"] == "remote"


def test_pain_is_charted_with_the_code_of_a_reported_number_and_nothing_else_is() -> None:
    charted = [one for one in encode_observations(told()) if "72514-3" in str(one["code"])]
    assert [one["valueInteger"] for one in charted] == [8]
    texts = " ".join(str(one["code"]) for one in encode_observations(told()))
    assert "How I feel" not in texts


def test_the_whole_visit_comes_back_with_both_voices() -> None:
    visit = told()
    back = decode(by_type(encode_visit(visit)))
    assert back is not None
    assert back.answered_by is AnsweredBy.FAMILY
    assert dict(back.answers) == dict(visit.answers)


def test_who_answered_the_visit_is_never_taken_from_her_own_form() -> None:
    own = find(told(), "own-answers")
    assert decode_responses([own], NOON).answered_by is None


def test_a_number_that_somebody_charted_elsewhere_is_never_her_own_answer() -> None:
    encounter = by_type(encode_visit(make_visit(given({"esas-pain": 3}))))["Encounter"][0]
    charted = [one for one in encode_observations(told()) if "72514-3" in str(one["code"])]
    assert charted
    found = decode_visit(encounter, [], [], charted)
    assert found is None or "own-pain" not in found.answers
