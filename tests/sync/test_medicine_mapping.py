"""Medicines gone through in a visit ↔ MedicationStatements and the two MME Observations; orders → their numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from app.content import load
from app.content.medicine_tables import mme_table
from app.domain.medicines import GROUP, as_taken, most_ordered, reconcile
from app.domain.ordered import most_a_day, opioid_of
from app.domain.visit import Visit
from app.sync.fhir.medicine_use import decode_use, encode
from app.sync.fhir.medicines import decode_medicines
from tests.support.r4 import r4_errors
from tests.support.visit_strategies import visits
from tests.sync.medicine_visits import FILM, NOT_TAKEN, OXY, PATCH, entry, of_type, plain, visit

MEDICINES = {"medicines": load()["medicines"]}
CASELOAD = Path(__file__).resolve().parents[3] / "shared" / "caseload"


def test_a_statement_says_what_is_taken_and_points_at_the_order() -> None:
    (statement,) = of_type(encode(visit(OXY)), "MedicationStatement")
    assert statement["status"] == "active"
    assert statement["basedOn"] == [{"reference": "MedicationRequest/oxy"}]
    assert statement["medicationCodeableConcept"] == {"text": "Oxycodone 10 MG Oral Tablet"}
    assert statement["context"] == {"reference": f"Encounter/{visit().id}"}
    assert statement["informationSource"] == {"reference": "Patient/p1"}
    (dosage,) = statement["dosage"]
    assert dosage["text"] == "one every 6 hours"
    assert dosage["timing"]["repeat"] == {"frequency": 4, "period": 1, "periodUnit": "d"}
    assert dosage["asNeededBoolean"] is True
    assert plain(dosage["doseAndRate"][0]["doseQuantity"])["value"] == 10
    assert r4_errors(plain(statement)) == []


def test_what_is_not_taken_says_why_and_is_no_order_of_ours() -> None:
    resources = encode(visit(NOT_TAKEN, by=None))
    (statement,) = resources
    assert statement["status"] == "not-taken"
    assert statement["statusReason"] == [{"text": "dizzy"}]
    assert "informationSource" not in statement
    assert not of_type(resources, "MedicationRequest")
    assert r4_errors(plain(statement)) == []


def test_a_patch_is_an_hourly_rate() -> None:
    statement = of_type(encode(visit(PATCH)), "MedicationStatement")[0]
    rate = plain(statement["dosage"][0]["doseAndRate"][0]["rateQuantity"])
    assert (rate["value"], rate["code"]) == (25, "ug/h")
    assert "basedOn" not in statement


def test_half_a_dose_a_day_is_one_in_two_days_and_an_odd_number_stays_in_the_text() -> None:
    def timing(times: str) -> Any:
        one = entry(9, med_name="Methadone", med_dose_mg=Decimal(5), med_times=Decimal(times))
        return of_type(encode(visit(one)), "MedicationStatement")[0]["dosage"][0].get("timing")

    assert timing("0.5") == {"repeat": {"frequency": 1, "period": 2, "periodUnit": "d"}}
    assert timing("2.5") is None


def test_mme_goes_twice_as_milligrams_with_what_went_into_it() -> None:
    taken, ordered = of_type(encode(visit(OXY, PATCH)), "Observation")
    assert taken["code"]["text"].startswith("Daily morphine milligram equivalents, as taken")
    assert "coding" not in taken["code"]
    quantity = plain(taken["valueQuantity"])
    assert (quantity["value"], quantity["code"], "comparator" in quantity) == (135, "mg", False)
    assert plain(ordered["valueQuantity"])["value"] == 60
    assert [plain(one["valueQuantity"])["value"] for one in taken["component"]] == [50, 25]
    assert taken["note"][0]["text"] == mme_table().scope
    for one in (taken, ordered):
        assert r4_errors(plain(one)) == []


def test_a_part_that_is_not_counted_makes_the_figure_at_least() -> None:
    taken = of_type(encode(visit(OXY, FILM)), "Observation")[0]
    assert plain(taken["valueQuantity"])["comparator"] == ">="
    assert "Buprenorphine film: Buprenorphine is not converted." in [note["text"] for note in taken["note"]]


def test_nothing_countable_is_unknown_and_never_nought() -> None:
    (taken,) = of_type(encode(visit(FILM)), "Observation")
    assert "valueQuantity" not in taken
    assert taken["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    assert r4_errors(plain(taken)) == []


def test_a_visit_without_medicines_makes_no_record_and_one_without_opioids_no_mme() -> None:
    assert encode(visit(bowel_regimen="yes", naloxone="offered")) == []
    assert of_type(encode(visit(NOT_TAKEN)), "Observation") == []


@settings(max_examples=40)
@given(visits(MEDICINES))
def test_what_a_visit_said_of_a_medicine_reads_back_from_its_statement(signed: Visit) -> None:
    entries = tuple(
        replace(one, about=f"MedicationRequest/{one.id}" if one.about else None)
        for one in signed.entries.get(GROUP, ())
    )
    signed = replace(signed, entries={GROUP: entries})
    resources = encode(signed)
    uses = [decode_use(plain(one)) for one in of_type(resources, "MedicationStatement")]
    assert [use.entry.id for use in uses if use] == [one.id for one in entries]
    for use, one in zip(uses, entries, strict=True):
        assert use is not None
        assert (use.visit_id, use.entry.about) == (signed.id, one.about)
        said = {link: answer.value for link, answer in one.answers.items() if answer.value is not None}
        assert {link: answer.value for link, answer in use.entry.answers.items()} == said
    read_back = reconcile({GROUP: [use.entry for use in uses if use]}, ())
    for resource, total in zip(
        of_type(resources, "Observation"),
        [t for t in (as_taken(read_back), most_ordered(read_back)) if not t.is_empty],
        strict=True,
    ):
        assert plain(resource).get("valueQuantity", {}).get("value") == total.total


@settings(max_examples=12)
@given(visits(MEDICINES))
def test_whatever_is_said_makes_valid_records(signed: Visit) -> None:
    for resource in encode(signed):
        assert r4_errors(plain(resource)) == []


def test_a_statement_of_another_system_is_read_and_never_counted() -> None:
    use = decode_use(
        {
            "resourceType": "MedicationStatement",
            "id": "other",
            "status": "active",
            "subject": {"reference": "Patient/p1"},
            "medicationCodeableConcept": {"text": "Oxycodone 10 MG Oral Tablet"},
            "dateAsserted": "2026-11-01T10:00:00Z",
            "dosage": [{"text": "one at night"}],
        }
    )
    assert use is not None
    (line,) = reconcile({GROUP: [use.entry]}, ())
    assert line.name == "Oxycodone 10 MG Oral Tablet"
    assert as_taken([line]).total is None


@pytest.mark.parametrize(
    "resource",
    [
        {},
        None,
        [],
        {"resourceType": "MedicationStatement"},
        {"resourceType": "MedicationStatement", "status": "active", "dateAsserted": 7},
        {
            "resourceType": "MedicationStatement",
            "status": "entered-in-error",
            "dateAsserted": "2026-11-01T10:00:00Z",
        },
        {"resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-11-01T10:00:00Z"},
    ],
)
def test_what_is_no_statement_is_passed_over(resource: Any) -> None:
    assert decode_use(resource) is None


def request(**members: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": "r1",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "Oxycodone Hydrochloride 5 MG Oral Tablet"},
        **members,
    }


TABLET = {"value": 1, "unit": "TAB"}


@pytest.mark.parametrize(
    ("dosage", "milligrams"),
    [
        ({"timing": {"repeat": {"frequency": 4, "period": 1, "periodUnit": "d"}}}, "20"),
        ({"timing": {"repeat": {"frequency": 1, "period": 4, "periodUnit": "h"}}}, "30"),
        ({"timing": {"repeat": {"frequency": 1, "frequencyMax": 2, "period": 12, "periodUnit": "h"}}}, "20"),
        ({"timing": {"repeat": {"timeOfDay": ["08:00:00", "20:00:00"]}}}, "10"),
        ({"timing": {"repeat": {"when": ["MORN", "NOON", "HS"]}}}, "15"),
        ({"timing": {"code": {"coding": [{"code": "Q6H"}]}}}, "20"),
        (
            {
                "asNeededBoolean": True,
                "maxDosePerPeriod": {
                    "numerator": {"value": 6, "unit": "TAB"},
                    "denominator": {"value": 1, "code": "d"},
                },
            },
            "30",
        ),
    ],
)
def test_how_often_is_read_in_every_shape_that_orders_have(dosage: dict[str, Any], milligrams: str) -> None:
    (medicine,) = decode_medicines(
        [request(dosageInstruction=[{"doseAndRate": [{"doseQuantity": TABLET}], **dosage}])]
    )
    opioid = opioid_of(medicine)
    assert opioid is not None
    assert most_a_day(opioid, medicine.dosing) == Decimal(milligrams)


def test_free_text_is_shown_and_never_read_as_numbers() -> None:
    (medicine,) = decode_medicines(
        [request(dosageInstruction=[{"text": "1 tablet every 4 hours as needed"}])]
    )
    assert medicine.dosage == "1 tablet every 4 hours as needed"
    assert medicine.dosing == ()


@pytest.mark.parametrize(
    "odd",
    [
        {"doseAndRate": "2"},
        {"doseAndRate": [{"doseQuantity": {"value": "1"}}]},
        {
            "doseAndRate": [{"doseQuantity": {"value": -1}}],
            "timing": {"repeat": {"frequency": 4, "period": 0}},
        },
        {"doseAndRate": [{"doseQuantity": {"value": 1, "comparator": "<"}}]},
        {"timing": {"repeat": {"frequency": True, "period": [], "periodUnit": 3}}},
        {"maxDosePerPeriod": {"numerator": {"value": 1}, "denominator": {"value": 0, "code": "d"}}},
    ],
)
def test_odd_orders_give_no_numbers_and_no_error(odd: dict[str, Any]) -> None:
    (medicine,) = decode_medicines([request(dosageInstruction=[odd])])
    assert medicine.dosing == ()


def test_an_order_keeps_who_it_is_by_its_codes_and_where_it_stands() -> None:
    concept = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "7804"}]}
    (medicine,) = decode_medicines(
        [request(medicationCodeableConcept=concept, requester={"display": "Dr. Lee"})]
    )
    assert medicine.reference == "MedicationRequest/r1"
    assert medicine.prescriber == "Dr. Lee"
    assert opioid_of(medicine) is not None


@pytest.mark.skipif(not CASELOAD.is_dir(), reason="the caseload is not beside the project")
def test_the_opioids_of_the_caseload_are_found_and_worked_out() -> None:
    found: dict[str, Decimal] = {}
    for path in sorted(CASELOAD.glob("*.json")):
        bundle = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        orders = [
            e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "MedicationRequest"
        ]
        for medicine in decode_medicines(orders):
            opioid = opioid_of(medicine)
            if opioid is not None:
                found[opioid.name] = most_a_day(opioid, medicine.dosing)
    assert found == {"oxycodone": 40, "hydrocodone": 20}
