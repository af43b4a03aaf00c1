"""What is kept apart after a device had its pack leaves that pack with the next contact, on both databases.

The person is Ana's, and on no list of Ben's: on PostgreSQL the row policy shows him of her what a pack may hold, only.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.plan.fhir_builders import careteam, patient, restricted
from tests.plan.plan_doubles import Plan
from tests.plan.test_oncall_pack import allergy, give, make_night, put

CONDITIONS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
KEPT = {"meta": restricted("R")}
Json = dict[str, Any]


@pytest.fixture
def served(any_engine: Engine) -> Plan:
    return make_night(any_engine)


def about(kind: str, own_id: str, **more: Any) -> Json:
    return {"resourceType": kind, "id": own_id, "subject": {"reference": "Patient/a"}} | more


def condition(**more: Any) -> Json:
    active = {"coding": [{"system": CONDITIONS, "code": "active"}]}
    return about("Condition", "worry", clinicalStatus=active, code={"text": "A worry"}) | more


def flag(**more: Any) -> Json:
    return about("Flag", "sign", status="active", code={"text": "A sign"}) | more


def plan_of_care(**more: Any) -> Json:
    worse = {"url": "urn:hearthside:if-worse", "valueString": "Call Quillfeather"}
    return about(
        "CarePlan", "care", status="active", intent="plan", title="Breath", extension=[worse], **more
    )


def test_an_item_that_is_kept_apart_later_leaves_the_page_that_a_device_has(served: Plan) -> None:
    put(served.engine, allergy("nuts", "a", "Quillfeather"), allergy("latex", "a", "Latex"))
    first = give(served)
    assert "Quillfeather" in json.dumps(first["people"]["a"])
    put(served.engine, allergy("nuts", "a", "Quillfeather") | KEPT)
    second = give(served, held=first["tag"])
    assert (second["whole"], sorted(second["people"])) == (False, ["a"])
    assert second["people"]["a"]["lines"] == [{"s": "allergies", "t": "Latex"}]


def test_a_person_who_is_kept_apart_later_leaves_the_pack_that_a_device_has(served: Plan) -> None:
    first = give(served)
    assert first["known"] == "a b"
    put(served.engine, patient("a") | KEPT)
    second = give(served, held=first["tag"])
    assert (second["whole"], second["people"], second["known"]) == (False, {}, "b")


def test_who_was_kept_apart_before_is_not_named_by_an_answer_about_others(served: Plan) -> None:
    put(served.engine, patient("k") | KEPT, careteam("ct-k", "k", "ana"))
    first = give(served)
    put(served.engine, allergy("latex", "b", "Latex"))
    second = give(served, held=first["tag"])
    assert (first["known"], second["known"]) == ("a b", "a b")
    assert (second["whole"], sorted(second["people"])) == (False, ["b"])


@pytest.mark.parametrize("named", [condition, flag])
def test_a_line_that_names_what_is_kept_apart_later_leaves_the_page(served: Plan, named: Any) -> None:
    told = named()
    put(
        served.engine,
        told,
        plan_of_care(supportingInfo=[{"reference": f"{told['resourceType']}/{told['id']}"}]),
    )
    first = give(served)
    assert "Quillfeather" in json.dumps(first["people"]["a"])
    put(served.engine, named(**KEPT))
    second = give(served, held=first["tag"])
    assert (second["whole"], sorted(second["people"])) == (False, ["a"])
    assert "Quillfeather" not in json.dumps(second)


def test_a_line_comes_back_with_the_condition_that_it_names(served: Plan) -> None:
    put(served.engine, condition(**KEPT), plan_of_care(addresses=[{"reference": "Condition/worry"}]))
    first = give(served)
    assert "Quillfeather" not in json.dumps(first)
    put(served.engine, condition())
    assert "Quillfeather" in json.dumps(give(served, held=first["tag"])["people"]["a"])
