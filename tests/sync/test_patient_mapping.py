"""Pulled records → rows and face sheets: careful with what is untidy, silent, or not ours to show."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sync.fhir.patient import decode_face_sheet, decode_patient_row
from app.sync.fhir.person import NAME_UNKNOWN, address_of, identifier_of, interpreter_needed, language_of

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
CASELOAD = Path(__file__).parents[3] / "shared" / "caseload"
SNOMED = "http://snomed.info/sct"
SECRET = ("SS", "DL", "PPN")


def coded(display: str, code: str = "1", system: str = SNOMED) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


@pytest.mark.parametrize(
    ("names", "display", "ordered"),
    [
        ([{"use": "official", "family": "Colón", "given": ["Isabela"], "prefix": ["Ms."]},
          {"use": "maiden", "family": "Rodríquez", "given": ["Isabela"]}], "Isabela Colón", "Colón, Isabela"),
        ([{"use": "maiden", "family": "Old"}, {"family": "New", "given": ["Ann", "B"]}], "Ann B New", "New, Ann B"),
        ([{"family": "Past", "period": {"end": "2001"}}, {"use": "usual", "family": "Now"}], "Now", "Now"),
        ([{"text": "Mary van Dyke"}], "Mary van Dyke", "Dyke, Mary van"),
        ([{"given": ["Cher"]}], "Cher", "Cher"),
        ([{"family": "King", "given": ["Al"], "suffix": ["Jr."], "prefix": ["Dr."]}], "Al King Jr.", "King, Al"),
        ([{"use": "maiden", "family": "Only"}], "Only", "Only"),
        ([], NAME_UNKNOWN, NAME_UNKNOWN),
        ([None, 7, {"family": None, "given": "x"}], NAME_UNKNOWN, NAME_UNKNOWN),
    ],
)  # fmt: skip
def test_the_name_that_stands_is_shown(names: list[Any], display: str, ordered: str) -> None:
    row = decode_patient_row({"resourceType": "Patient", "id": "p", "name": names})
    assert (row.display_name, row.sort_name) == (display, ordered)
    assert row.listed_name == (f"{ordered} Jr." if display.endswith("Jr.") else ordered)


@pytest.mark.parametrize(
    ("communication", "language"),
    [
        (None, None),
        ([], None),
        ([{"language": {}}], None),
        ([{"language": coded("English (United States)", "en-US", "urn:ietf:bcp:47")}], "English"),
        ([{"language": {"coding": [{"code": "es"}]}}], "Spanish"),
        (
            [{"language": coded("English", "en")}, {"language": coded("Armenian", "hy"), "preferred": True}],
            "Armenian",
        ),
        ([{"language": coded("Unknown", "und")}], None),
        ([{"language": {"text": "unknown"}}], None),
        ([{"language": {"text": "Mixteco Alto"}}], "Mixteco Alto"),
        ([{"language": coded("Portuguese (Brazil)", "pt-BR")}], "Portuguese (Brazil)"),
    ],
)
def test_a_language_that_is_not_recorded_is_never_english(communication: Any, language: str | None) -> None:
    assert language_of({"communication": communication}) == language


@pytest.mark.parametrize(
    ("extension", "needed"),
    [
        ({"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": True}, True),
        ({"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": False}, False),
        ({"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed",
          "valueCoding": {"system": SNOMED, "code": "373066001"}}, True),
        ({"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed",
          "valueCoding": {"code": "373067005"}}, False),
        ({"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed",
          "valueCoding": {"code": "unknown"}}, None),
        ({"url": "urn:else", "valueBoolean": True}, None),
    ],
)  # fmt: skip
def test_whether_an_interpreter_is_needed(extension: Any, needed: bool | None) -> None:
    assert interpreter_needed({"extension": [extension]}) is needed


def identifier(code: str | None, value: str, system: str = "urn:x") -> dict[str, Any]:
    kind = {} if code is None else {"type": {"coding": [{"code": code}]}}
    return {"system": system, "value": value} | kind


def test_the_member_number_is_the_plans_and_never_one_that_opens_doors_elsewhere() -> None:
    dangerous = [
        identifier("SS", "999-11-8287", "http://hl7.org/fhir/sid/us-ssn"),
        identifier("DL", "S712114326", "urn:oid:2.16.840.1.113883.4.3.25"),
        identifier("PPN", "X47296791X", "http://example.org/passportNumber"),
        identifier("MR", "999-11-8287", "http://hl7.org/fhir/sid/us-ssn"),
        identifier("MB", "S1", "urn:oid:2.16.840.1.113883.4.3.6"),
    ]
    patient = {"id": "p", "identifier": [*dangerous, identifier("MR", "4600211"), identifier("MB", "H77")]}
    assert decode_face_sheet(patient).member_number == "H77"
    patient["identifier"] = [*dangerous, identifier("MR", "4600211")]
    assert decode_face_sheet(patient).member_number == "4600211"
    card = {"status": "active", "subscriberId": "CARD-1"}
    assert decode_face_sheet(patient, coverages=[card], read_at=NOW).member_number == "CARD-1"
    patient["identifier"] = dangerous
    assert decode_face_sheet(patient).member_number is None
    assert identifier_of(patient, "SS") is None


def test_a_postal_code_of_zeros_is_left_out() -> None:
    address = {
        "use": "home",
        "line": ["7282 Rath Skyway"],
        "city": "Boston",
        "state": "MA",
        "postalCode": "00000",
    }
    assert address_of({"address": [address]}) == "7282 Rath Skyway, Boston, MA"
    assert (
        address_of({"address": [address | {"postalCode": "02101"}]}) == "7282 Rath Skyway, Boston, MA 02101"
    )
    assert address_of({"address": [address | {"use": "old"}]}) is None


def cover(status: str = "active", *, plan: str = "", payor: str = "", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"status": status}
    if plan:
        found["class"] = [{"name": plan}]
    if payor:
        found["payor"] = [{"display": payor}]
    return found | more


@pytest.mark.parametrize(
    ("coverages", "line"),
    [
        ([], None),
        ([cover("cancelled", payor="Medicaid")], None),
        ([cover(payor="Medicaid")], "Medicaid"),
        ([cover(payor="Medicaid", period={"end": "2014-01-04"})], None),
        ([cover(type={"text": "Medi-Cal managed care"})], "Medicaid"),
        ([cover(plan="Acme Medicare Advantage HMO")], "Medicare Advantage"),
        ([cover(plan="Acme D-SNP", type={"text": "Medicare"})], "Dual eligible (D-SNP)"),
        ([cover(plan="Supplemental Medicare - BCBS", payor="Private")], "Employer"),
        ([cover(plan="ACA 200% FPL GOLD")], "Marketplace"),
        ([cover(payor="Medicare"), cover(payor="Medicaid")], "Medicaid + Medicare"),
        ([cover(plan="Plan Nine")], "Plan Nine"),
    ],
)
def test_the_line_of_business_comes_from_coverage_that_is_active_today(
    coverages: list[Any], line: str | None
) -> None:
    assert decode_face_sheet({}, coverages=coverages, read_at=NOW).line_of_business == line


MEMBERS = st.sampled_from(
    ["name", "given", "family", "use", "text", "coding", "code", "display", "system", "value", "address", "line",
     "communication", "language", "identifier", "type", "extension", "url", "valueCoding", "status", "period", "end",
     "dosageInstruction", "timing", "repeat", "doseAndRate", "doseQuantity", "clinicalStatus", "class", "payor",
     "medicationCodeableConcept", "onsetDateTime", "birthDate", "deceasedBoolean", "telecom", "contained", "id"]
)  # fmt: skip
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=4),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(json_values, st.lists(json_values, max_size=3))
def test_nothing_a_server_sends_is_an_error(one: Any, many: list[Any]) -> None:
    sheet = decode_face_sheet(one, many, many, many, many, NOW)
    assert sheet.patient.display_name


@pytest.mark.skipif(not CASELOAD.is_dir(), reason="the caseload is not here")
def test_every_bundle_of_the_caseload_reads_well() -> None:
    for file in sorted(CASELOAD.glob("*.json")):
        entries = [entry["resource"] for entry in json.loads(file.read_text())["entry"]]

        def of(kind: str, found: list[Any] = entries) -> list[Any]:
            return [r for r in found if r["resourceType"] == kind]

        sheet = decode_face_sheet(
            of("Patient")[0],
            of("Condition"),
            of("MedicationRequest"),
            of("AllergyIntolerance"),
            of("Coverage"),
            NOW,
        )
        row = sheet.patient
        assert row.birth_on is not None
        assert row.language in ("English", "Spanish")
        assert not row.display_name.startswith(("Mr", "Ms", "Dr"))
        texts = [p.text for p in (*sheet.problems, *sheet.social)]
        assert len(texts) == len(set(texts))
        assert not any("review due" in text or text.endswith(("(disorder)", "(finding)")) for text in texts)
        assert sheet.problems
        assert sheet.address is not None
        assert "00000" not in sheet.address
        shown = json.dumps([sheet.member_number, sheet.phone, sheet.address])
        numbers = of("Patient")[0]["identifier"]
        secret = [i["value"] for i in numbers if i.get("type") and i["type"]["coding"][0]["code"] in SECRET]
        assert not any(value in shown for value in secret)
