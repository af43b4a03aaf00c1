"""Code status ↔ FHIR: seen, said or on the plan's record; the traps of the codes; never an order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from app.domain.code_status import Cpr, Rests, compose
from app.domain.code_status_entries import statement_of
from app.domain.visit import Visit
from app.sync.fhir import code_status, code_status_read
from tests.support.visit_strategies import visits
from tests.sync.goals_of_care_visits import (
    BEGAN,
    CONTENT,
    OTHER_VISIT,
    VISIT,
    coded,
    entry,
    held,
    make_visit,
    of_type,
    records_of,
)

visits_of_these_forms = visits(CONTENT)


@settings(max_examples=40)
@given(visits_of_these_forms)
def test_statements_come_back_as_they_were_signed(visit: Visit) -> None:
    decoded = {one.id: one for one in code_status_read.decode(held(records_of(visit)))}
    assert decoded == {statement.id: statement for _, statement in code_status.statements_of(visit)}


def polst(entry_id: str = "e1", says: str = "cpr-no", about: str | None = None, **more: str) -> Any:
    values = {"cs-rests": "polst", "cs-says": says, "cs-kept": "fridge", "cs-treatment": "comfort", **more}
    return entry(entry_id, {**values}, about)


def test_no_cpr_is_its_own_answer_code_and_yes_cpr_the_other() -> None:
    for says, answer in (("cpr-no", "LA33471-6"), ("cpr-yes", "LA33470-8")):
        records = records_of(make_visit(statements=(polst(says=says),)))
        (section,) = coded(records, "100822-6")
        assert [c["code"] for c in section["valueCodeableConcept"]["coding"]] == [answer]
        (read_back,) = code_status_read.decode(held(records))
        assert read_back.cpr == says
    assert code_status.CPR_ANSWERS == {Cpr.NO: "LA33471-6", Cpr.YES: "LA33470-8"}


def test_a_polst_is_recorded_as_seen_and_never_authored_by_the_nurse_nor_called_a_directive() -> None:
    records = records_of(
        make_visit(statements=(polst(**{"cs-signed-by": "Dr. Lee", "cs-dated": "2026-02-01"}),))
    )
    (document,) = of_type(records, "DocumentReference")
    assert "author" not in document
    assert "authenticator" not in document
    assert document["type"]["coding"][0]["code"] == "93037-0"
    assert "42348-3" not in json.dumps(records)
    assert "45473-6" not in json.dumps(records)
    (flag,) = of_type(records, "Flag")
    assert flag["code"]["text"] == "No CPR, comfort-focused treatment. POLST seen Nov 20, 2026, on fridge"


def test_an_advance_directive_is_a_directive_and_no_order() -> None:
    directive = entry("e1", {"cs-rests": "advance-directive", "cs-says": "cpr-no"})
    records = records_of(make_visit(statements=(directive,)))
    (document,) = of_type(records, "DocumentReference")
    assert document["category"][0]["coding"][0]["code"] == "42348-3"
    (completed,) = coded(records, "45473-6")
    assert completed["valueCodeableConcept"]["coding"][0]["code"] == "373066001"
    assert coded(records, "45474-4")
    assert not coded(records, "100822-6")


def test_what_the_person_said_is_never_coded_as_an_order() -> None:
    said_so = entry("e1", {"cs-rests": "patient", "cs-says": "cpr-no", "cs-dated": "2026-05-03"})
    records = records_of(make_visit(statements=(said_so,)))
    (thought,) = coded(records, "75779-9")
    assert thought["effectiveDateTime"] == "2026-05-03"
    assert not coded(records, "100822-6")
    derived = [r for r in records if r["resourceType"] != "QuestionnaireResponse"]
    assert "LA33471-6" not in json.dumps(derived)


def test_two_that_differ_stay_two_on_another_device_until_one_names_both() -> None:
    first = records_of(make_visit(statements=(polst(),)))
    other = entry("e2", {"cs-rests": "patient", "cs-says": "cpr-yes"})
    second = records_of(make_visit(statements=(other,), visit_id=OTHER_VISIT, days=1))
    statements = code_status_read.decode(held(first + second))
    assert compose(statements, BEGAN.date()).headline == "Code status: Two different records"
    both = " ".join(one.id for one in statements)
    third = records_of(
        make_visit(statements=(polst("e3", about=both),), visit_id=VISIT.replace("1", "3"), days=2)
    )
    settled = compose(code_status_read.decode(held(first + second + third)), BEGAN.date())
    assert not settled.differs
    assert len(settled.current) == 1
    assert len(settled.earlier) == 2


PLAN_RECORDS: dict[str, tuple[dict[str, Any], Cpr | None]] = {
    "a flag": (
        {
            "resourceType": "Flag",
            "id": "f",
            "status": "active",
            "category": [{"coding": [{"code": "advance-directive"}]}],
            "code": {"text": "DNR"},
            "period": {"start": "2024"},
        },
        Cpr.NO,
    ),
    "a DNR consent": (
        {
            "resourceType": "Consent",
            "id": "c",
            "status": "active",
            "dateTime": "2024-03-02",
            "category": [{"coding": [{"system": code_status_read.CONSENT_CATEGORIES, "code": "dnr"}]}],
        },
        Cpr.NO,
    ),
    "a POLST section": (
        {
            "resourceType": "Observation",
            "id": "o",
            "status": "final",
            "effectiveDateTime": "2024",
            "code": {"coding": [{"system": "http://loinc.org", "code": "100822-6"}]},
            "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA33470-8"}]},
        },
        Cpr.YES,
    ),
    "an order": (
        {
            "resourceType": "ServiceRequest",
            "id": "s",
            "status": "active",
            "intent": "directive",
            "doNotPerform": True,
            "authoredOn": "2024-02-01",
            "code": {"coding": [{"system": "http://loinc.org", "code": "100822-6"}]},
            "orderDetail": [{"coding": [{"system": "http://loinc.org", "code": "LA33471-6"}]}],
        },
        Cpr.NO,
    ),
    "an order that forbids what it asks for": (
        {
            "resourceType": "ServiceRequest",
            "id": "s",
            "status": "active",
            "intent": "directive",
            "doNotPerform": True,
            "code": {"coding": [{"system": "http://loinc.org", "code": "100822-6"}]},
            "orderDetail": [{"coding": [{"system": "http://loinc.org", "code": "LA33470-8"}]}],
        },
        None,
    ),
    "a POLST on file": (
        {
            "resourceType": "DocumentReference",
            "id": "d",
            "status": "current",
            "date": "2024-01-01T00:00:00Z",
            "type": {"coding": [{"system": "http://loinc.org", "code": "93037-0"}]},
        },
        None,
    ),
}


@pytest.mark.parametrize("name", PLAN_RECORDS)
def test_the_plans_own_record_is_read_and_rests_on_the_plan(name: str) -> None:
    resource, cpr = PLAN_RECORDS[name]
    (statement,) = code_status_read.decode([(resource, False)])
    assert statement.rests is Rests.PLAN
    assert statement.cpr is cpr
    assert "ot recorded" not in compose([statement], BEGAN.date()).headline
    withdrawn = {**resource, "status": "entered-in-error"}
    assert code_status_read.decode([(withdrawn, False)]) == ()


def test_a_statement_without_what_it_rests_on_makes_no_record() -> None:
    empty = entry("e1", {"cs-says": "cpr-no"})
    assert code_status.encode(make_visit(statements=(empty,))) == []
    assert statement_of(empty, "x", BEGAN, "") is None
