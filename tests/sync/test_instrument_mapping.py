"""Answers ↔ QuestionnaireResponses: every kind of item, reasons, later measurements, entries, private halves."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from app.domain.visit import Absent, Again, Answer, AnsweredBy, Entry, Visit
from app.sync.fhir import json_text
from app.sync.fhir.frame import is_restricted
from app.sync.fhir.observations import encode_observations
from app.sync.fhir.questionnaire import encode_responses
from app.sync.fhir.responses import decode_responses
from tests.support.r4 import r4_errors
from tests.support.visit_strategies import visits
from tests.sync.mapping_kit import CONTENT, NOON, given, make_visit

made_up = visits(CONTENT)


def over_the_wire(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json_text.loads(json_text.dumps(resources))
    return found


def sent(visit: Visit) -> list[dict[str, Any]]:
    return over_the_wire(encode_responses(visit, CONTENT))


@for_any(made_up)
def test_answers_to_every_kind_of_item_come_back_as_they_were(visit: Visit) -> None:
    back = decode_responses(sent(visit), NOON, CONTENT)
    assert dict(back.answers) == visit.answers
    assert dict(back.entries) == visit.entries


@for_any(made_up)
def test_a_decimal_comes_back_with_every_digit_it_was_written_with(visit: Visit) -> None:
    answer = visit.answers.get("k-quantity")
    back = decode_responses(sent(visit), NOON, CONTENT).answers.get("k-quantity")
    if answer is not None and isinstance(answer.value, Decimal):
        assert back is not None
        assert format(back.value, "f") == format(answer.value, "f")


@settings(max_examples=25)
@for_any(made_up)
def test_every_response_and_observation_is_good_r4(visit: Visit) -> None:
    for resource in [*sent(visit), *over_the_wire(encode_observations(visit, CONTENT))]:
        assert r4_errors(resource) == []


@for_any(made_up, st.randoms())
def test_what_a_newer_app_adds_is_passed_over_and_stays_in_the_record(visit: Visit, random: Any) -> None:
    responses = sent(visit)
    grown = deepcopy(responses)
    for response in grown:
        response["extension"] = [{"url": "urn:newer", "valueString": "x"}, *response.get("extension", [])]
        new = {"linkId": "a-new-item", "answer": [{"valueInteger": 3}]}
        response["item"].insert(random.randrange(len(response["item"]) + 1), new)
    newer = {"resourceType": "QuestionnaireResponse", "status": "completed",
             "questionnaire": "urn:hearthside:questionnaire:not-here-yet|1",
             "item": [{"linkId": "k-number", "answer": [{"valueInteger": 1}]}]}  # fmt: skip
    assert decode_responses([*grown, newer], NOON, CONTENT) == decode_responses(responses, NOON, CONTENT)
    assert over_the_wire(grown) == grown


@for_any(made_up)
def test_private_answers_travel_apart_and_labelled_and_nothing_of_them_is_in_the_rest(visit: Visit) -> None:
    responses = encode_responses(visit, CONTENT)
    for one in responses:
        text = json_text.dumps(one["item"])
        private = "k-secret" in text or '"s-text"' in text or '"t-yes"' in text
        assert is_restricted(one) is private
        if private:
            assert one["meta"]["security"][0]["code"] == "R"
            assert one["meta"]["tag"] == [{"system": "urn:hearthside:private", "code": "private"}]
    for one in encode_observations(visit, CONTENT):
        if not is_restricted(one):
            hidden = {
                f"Observation/{o['id']}" for o in encode_observations(visit, CONTENT) if is_restricted(o)
            }
            hidden |= {f"QuestionnaireResponse/{r['id']}" for r in responses if is_restricted(r)}
            assert not any(reference in json_text.dumps(one) for reference in hidden)
            assert "Secret" not in json_text.dumps(one)


def test_the_rest_is_readable_without_the_private_half() -> None:
    visit = make_visit(given({"k-number": 4, "k-secret": "own"}))
    public = [one for one in sent(visit) if not is_restricted(one)]
    assert dict(decode_responses(public, NOON, CONTENT).answers) == given({"k-number": 4})


def test_entries_keep_their_order_when_only_some_hold_private_answers() -> None:
    entries = tuple(
        Entry(f"e{n}", given({"g-k-secret": "own"} if n % 2 else {"g-k-number": n}), f"Goal/{n}")
        for n in range(4)
    )
    visit = make_visit(entries={"k-group": entries})
    assert dict(decode_responses(sent(visit)[::-1], NOON, CONTENT).entries) == visit.entries


@pytest.mark.parametrize(
    ("link_id", "value", "answers"),
    [
        ("k-number", 0, [{"valueInteger": 0}]),
        ("k-choice", "LA1-1", [{"valueCoding": {"system": "http://loinc.org", "code": "LA1-1"}}]),
        ("k-choice", "own", [{"valueCoding": {"system": "urn:hearthside:option:k-choice", "code": "own"}}]),
        ("k-twins", "right", [{"valueCoding": {"system": "urn:hearthside:option:k-twins", "code": "right"}}]),
        ("k-yes", "no", [{"valueBoolean": False}]),
        ("k-text", " two\nlines ", [{"valueString": " two\nlines "}]),
        ("k-date", "2026-11-22", [{"valueDate": "2026-11-22"}]),
        ("k-moment", "2026-11-22T10:20:00-08:00", [{"valueDateTime": "2026-11-22T10:20:00-08:00"}]),
    ],
)
def test_a_value_has_the_type_of_its_kind(link_id: str, value: Any, answers: list[Any]) -> None:
    (response,) = sent(make_visit(given({link_id: value})))
    found = response["item"][0]["answer"]
    for one in found:
        one.get("valueCoding", {}).pop("display", None)
    assert found == answers


def test_a_quantity_carries_its_unit_and_another_unit_is_no_answer_rather_than_a_wrong_one() -> None:
    (response,) = sent(make_visit(given({"k-quantity": Decimal("72.50")})))
    quantity = response["item"][0]["answer"][0]["valueQuantity"]
    assert json_text.dumps(quantity) == (
        '{"value":72.50,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}'
    )
    quantity["code"] = "[lb_av]"
    assert decode_responses([response], NOON, CONTENT).answers == {}


def test_a_number_outside_the_scale_and_an_unknown_option_are_no_answers() -> None:
    (response,) = sent(make_visit(given({"k-number": 3, "k-choice": "own"})))
    response["item"][0]["answer"] = [{"valueInteger": 11}]
    response["item"][1]["answer"] = [{"valueCoding": {"system": "http://loinc.org", "code": "LA7-7"}}]
    assert decode_responses([response], NOON, CONTENT).answers == {}


def test_an_item_measured_again_keeps_each_time_and_what_was_done() -> None:
    later = (
        Again(NOON + timedelta(minutes=35), 4, done="5 mg morphine by mouth"),
        Again(NOON + timedelta(minutes=60), absent=Absent.SLEEPY),
    )
    visit = make_visit({"k-number": Answer(NOON, 8, again=later)})
    assert decode_responses(sent(visit), NOON, CONTENT).answers["k-number"].again == later


def test_a_value_of_another_type_is_kept_as_text_and_is_no_answer() -> None:
    (response,) = sent(make_visit(given({"k-number": "about five", "k-quantity": "heavy"})))
    assert [one["answer"] for one in response["item"]] == [
        [{"valueString": "about five"}],
        [{"valueString": "heavy"}],
    ]
    assert decode_responses([response], NOON, CONTENT).answers == {}


@pytest.mark.parametrize(
    ("asked", "form"), [(("p-1",), "brief"), (("p-1", "p-2"), "brief"), (("p-2", "p-3"), "whole")]
)
def test_a_short_form_answered_alone_goes_under_its_own_name(asked: tuple[str, ...], form: str) -> None:
    visit = make_visit(given(dict.fromkeys(asked, 1)))
    (response,) = sent(visit)
    assert response["questionnaire"] == f"urn:hearthside:questionnaire:{form}|3"
    assert dict(decode_responses([response], NOON, CONTENT).answers) == visit.answers


@pytest.mark.parametrize("who", AnsweredBy)
def test_what_a_clinician_rates_was_not_answered_by_the_person(who: AnsweredBy) -> None:
    from app.content import load

    visit = make_visit(given({"akps": "40", "esas-pain": 5}), answered_by=who)
    akps, esas = sorted(encode_responses(visit, load()), key=lambda one: str(one["questionnaire"]))
    assert "source" not in akps
    assert "extension" not in akps
    assert esas["extension"] == [{"url": "urn:hearthside:answered-by", "valueCode": who.value}]
    assert ("source" in esas) == (who in (AnsweredBy.PATIENT, AnsweredBy.ASSISTED))


def test_a_response_of_the_first_version_is_read_as_it_was() -> None:
    response = {
        "resourceType": "QuestionnaireResponse",
        "id": "old",
        "extension": [{"url": "urn:hearthside:answered-by", "valueCode": "family-caregiver"}],
        "questionnaire": "urn:hearthside:questionnaire:esas-r|1",
        "status": "completed",
        "authored": "2026-03-02T10:20:00-08:00",
        "author": {"reference": "Practitioner/ana", "display": "Ana Ruiz, RN"},
        "item": [
            {
                "extension": [
                    {"url": "urn:hearthside:answered-at", "valueDateTime": "2026-03-02T10:18:20.250-08:00"},
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                        "valueCode": "asked-unknown",
                    },
                ],
                "linkId": "esas-pain",
            },
            {
                "linkId": "esas-other",
                "item": [
                    {"linkId": "esas-other/name", "answer": [{"valueString": "itching"}]},
                    {"linkId": "esas-other/value", "answer": [{"valueInteger": 6}]},
                ],
            },
        ],
    }
    back = decode_responses([response], NOON)
    assert back.answered_by is AnsweredBy.FAMILY
    assert back.author is not None
    assert back.answers["esas-pain"].absent is Absent.COULD_NOT_ANSWER
    assert back.answers["esas-pain"].at.isoformat() == "2026-03-02T10:18:20.250000-08:00"
    assert (back.answers["esas-other"].value, back.answers["esas-other"].name) == (6, "itching")


def test_loincs_own_questionnaires_are_read_by_their_item_codes() -> None:
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "amended",
        "questionnaire": "http://loinc.org/q/44249-1",
        "authored": "2026-03-02T10:20:00Z",
        "item": [
            {
                "linkId": "/44250-9",
                "answer": [{"valueCoding": {"system": "http://loinc.org", "code": "LA6569-3"}}],
            },
            {"linkId": "44260-8", "answer": [{"valueCoding": {"code": "LA6568-5"}}]},
        ],
    }
    answers = decode_responses([response], NOON).answers
    assert {link_id: answer.value for link_id, answer in answers.items()} == {
        "/44250-9": "LA6569-3",
        "/44260-8": "LA6568-5",
    }


@pytest.mark.parametrize("status", ["entered-in-error", "in-progress", "stopped", None, 3])
def test_a_response_that_does_not_stand_is_not_read(status: object) -> None:
    (response,) = sent(make_visit(given({"k-number": 4})))
    assert decode_responses([response | {"status": status}], NOON, CONTENT).answers == {}


def test_when_private_answers_were_given_is_told_by_their_own_response_only() -> None:
    late = NOON + timedelta(minutes=7)
    answers = given({"k-number": 4}) | {"k-secret": Answer(late, "own")}
    times = {is_restricted(one): one["authored"] for one in sent(make_visit(answers))}
    (public,) = sent(make_visit(given({"k-number": 4})))
    (private,) = sent(make_visit({"k-secret": Answer(late, "own")}))
    assert times == {False: public["authored"], True: private["authored"]}
    inner = given({"g-k-number": 4}) | {"g-k-secret": Answer(late, "own")}
    grouped = make_visit(entries={"k-group": (Entry("e1", inner),)})
    assert {is_restricted(one): one["authored"] for one in sent(grouped)} == times
