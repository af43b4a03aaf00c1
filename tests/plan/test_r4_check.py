"""The check on every write: good resources pass, bad ones do not, and pyrofile agrees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from plan.database import read_transaction
from plan.demo_panel.load import load_demo
from plan.fhir.json_text import NotJson, dumps, loads
from plan.fhir.outcomes import Refusal
from plan.fhir.tables import resource
from plan.fhir.validate import validate
from plan.sharing.consent import end_consent
from tests.plan.fhir_builders import careteam, encounter, observation, patient, provenance, visit
from tests.plan.fhir_samples import open_samples, samples
from tests.plan.plan_doubles import Plan
from tests.plan.sharing_steps import put_full_visit, share
from tests.support.r4 import r4_errors

CASELOAD = Path(__file__).resolve().parents[3] / "shared" / "caseload"
TERMS = "http://terminology.hl7.org/CodeSystem"


def _status(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{TERMS}/{system}", "code": code}]}


def allergy(**more: Any) -> dict[str, Any]:
    return samples("a", "ana", "s")["AllergyIntolerance"] | more


def condition(**more: Any) -> dict[str, Any]:
    return samples("a", "ana", "s")["Condition"] | more


GOOD = [
    patient("a"),
    careteam("c", "a", "ana"),
    observation("o", "a", 3, "ana"),
    encounter("e", "a", "ana"),
    provenance("p", "ana", "Encounter/e"),
    *samples("a", "ana", "s").values(),
    *open_samples().values(),
    *(each["resource"] for each in visit("a", "ana")["entry"]),
]
BAD: dict[str, dict[str, Any]] = {
    "a code outside a required value set": observation("o", "a", status="done"),
    "a code inside a backbone element": careteam(
        "c", "a", "ana", telecom=[{"system": "telepathy", "value": "x"}]
    ),
    "a reference to the wrong type": observation("o", "a", subject={"reference": "Practitioner/1"}),
    "a versioned reference to the wrong type": observation(
        "o", "a", subject={"reference": "http://x.test/fhir/Encounter/1/_history/2"}
    ),
    "a missing required element": {"resourceType": "Observation", "id": "o", "status": "final"},
    "an unknown element": patient("a") | {"hobby": "chess"},
    "a bad id": patient("a b"),
    "an id that is too long": patient("a" * 65),
    "an empty list": patient("a") | {"name": []},
    "an empty element": patient("a") | {"maritalStatus": {}},
    "an empty text": patient("a") | {"name": [{"family": ""}]},
    "a blank text": patient("a") | {"name": [{"family": "  "}]},
    "null": patient("a") | {"gender": None},
    "a control character": patient("a") | {"name": [{"family": "a\x01"}]},
    "two values of one choice": observation("o", "a") | {"valueString": "x"},
    "a bad date": observation("o", "a", effectiveDateTime="2026-13-01"),
    "obs-6": observation("o", "a") | {"dataAbsentReason": {"text": "declined"}},
    "obs-6 in a component": observation(
        "o",
        "a",
        component=[{"code": {"text": "x"}, "valueInteger": 1, "dataAbsentReason": {"text": "no"}}],
    ),
    "qrs-1": {
        "resourceType": "QuestionnaireResponse",
        "id": "q",
        "status": "completed",
        "item": [{"linkId": "1", "item": [{"linkId": "2"}], "answer": [{"valueInteger": 1}]}],
    },
    "cpl-3": {
        "resourceType": "CarePlan",
        "id": "c",
        "status": "active",
        "intent": "plan",
        "subject": {"reference": "Patient/a"},
        "activity": [
            {"reference": {"reference": "Task/t"}, "detail": {"status": "scheduled"}},
        ],
    },
    "per-1": encounter("e", "a", "ana", period={"start": "2026-05-02", "end": "2026-05-01"}),
    "ref-1": observation("o", "a", device={"reference": "#nothing"}),
    "a code of a required binding on a CodeableConcept": allergy(
        clinicalStatus={"coding": [{"system": f"{TERMS}/allergyintolerance-clinical", "code": "gone"}]}
    ),
    "ait-1": {name: value for name, value in allergy().items() if name != "clinicalStatus"},
    "ait-2": allergy(verificationStatus=_status("allergyintolerance-verification", "entered-in-error")),
    "con-4": condition(
        abatementDateTime="2026-01-01", clinicalStatus=_status("condition-clinical", "active")
    ),
    "con-5": condition(
        clinicalStatus=_status("condition-clinical", "active"),
        verificationStatus=_status("condition-ver-status", "entered-in-error"),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_resource_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        validate(BAD[name])
    assert refused.value.status == 422
    assert refused.value.issues


def test_no_good_resource_is_refused_by_us_or_by_pyrofile() -> None:
    for each in GOOD:
        validate(each)
        assert r4_errors(each) == [], each["resourceType"]


def test_no_resource_of_the_caseload_is_refused() -> None:
    files = sorted(CASELOAD.glob("*.json")) if CASELOAD.is_dir() else []
    resources = [entry["resource"] for file in files for entry in loads(file.read_bytes())["entry"]]
    for each in resources:
        validate(each)
    for each in resources[::20]:
        assert r4_errors(each) == []


def test_no_resource_of_the_demo_panel_is_refused(engine: Engine) -> None:
    load_demo(engine, None)
    with read_transaction(engine) as connection:
        stored = [loads(body) for body in connection.execute(select(resource.c.body)).scalars()]
    assert len({each["id"] for each in stored if each["resourceType"] == "Patient"}) >= 12
    for each in stored:
        validate(each)
    for each in {each["resourceType"]: each for each in stored}.values():
        assert r4_errors(each) == [], each["resourceType"]


@pytest.mark.parametrize(
    "text",
    [
        "72.50",
        "-0.00",
        "1E-7",
        "1.0e+20",
        "0.1",
        '"é\\n\\"\\u2028"',
        "[]",
        "{}",
        "true",
        "null",
        '{"a":[1,{"b":2.0}]}',
    ],
)
def test_json_comes_back_in_its_own_text(text: str) -> None:
    again = dumps(loads(text))
    assert loads(again) == loads(text)
    if "\\" not in text:
        assert again == text


@pytest.mark.parametrize(
    "text", ["NaN", "-Infinity", "[1,]", "", "1e99999999999999999999", "[" * 5000, "\ufeff1"]
)
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(NotJson):
        dumps(loads(text.encode()))


def test_a_shared_record_and_the_consent_to_it_are_good_r4(engine: Engine, plan: Plan) -> None:
    put_full_visit(engine, 3)
    document = loads(share(plan).open("fhir").text)
    held = [one["resource"] for one in plan.as_user("ana").get("Consent?patient=a").json()["entry"]]
    (consent,) = (one for one in held if one["scope"]["coding"][0]["code"] == "patient-privacy")
    for one in (document, consent, end_consent(consent, plan.clock())):
        assert r4_errors(one) == [], one["resourceType"]
