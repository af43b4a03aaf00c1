"""A conversation ↔ FHIR: nothing lost, valid R4, private where it must be."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.content.acp_codes import acp_code, acp_names
from app.domain import people as people_domain
from app.domain.code_status import compose
from app.domain.conversation import list_heads, write_saw
from app.domain.conversation_fields import own_answers
from app.domain.visit import Value, Visit
from app.sync.fhir import code_status_read, conversation, conversation_read, people
from app.sync.fhir.parts import encode_parts
from tests.support.r4 import r4_errors
from tests.support.visit_strategies import visits
from tests.sync.goals_of_care_visits import (
    BEGAN,
    CONTENT,
    OTHER_VISIT,
    VISIT,
    coded,
    held,
    make_visit,
    of_type,
    records_of,
)

visits_of_these_forms = visits(CONTENT)


@settings(max_examples=40)
@given(visits_of_these_forms)
@example(make_visit({"conv-minutes": Decimal("0.00")}))
@example(
    make_visit({"conv-began-at": "1999-01-01T00:00:00+00:00", "conv-ended-at": "2000-01-01T00:00:00+00:00"})
)
def test_a_conversation_comes_back_as_it_was_signed(visit: Visit) -> None:
    decoded = conversation_read.decode(held(records_of(visit)))
    own = own_answers(visit.answers)
    assert len(decoded) == bool(own)
    for version in decoded:
        assert version.answers == own
        assert version.id == conversation.version_reference(visit.id)
        assert version.author == visit.nurse
        times = conversation._times(visit.answers)
        assert version.at == (visit.began_at if times is None else times[0]), (
            "when they talked, where it is said"
        )


@settings(max_examples=10)
@given(visits_of_these_forms)
def test_every_record_is_valid_r4_and_no_nurse_writes_an_order(visit: Visit) -> None:
    made = encode_parts(visit)
    for record in made:
        assert r4_errors(json.loads(json.dumps(record, default=str))) == []
        assert record["resourceType"] != "ServiceRequest"
    ids = [(record["resourceType"], record["id"]) for record in made]
    assert len(ids) == len(set(ids))


def test_what_matters_becomes_the_persons_own_goal() -> None:
    records = records_of(make_visit({"conv-matters": ("home",), "conv-matters-words": "See the lilacs"}))
    (goal,) = of_type(records, "Goal")
    assert goal["description"]["text"] == "Being at home. See the lilacs"
    assert goal["expressedBy"] == {"reference": "Patient/p1"}
    assert goal["category"][0]["coding"][0]["code"] == "87528-6"
    (by_agent,) = of_type(records_of(make_visit({"conv-matters": ("home",), "conv-spoke": "agent"})), "Goal")
    assert "expressedBy" not in by_agent


def test_the_talk_is_a_procedure_as_long_as_the_minutes() -> None:
    (procedure,) = of_type(
        records_of(make_visit({"conv-minutes": Decimal(25), "conv-next": ("talk-again",)})), "Procedure"
    )
    assert procedure["code"]["coding"][0]["code"] == "713603004"
    assert procedure["performedPeriod"]["start"] == "2026-11-20T14:00:00Z"
    assert procedure["performedPeriod"]["end"] == "2026-11-20T14:25:00Z"
    times = {"conv-began-at": "2026-11-20T14:15:00+00:00", "conv-ended-at": "2026-11-20T14:40:00+00:00"}
    (exact,) = of_type(records_of(make_visit({**times})), "Procedure")
    assert exact["performedPeriod"] == {"start": "2026-11-20T14:15:00Z", "end": "2026-11-20T14:40:00Z"}
    (refused,) = of_type(records_of(make_visit({"conv-voluntary": "not-wanted"})), "Procedure")
    assert refused["status"] == "not-done"


def test_a_place_to_die_carries_both_codes_and_a_place_of_care_neither() -> None:
    records = records_of(make_visit({"conv-place-death": "home", "conv-place-care": "home"}))
    (place,) = coded(records, "395091006")
    assert {c["code"] for c in place["code"]["coding"]} == {"395091006", "75780-7"}
    assert place["valueCodeableConcept"]["coding"][0]["code"] == "264362003"
    care = [r for r in of_type(records, "Observation") if r["code"] == {"text": "Preferred place of care"}]
    assert len(care) == 1


def test_a_hospital_wish_is_a_treatment_preference_and_never_the_code_of_organ_donation() -> None:
    records = records_of(make_visit({"conv-hospital": "no", "conv-care-wishes": "Open window"}))
    (wish,) = coded(records, "75773-2")
    assert wish["valueString"] == "No"
    assert wish["category"][0]["coding"][0]["code"] == "treatment-intervention-preference"
    (care,) = coded(records, "95541-9")
    assert care["category"][0]["coding"][0]["code"] == "care-experience-preference"
    text = json.dumps(records)
    assert "75781-5" not in text
    assert "45475-1" not in text


def test_a_second_version_names_the_versions_and_records_its_author_saw() -> None:
    first = records_of(make_visit({"conv-matters": ("home",), "conv-hospital": "yes"}))
    versions = conversation_read.decode(held(first))
    later: dict[str, Value] = {
        "conv-matters": ("family",),
        "conv-hospital": "no",
        "conv-saw": write_saw(versions),
    }
    second = records_of(make_visit(later, visit_id=OTHER_VISIT, days=2))
    both = conversation_read.decode(held(first + second))
    (head,) = list_heads(both)
    assert head.visit_id == OTHER_VISIT
    assert head.saw == (conversation.version_reference(VISIT),)
    (old,), (new,) = of_type(first, "Goal"), of_type(second, "Goal")
    named = [
        e["valueReference"]["reference"] for e in new["extension"] if e["url"] == "urn:hearthside:replaces"
    ]
    assert named == [f"Goal/{old['id']}"]


def test_the_private_request_stays_out_of_every_open_record() -> None:
    records = records_of(
        make_visit(
            {"conv-aid-in-dying": "yes", "conv-aid-words": "Asked for the pills", "conv-hospital": "no"}
        )
    )
    for record in records:
        labels = {label["code"] for label in record.get("meta", {}).get("security", [])}
        assert "R" in labels or "pills" not in json.dumps(record)
    (version,) = conversation_read.decode(held(records))
    assert version.answers["conv-aid-words"].value == "Asked for the pills"


def test_the_teams_view_is_restricted_wherever_it_goes() -> None:
    records = records_of(
        make_visit({"team-time-left": "weeks", "surprise": "no", "conv-next": ("talk-again",)})
    )
    telling = [r for r in records if "team-time-left" in json.dumps(r) or "twelve months" in json.dumps(r)]
    assert telling
    for record in telling:
        assert "R" in {label["code"] for label in record["meta"]["security"]}


def test_each_code_of_the_table_has_one_name_a_display_and_a_source() -> None:
    found = [acp_code(name) for name in acp_names()]
    assert len({(code.system, code.code) for code in found}) == len(found)
    assert all(code.display and code.source for code in found)
    assert acp_code("agent-primary").code == "75783-1"
    unused = {"75781-5", "81343-6"}
    assert not unused & {code.code for code in found}


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "coding",
                    "code",
                    "system",
                    "text",
                    "type",
                    "start",
                    "actor",
                    "reference",
                    "url",
                    "extension",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
KINDS = [
    "QuestionnaireResponse",
    "Procedure",
    "Goal",
    "Observation",
    "Flag",
    "Consent",
    "DocumentReference",
    "ServiceRequest",
    "RelatedPerson",
    "Encounter",
]
MEMBERS = [
    "id",
    "status",
    "code",
    "category",
    "valueCodeableConcept",
    "subject",
    "encounter",
    "extension",
    "item",
    "questionnaire",
    "name",
    "relationship",
    "telecom",
    "provision",
    "type",
    "description",
    "period",
    "orderDetail",
    "identifier",
    "effectiveDateTime",
    "authored",
    "meta",
    "active",
]


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(MEMBERS), junk, max_size=6)),
        max_size=4,
    )
)
def test_whatever_a_server_sends_is_read_without_an_error(sent: list[tuple[str, dict[str, Any]]]) -> None:
    records = held([{"resourceType": kind, **members} for kind, members in sent])
    conversation_read.decode(records)
    conversation_read.decode_others(records)
    compose(code_status_read.decode(records), BEGAN.date())
    people_domain.compose(people.decode(records), people.decode_wants(records))


def test_a_wish_that_another_system_recorded_is_shown_as_the_plans() -> None:
    theirs = {
        "resourceType": "Goal",
        "id": "g",
        "lifecycleStatus": "active",
        "startDate": "2024-05-01",
        "description": {"text": "See the graduation"},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "87528-6"}]}],
    }
    ours = records_of(make_visit({"conv-matters": ("home",)}))
    (saying,) = conversation_read.decode_others(held([theirs, *ours]))
    assert (saying.title, saying.text, saying.when) == (
        "What matters most",
        "See the graduation",
        "2024-05-01",
    )
