"""The traps that clinical.md §7 names and that live in the mapping, one test each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as for_any

from app.content import load
from app.domain.visit import Absent, Answer, Entry, PersonRef, Visit
from app.store.outbox import OutboxChange
from app.sync.fhir import json_text
from app.sync.fhir.bundle import make_body
from app.sync.fhir.observations import encode_observations
from app.sync.fhir.person import language_of
from app.sync.fhir.visit import encode_visit
from tests.support.visit_strategies import visits
from tests.sync.mapping_kit import NOON, by_type, given, make_visit, references

LOINC = "http://loinc.org"
FORBIDDEN = {
    "89243-0": "Karnofsky, which AKPS is not",
    "70272-0": "the total of PHQ-4, not of GAD-2",
    "70273-8": "the total of PHQ-15, not of GAD-2",
}


def codes_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["code"]} if isinstance(value.get("code"), str) else set()
        return own.union(*(codes_in(member) for member in value.values()))
    if isinstance(value, list):
        return set().union(*(codes_in(member) for member in value))
    return set()


@for_any(visits())
def test_akps_is_never_sent_as_karnofsky_nor_gad_2_with_another_scale_s_total(visit: Visit) -> None:
    for part in encode_visit(visit):
        assert codes_in(json_text.loads(part.body)).isdisjoint(FORBIDDEN)


def test_akps_has_words_and_no_code() -> None:
    (one,) = encode_observations(make_visit(given({"akps": "40"})))
    assert one["code"] == {"text": "Australia-modified Karnofsky Performance Status (AKPS)"}


@pytest.mark.parametrize("absent", Absent)
def test_a_missing_esas_item_is_a_reason_and_never_zero_and_there_is_no_total(absent: Absent) -> None:
    items = [item.link_id for item in load()["esas-r"].items if not item.named]
    answers = given(dict.fromkeys(items[1:], 4)) | {items[0]: Answer(NOON, absent=absent)}
    observations = encode_observations(make_visit(answers))
    (missing,) = [one for one in observations if "dataAbsentReason" in one]
    assert not any(name.startswith("value") for name in missing)
    assert "112493-2" not in codes_in(observations)


@pytest.mark.parametrize("item", load()["gad-7"].items, ids=lambda item: item.link_id)
def test_gad_7_says_two_weeks_whatever_an_older_loinc_says(item: Any) -> None:
    visit = make_visit({item.link_id: Answer(NOON, "LA6569-3")})
    text = next(
        o["code"]["text"] for o in encode_observations(visit) if item.code.code in codes_in(o["code"])
    )
    assert "over the last 2 weeks" in text
    assert "4" not in text.replace("GAD-7", "").replace("GAD-2", "")


def test_one_never_and_one_missing_is_no_hunger_finding() -> None:
    never, often = "LA28398-8", "LA28397-0"
    assert "88124-3" not in codes_in(encode_observations(make_visit(given({"88122-7": never}))))
    for value, finding in ((often, "LA19952-3"), (never, "LA19983-8")):
        visit = make_visit(given({"88122-7": never, "88123-5": value}))
        (risk,) = [one for one in encode_observations(visit) if "88124-3" in codes_in(one["code"])]
        assert risk["valueCodeableConcept"]["coding"][0]["code"] == finding


@pytest.mark.parametrize(("says", "code", "other"), [
    ("cpr-no", "LA33471-6", "LA33470-8"),
    ("cpr-yes", "LA33470-8", "LA33471-6"),
])  # fmt: skip
def test_a_polst_that_says_no_cpr_is_la33471_6_and_the_nurse_orders_nothing(
    says: str, code: str, other: str
) -> None:
    options = {option.code: option for option in load()["code-status"].get_item("cs-says").options}
    assert says in options, "the form knows these words"
    polst = Entry("5b0a1d52-8f0e-4d38-9d43-6a1f0d1f3caa", given({"cs-rests": "polst", "cs-says": says}))
    found = by_type(encode_visit(make_visit(entries={"cs-statements": (polst,)})))
    orders = [o for o in found["Observation"] if "100822-6" in codes_in(o["code"])]
    assert [codes_in(one["valueCodeableConcept"]) & {code, other} for one in orders] == [{code}]
    assert "ServiceRequest" not in found
    assert "doNotPerform" not in json_text.dumps(found)


@pytest.mark.parametrize("communication", [
    [], [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "und"}]}}],
    [{"language": {"text": "unknown"}}], [{"language": {}}], None,
])  # fmt: skip
def test_an_unknown_language_is_not_english(communication: Any) -> None:
    assert language_of({"resourceType": "Patient", "communication": communication}) is None


@for_any(visits())
def test_every_reference_in_what_is_sent_is_in_the_bundle_or_exists_at_the_plan(visit: Visit) -> None:
    changes = [
        OutboxChange(seq, visit.id, part.type, part.id, visit.patient_id, 10, None, part.body)
        for seq, part in enumerate(encode_visit(visit))
    ]
    write_id = "5b0a1d52-8f0e-4d38-9d43-6a1f0d1f3cbb"
    entries = json_text.loads(make_body(write_id, changes, PersonRef("Practitioner/ana", "Ana"), NOON))[
        "entry"
    ]
    urls = {entry["request"]["url"] for entry in entries}
    full = {entry["fullUrl"] for entry in entries}
    about = {one.about for group in visit.entries.values() for one in group}
    for reference in references(entries):
        if reference.startswith("urn:uuid:"):
            assert reference in full
        elif not reference.startswith("#"):
            known = reference in urls or reference in about
            assert known or reference.partition("/")[0] in ("Patient", "Practitioner")


@for_any(visits())
def test_the_same_visit_makes_the_same_records_so_that_sending_again_makes_nothing_new(visit: Visit) -> None:
    first, again = encode_visit(visit), encode_visit(visit)
    assert first == again
    assert len({part.reference for part in first}) == len(first)
