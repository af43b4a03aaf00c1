"""Answers → Observations: what is charted, how it is called, filed and summed up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.content import load
from app.content.model import Code, ItemKind, Kind, Option
from app.domain.visit import Absent, Again, Answer, Entry, Visit
from app.sync.fhir import json_text
from app.sync.fhir.charted import decode_observations
from app.sync.fhir.frame import is_restricted
from app.sync.fhir.observations import encode_observations
from tests.sync.mapping_kit import CONTENT, LOINC, NOON, given, instrument, item, make_visit

PHQ = (
    "/44250-9",
    "/44255-8",
    "/44259-0",
    "/44254-1",
    "/44251-7",
    "/44258-2",
    "/44252-5",
    "/44253-3",
    "/44260-8",
)
ESAS_NINE = tuple(one.link_id for one in load()["esas-r"].items if not one.named)


def observe(visit: Visit, content: Any = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json_text.loads(json_text.dumps(encode_observations(visit, content)))
    return found


def by_text(visit: Visit, content: Any = None) -> dict[str, dict[str, Any]]:
    return {one["code"]["text"]: one for one in observe(visit, content)}


def coded(observations: list[dict[str, Any]], code: str) -> list[dict[str, Any]]:
    return [one for one in observations if code in json_text.dumps(one["code"])]


def test_a_choice_is_a_coded_concept_with_its_words() -> None:
    found = by_text(make_visit(given({"/44250-9": "LA6569-3"})))
    (answer,) = [one for text, one in found.items() if "interest" in text]
    assert answer["valueCodeableConcept"] == {
        "coding": [{"system": LOINC, "code": "LA6569-3", "display": "Several days"}],
        "text": "Several days",
    }
    assert answer["code"]["coding"][0] == {"system": LOINC, "code": "44250-9"} | {
        k: v for k, v in answer["code"]["coding"][0].items() if k == "display"
    }


def test_the_phases_are_words_and_the_performance_scales_are_numbers_with_words() -> None:
    found = by_text(make_visit(given({"akps": "40", "ecog": "3", "phase": "unstable"})))
    assert len(found) == 3
    akps = found["Australia-modified Karnofsky Performance Status (AKPS)"]
    assert akps["valueInteger"] == 40
    assert akps["interpretation"] == [{"text": "In bed more than 50% of the time"}]
    (phase,) = [one for one in found.values() if "valueCodeableConcept" in one]
    assert phase["valueCodeableConcept"]["text"] == "Unstable"
    (ecog,) = coded(list(found.values()), "89247-1")
    assert ecog["valueInteger"] == 3
    for one in (akps, ecog):
        filed = [coding["code"] for concept in one["category"] for coding in concept["coding"]]
        assert filed == ["survey", "functional-status"]


def test_vital_signs_are_filed_as_such_with_their_units() -> None:
    (one,) = observe(make_visit(given({"vital-spo2": Decimal(91)})))
    assert one["category"][0]["coding"][0]["code"] == "vital-signs"
    assert (one["valueQuantity"]["value"], one["valueQuantity"]["code"]) == (91, "%")


def test_a_complete_scale_has_a_total_with_its_band_and_a_panel_that_names_all() -> None:
    observations = observe(make_visit(given(dict.fromkeys(PHQ, "LA6569-3"))))
    (total,) = coded(observations, "44261-6")
    assert total["valueInteger"] == 9
    assert total["interpretation"] == [{"text": "mild"}]
    (panel,) = coded(observations, "44249-1")
    members = {one["reference"].partition("/")[2] for one in panel["hasMember"]}
    assert members == {one["id"] for one in observations} - {panel["id"]}


def test_a_short_form_answered_alone_is_summed_up_as_itself() -> None:
    observations = observe(make_visit(given(dict.fromkeys(PHQ[:2], "LA6570-1"))))
    assert [one["valueInteger"] for one in coded(observations, "55758-7")] == [4]
    assert len(coded(observations, "55757-9")) == 1
    assert coded(observations, "44261-6") == coded(observations, "44249-1") == []


def test_a_mean_has_one_decimal() -> None:
    observations = observe(make_visit(given({"peg-p": 7, "peg-e": 6, "peg-g": 6})))
    (total,) = coded(observations, "91147-9")
    assert json_text.dumps(total["valueQuantity"]["value"]) == "6.3"


@pytest.mark.parametrize("missing", ESAS_NINE)
def test_no_total_without_every_counted_item(missing: str) -> None:
    answers = given(dict.fromkeys(ESAS_NINE, 3))
    visit = make_visit(answers | {missing: Answer(NOON, absent=Absent.DECLINED)})
    assert coded(observe(visit), "112493-2") == []
    assert len(coded(observe(make_visit(answers)), "112493-2")) == 1


def test_a_later_measurement_is_an_observation_of_its_own_with_what_was_done_and_in_no_panel() -> None:
    later = Again(NOON + timedelta(minutes=35), 4, done="5 mg morphine by mouth")
    observations = observe(make_visit({"esas-pain": Answer(NOON, 8, again=(later,))}))
    pain = [one for one in observations if one["code"]["text"] == "ESAS-r Pain"]
    assert [(one["valueInteger"], one["effectiveDateTime"][11:16]) for one in pain] == [
        (8, "12:00"),
        (4, "12:35"),
    ]
    assert pain[1]["note"] == [{"text": "5 mg morphine by mouth"}]
    (panel,) = coded(observations, "112503-8")
    assert panel["hasMember"] == [{"reference": f"Observation/{pain[0]['id']}"}]


def test_the_answers_of_the_safety_questions_and_their_sum_are_restricted_and_no_open_record_names_them() -> (
    None
):
    safety = {"95618-5": "LA16644-9", "95617-7": "LA6270-8", "95616-9": "LA6270-8", "95615-1": "LA6270-8"}
    observations = observe(make_visit(given({"71802-3": "LA31993-1", **safety})))
    secret = {one["id"] for one in observations if is_restricted(one)}
    assert len(secret) == 5
    assert coded(observations, "95614-4")[0]["id"] in secret
    for one in observations:
        if one["id"] not in secret:
            assert not any(name in json_text.dumps(one) for name in secret)


def test_forms_in_our_own_words_are_charted_only_where_an_item_has_a_code() -> None:
    coded_item = item("f-coded", ItemKind.YES_NO, code=Code(LOINC, "54588-9"))
    form = instrument("form", (coded_item, item("f-plain", ItemKind.YES_NO)), kind=Kind.FORM)
    observations = observe(make_visit(given({"f-coded": "yes", "f-plain": "no"})), {"form": form})
    assert [(one["code"]["text"], one["valueBoolean"]) for one in observations] == [("F-Coded", True)]


def test_a_coded_item_of_an_entry_is_charted_for_each_entry() -> None:
    entries = (Entry("e1", given({"g-k-number": 3})), Entry("e2", given({"g-k-number": 5})))
    observations = observe(make_visit(entries={"k-group": entries}), CONTENT)
    assert sorted(one["valueInteger"] for one in observations) == [3, 5]
    assert len({one["id"] for one in observations}) == 2


def test_a_yes_with_a_published_code_is_that_code() -> None:
    options = (Option("yes", "Yes", 1, Code(LOINC, "LA33-6")), Option("no", "No", 0, Code(LOINC, "LA32-8")))
    scale = instrument("yn", (item("yn-1", ItemKind.YES_NO, options=options),))
    (one,) = observe(make_visit(given({"yn-1": "yes"})), {"yn": scale})
    assert one["valueCodeableConcept"]["coding"][0]["code"] == "LA33-6"
    back = decode_observations([one], NOON, {"yn": scale})
    assert back["yn-1"].value == "yes"


def test_several_choices_are_components_and_none_chosen_is_no_observation() -> None:
    visit = make_visit(given({"k-choices": ("own", "LA2-2")}))
    (one, panel) = observe(visit, CONTENT)
    chosen = [part["valueCodeableConcept"]["text"] for part in one["component"]]
    assert chosen == ["Something of our own", "Never"]
    assert "hasMember" in panel
    assert observe(make_visit(given({"k-choices": ()})), CONTENT) == []


def test_every_code_has_words_beside_it() -> None:
    answers = given(dict.fromkeys(PHQ, "LA6569-3") | {"akps": "40", "esas-pain": 3, "vital-hr": Decimal(80)})
    for one in observe(make_visit(answers)):
        assert one["code"]["text"]
        for concept in (one.get("valueCodeableConcept"), one.get("dataAbsentReason")):
            assert concept is None or concept["text"]


def test_an_observation_of_another_system_is_read_by_its_code() -> None:
    foreign = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "44250-9"}]},
        "effectiveDateTime": "2026-03-02T10:20:00Z",
        "valueCodeableConcept": {
            "coding": [{"system": "urn:x", "code": "1"}, {"system": LOINC, "code": "LA6570-1"}]
        },
    }
    assert decode_observations([foreign], NOON)["/44250-9"].value == "LA6570-1"
    withdrawn = replace(make_visit(), id="5b0a1d52-8f0e-4d38-9d43-6a1f0d1f3c12")
    assert decode_observations([foreign | {"status": "entered-in-error"}], withdrawn.left_at) == {}


def test_an_open_panel_does_not_tell_when_private_questions_were_answered() -> None:
    public = make_visit(given({"k-number": 4}))
    late = {"k-secret": Answer(NOON + timedelta(minutes=7), "own")}
    both = replace(public, answers={**public.answers, **late})
    assert by_text(both, CONTENT)["KINDS"] == by_text(public, CONTENT)["KINDS"]
