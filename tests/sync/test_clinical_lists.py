"""Problems, medicines and allergies as a nurse reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.domain.patient import Allergy, Problem, ProblemKind
from app.sync.fhir.medicines import decode_allergies, decode_medicines
from app.sync.fhir.problems import decode_problems
from app.sync.fhir.read import without_tag

SNOMED = "http://snomed.info/sct"


def coded(display: str, code: str = "1", system: str = SNOMED) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def condition(display: str, onset: str | None = None, status: str = "active", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"code": coded(display), "clinicalStatus": {"coding": [{"code": status}]}}
    return found | ({"onsetDateTime": onset} if onset else {}) | more


def test_problems_are_current_single_and_without_paperwork_and_social_findings_stand_apart() -> None:
    diagnoses, social = decode_problems(
        [
            condition("Medication review due (situation)", "1959-05-07"),
            condition("Anemia (disorder)", "2001-02-03T10:00:00Z"),
            condition("anemia  (disorder)", "1999-01-01"),
            condition("Gingivitis (disorder)", status="resolved"),
            condition("Migraine (disorder)", verificationStatus={"coding": [{"code": "refuted"}]}),
            condition("Received higher education (finding)", "1980-01-01"),
            condition("Stress (finding)"),
            condition("Victim of intimate partner abuse (finding)"),
            condition("Post-traumatic stress disorder (disorder)", "2010-01-01"),
            condition("At risk for suicide (finding)", "2011"),
            condition("History of myocardial infarction (situation)", "2012-05-05"),
            {"code": {"text": "Low income"}, "category": [{"coding": [{"code": "sdoh"}]}]},
            {"code": {}},
            None,
        ]
    )
    assert diagnoses == (
        Problem("Post-traumatic stress disorder", date(2010, 1, 1), ProblemKind.AT_VISIT),
        Problem("Anemia", date(1999, 1, 1), ProblemKind.AT_VISIT),
        Problem("History of myocardial infarction", date(2012, 5, 5), ProblemKind.FINDING),
        Problem("At risk for suicide", None, ProblemKind.FINDING),
    )
    assert {p.text for p in social} == {
        "Received higher education", "Stress", "Victim of intimate partner abuse", "Low income"
    }  # fmt: skip


def filed(as_: str) -> dict[str, Any]:
    return {"category": [{"coding": [{"code": as_}]}]}


def test_the_problem_list_stands_before_visit_diagnoses_and_findings_come_last() -> None:
    listed, visit = filed("problem-list-item"), filed("encounter-diagnosis")
    diagnoses, _ = decode_problems(
        [
            condition("At risk for falls (finding)", "2026-10-27", **listed),
            condition("Laceration of thigh (disorder)", "2026-11-03", **visit),
            condition("Multiple myeloma (disorder)", "2022-02-02", **listed),
            condition("Chronic sinusitis (disorder)", "2020-02-17", **visit),
            condition("Anemia (disorder)", "2024-01-01", **visit),
            condition("Anemia (disorder)", "2025-06-01", **listed),
        ]
    )
    assert [(p.text, p.kind.value) for p in diagnoses] == [
        ("Anemia", "listed"),
        ("Multiple myeloma", "listed"),
        ("Laceration of thigh", "at-visit"),
        ("Chronic sinusitis", "at-visit"),
        ("At risk for falls", "finding"),
    ]
    assert diagnoses[0].onset_on == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        ("Anemia (disorder)", "Anemia"),
        ("Mold (organism)", "Mold"),
        ("Acetaminophen 325 MG Oral Tablet (product)", "Acetaminophen 325 MG Oral Tablet"),
        ("Depression (mild)", "Depression (mild)"),
        ("(disorder)", "(disorder)"),
    ],
)
def test_only_the_semantic_tag_is_trimmed(term: str, shown: str) -> None:
    assert without_tag(term) == shown


def request(name: str, status: str = "active", **more: Any) -> dict[str, Any]:
    return {"status": status, "intent": "order", "medicationCodeableConcept": {"text": name}} | more


def test_medicines_are_active_orders_with_their_dosage() -> None:
    daily = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
    dose = [{"doseQuantity": {"value": 1}}]
    found = decode_medicines(
        [
            request("Morphine", dosageInstruction=[{"text": "5 mg by mouth every 4 hours"}]),
            request(
                "Aspirin", dosageInstruction=[{"timing": daily, "doseAndRate": dose, "asNeededBoolean": True}]
            ),
            request("Amlodipine", authoredOn="2020-01-01"),
            request("amlodipine", authoredOn="2024-01-01"),
            request("Stopped", "stopped"),
            request("Forbidden", doNotPerform=True),
            request("Idea") | {"intent": "proposal"},
            {
                "status": "active",
                "medicationReference": {"reference": "#m"},
                "contained": [{"id": "m", "code": {"text": "Oxygen"}}],
            },
            {"status": "active"},
        ]
    )
    assert [(m.text, m.dosage) for m in found] == [
        ("amlodipine", None),
        ("Aspirin", "1 each time, once a day, as needed"),
        ("Morphine", "5 mg by mouth every 4 hours"),
        ("Oxygen", None),
    ]


def allergy(display: str, code: str = "1", status: str = "active", **more: Any) -> dict[str, Any]:
    return {"code": coded(display, code), "clinicalStatus": {"coding": [{"code": status}]}} | more


def test_no_known_allergy_is_not_the_same_as_nothing_recorded() -> None:
    none_known = allergy("No known allergy (situation)", "716186003")
    assert decode_allergies([]) is None
    assert decode_allergies([none_known]) == ()
    assert decode_allergies([allergy("Penicillin", status="resolved")]) is None
    penicillin = allergy("Penicillin (substance)", criticality="high")
    assert decode_allergies([none_known, penicillin]) == (Allergy("Penicillin", "high"),)
    refuted = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    assert decode_allergies([allergy("Penicillin") | refuted]) is None
