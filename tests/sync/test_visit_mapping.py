"""The visit ↔ FHIR mapping, both ways."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.content import load
from app.content.model import Kind
from app.domain.visit import Absent, Answer, AnsweredBy, Modality, Setting, Visit
from app.domain.visit_kind import is_met
from app.sync.fhir import codes, json_text
from app.sync.fhir.values import decode_absence, encode_absence
from app.sync.fhir.visit import decode_visit, encode_visit
from app.sync.fhir.write import EncodedResource
from tests.support.visit_strategies import visits

ESAS = load()["esas-r"]
SCALES = {name: one for name, one in load().items() if one.kind is Kind.SCALE}


def parse(parts: tuple[EncodedResource, ...]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        found.setdefault(part.type, []).append(json_text.loads(part.body))
    return found


def decode(found: dict[str, list[dict[str, Any]]]) -> Visit | None:
    return decode_visit(
        found["Encounter"][0],
        found.get("QuestionnaireResponse", []),
        found.get("DocumentReference", []),
        found.get("Observation", []),
    )


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["reference"]] if isinstance(value.get("reference"), str) else []
        return own + [r for member in value.values() for r in references(member)]
    if isinstance(value, list):
        return [r for member in value for r in references(member)]
    return []


@given(visits())
def test_a_visit_comes_back_as_it_was_sent(visit: Visit) -> None:
    assert decode(parse(encode_visit(visit))) == visit


@given(visits())
def test_a_visit_comes_back_with_the_offsets_of_the_place_where_it_was(visit: Visit) -> None:
    back = decode(parse(encode_visit(visit)))
    assert back is not None
    assert back.began_at.utcoffset() == visit.began_at.utcoffset()


def measured(answer: Answer) -> set[tuple[object, ...]]:
    """What an answer and its later measurements hold, less empty choices, of which there is no Observation."""
    return {(one.value, one.absent, one.at) for one in (answer, *answer.again) if one.value != ()}


@given(visits(SCALES))
def test_answers_to_scales_come_back_from_observations_alone(visit: Visit) -> None:
    found = parse(encode_visit(visit))
    found.pop("QuestionnaireResponse", None)
    back = decode(found)
    assert back is not None
    expected = {link_id: measured(answer) for link_id, answer in visit.answers.items() if measured(answer)}
    assert {link_id: measured(answer) for link_id, answer in back.answers.items()} == expected


@given(visits())
def test_every_reference_points_into_the_visit_to_people_of_the_plan_or_to_what_an_entry_is_about(
    visit: Visit,
) -> None:
    parts = encode_visit(visit)
    own = {part.reference for part in parts} | {"#place"}
    assert len(own) == len(parts) + 1
    about = {one.about for entries in visit.entries.values() for one in entries}
    for part in parts:
        for reference in references(json_text.loads(part.body)):
            known = reference in own or reference in about
            assert known or reference.split("/")[0] in ("Patient", "Practitioner"), reference


@given(visits())
def test_encoding_twice_gives_the_same_bytes_and_ids(visit: Visit) -> None:
    assert encode_visit(visit) == encode_visit(visit)


@given(visits({"esas-r": ESAS}))
def test_a_missing_answer_is_a_reason_and_never_zero(visit: Visit) -> None:
    observations = parse(encode_visit(visit)).get("Observation", [])
    for item in ESAS.items:
        answer = visit.answers.get(item.link_id)
        said = f"{ESAS.short_name} {item.name}"
        mine = [o for o in observations if o["code"]["text"].partition(": ")[0] == said]
        if answer is None:
            assert mine == []
        elif answer.absent is not None:
            assert "valueInteger" not in mine[0]
            assert mine[0]["dataAbsentReason"]["coding"][0] == codes.ABSENCES[answer.absent]
        else:
            assert mine[0]["valueInteger"] == answer.value


@given(visits({"esas-r": ESAS}))
def test_the_total_is_sent_only_when_all_nine_are_numbers(visit: Visit) -> None:
    assert ESAS.total.code is not None
    totals = [
        o
        for o in parse(encode_visit(visit)).get("Observation", [])
        if any(c["code"] == ESAS.total.code.code for c in o["code"].get("coding", []))
    ]
    values = [visit.answers[link].value for link in ESAS.total.of if link in visit.answers]
    if len(values) == 9 and None not in values:
        assert totals[0]["valueInteger"] == sum(v for v in values if isinstance(v, int))
    else:
        assert totals == []


@given(visits())
def test_home_visit_is_coded_only_in_person_at_home(visit: Visit) -> None:
    encounter = parse(encode_visit(visit))["Encounter"][0]
    coded = [c["code"] for kind in encounter["type"] for c in kind.get("coding", [])]
    at_home = visit.modality is Modality.IN_PERSON and visit.setting is Setting.HOME
    assert ("439708006" in coded) == (at_home and is_met(visit.answers))
    assert (encounter["class"]["code"] == "VR") == (visit.modality is not Modality.IN_PERSON)


def test_no_code_is_used_for_two_meanings() -> None:
    meanings: dict[tuple[str, str], set[str]] = {}
    tables: dict[str, dict[Any, codes.Coding]] = {"mode": codes.MODES, "place": codes.PLACES}
    for name, table in tables.items():
        for key, coding in table.items():
            meanings.setdefault((coding["system"], coding["code"]), set()).add(f"{name} {key}")
    for instrument in load().values():
        if instrument.short_of is None:
            for item in (each for one in instrument.items for each in (one, *one.items)):
                if item.code is not None:
                    meanings.setdefault((item.code.system, item.code.code), set()).add(item.link_id)
        for code in instrument.panel:
            meanings.setdefault((code.system, code.code), set()).add(f"panel {instrument.id}")
        if instrument.total.code is not None:
            code = instrument.total.code
            meanings.setdefault((code.system, code.code), set()).add(f"total {instrument.id}")
    for single in ("HOME_HEALTH", "FIELD", "AMBULATORY", "VIRTUAL", "HOME_VISIT", "PALLIATIVE_CARE"):
        coding = getattr(codes, single)
        meanings.setdefault((coding["system"], coding["code"]), set()).add(single)
    assert {k: v for k, v in meanings.items() if len(v) > 1} == {}


def test_each_reason_why_there_is_no_answer_has_words_and_comes_back_as_itself() -> None:
    assert set(codes.ABSENT_WORDS) == set(Absent)
    for absent in Absent:
        assert decode_absence({"extension": encode_absence(absent)}) is absent


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        (Setting.HOME, "12"),
        (Setting.ASSISTED_LIVING, "13"),
        (Setting.NURSING_HOME_SHORT, "31"),
        (Setting.NURSING_HOME_LONG, "32"),
        (Setting.OFFICE, "11"),
        (Setting.HOSPITAL, "21"),
    ],
)
def test_each_setting_has_its_place_of_service(setting: Setting, place: str) -> None:
    assert codes.PLACES[setting]["code"] == place


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def damaged(draw: st.DrawFn) -> list[dict[str, Any]]:
    """An encoded visit with members taken out or replaced by nonsense at any depth."""
    resources = [json_text.loads(part.body) for part in encode_visit(draw(visits()))]
    for _ in range(draw(st.integers(1, 6))):
        place: Any = draw(st.sampled_from(resources))
        while isinstance(place, (dict, list)) and place:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            if not isinstance(place[key], (dict, list)) or not place[key] or draw(st.booleans()):
                place[key] = draw(json_values)
                break
            place = place[key]
    return resources


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_odd_server_data_is_never_an_error(resources: list[dict[str, Any]]) -> None:
    encounter, rest = resources[0], resources[1:]
    visit = decode_visit(encounter, rest, rest, rest, rest)
    assert visit is None or all((answer.value is None) != (answer.absent is None) for answer in all_of(visit))


def all_of(visit: Visit) -> list[Answer]:
    inner = [
        answer for group in visit.entries.values() for entry in group for answer in entry.answers.values()
    ]
    return [*visit.answers.values(), *inner]


@given(json_values, st.lists(json_values))
def test_anything_at_all_is_never_an_error(one: Any, many: list[Any]) -> None:
    assert decode_visit(one, many, many, many, many) is None


def test_an_encounter_of_another_system_is_read_with_what_is_there() -> None:
    encounter = {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "https://plan.example/fhir/Patient/p1/_history/4"},
        "participant": [{"individual": {"reference": "Practitioner/d1", "display": "Dr. No"}}],
        "period": {"start": "2026-03-02T10:00:00-08:00"},
        "reasonCode": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "Z51.5"}]}],
    }
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": "http://loinc.org/q/112503-8",
        "item": [
            {"linkId": "112494-0", "answer": [{"valueInteger": 8}]},
            {"linkId": "112495-7", "answer": [{"valueInteger": 99}]},
            {"linkId": "112496-5", "answer": [{"valueInteger": True}]},
        ],
    }
    visit = decode_visit(encounter, [response])
    assert visit is not None
    assert (visit.patient_id, visit.setting, visit.modality) == ("p1", Setting.OFFICE, Modality.IN_PERSON)
    assert {link: answer.value for link, answer in visit.answers.items()} == {"esas-pain": 8}
    assert visit.left_at == visit.began_at == visit.signed_at


@pytest.mark.parametrize("status", ["planned", "in-progress", "entered-in-error", "unknown", 7, None])
def test_only_a_finished_encounter_is_a_visit(status: object) -> None:
    encounter = {
        "resourceType": "Encounter", "id": "e", "status": status, "class": {"code": "HH"},
        "subject": {"reference": "Patient/p"}, "period": {"start": "2026-03-02T10:00:00Z"},
        "identifier": [{"system": "urn:hearthside:visit", "value": "e"}],
    }  # fmt: skip
    assert decode_visit(encounter) is None


@pytest.mark.parametrize("reason", [None, "J18.9", "Z51.5"])
def test_a_hospital_stay_is_no_visit(reason: str | None) -> None:
    stay = {
        "resourceType": "Encounter", "id": "s", "status": "finished", "class": {"code": "IMP"},
        "subject": {"reference": "Patient/p"}, "period": {"start": "2026-03-02T10:00:00Z"},
        "reasonCode": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": reason}]}],
    }  # fmt: skip
    assert decode_visit(stay) is None


def test_a_note_in_another_form_is_passed_over() -> None:
    data = base64.b64encode(b"<p>hello</p>").decode()
    document = {"content": [{"attachment": {"contentType": "text/html", "data": data}}, {"attachment": None}]}
    encounter = {
        "resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "HH"},
        "subject": {"reference": "Patient/p"}, "period": {"start": "2026-03-02T10:00:00Z"},
        "identifier": [{"system": "urn:hearthside:visit", "value": "e"}],
    }  # fmt: skip
    visit = decode_visit(encounter, [], [document])
    assert visit is not None
    assert visit.note == ""


def test_the_words_of_the_domain_have_not_grown_past_the_mapping() -> None:
    assert set(codes.MODES) == set(Modality)
    assert set(codes.PLACES) == set(Setting)
    assert set(codes.ABSENCES) == set(Absent)
    assert {one.value for one in AnsweredBy} == {
        "patient", "family-caregiver", "health-care-professional-caregiver", "caregiver-assisted", "nobody-observed"
    }  # fmt: skip
