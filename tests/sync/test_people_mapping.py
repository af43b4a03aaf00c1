"""People, legal agents and what the person wants to know ↔ FHIR."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings

from app.domain import people as people_domain
from app.domain.people import Told, person_of
from app.domain.visit import Visit
from app.sync.fhir import people
from tests.support.visit_strategies import visits
from tests.sync.goals_of_care_visits import (
    CONTENT,
    OTHER_VISIT,
    entry,
    held,
    make_visit,
    of_type,
    records_of,
)

visits_of_these_forms = visits(CONTENT)


@settings(max_examples=40)
@given(visits_of_these_forms)
def test_people_come_back_as_they_were_signed(visit: Visit) -> None:
    decoded = {one.id: replace(one, consent="") for one in people.decode(held(records_of(visit)))}
    entered = [one for one in visit.entries.get("people", ()) if one.answers]
    expected = [
        person_of(one, people.person_reference(visit.id, one), visit.began_at, visit.nurse.name)
        for one in entered
    ]
    assert decoded == {one.id: replace(one, consent="") for one in expected}


def test_a_person_becomes_a_related_person_and_an_agent_a_consent() -> None:
    rosa = entry(
        "e1",
        {
            "person-name": "Rosa Diaz",
            "person-relation": "child",
            "person-phone": "555-0101",
            "person-told": "all",
            "person-agent": "primary",
            "person-agent-active": "active",
        },
    )
    records = records_of(make_visit(people=(rosa,)))
    (related,) = of_type(records, "RelatedPerson")
    assert related["name"] == [{"text": "Rosa Diaz"}]
    assert related["relationship"][0]["coding"][0]["code"] == "CHILD"
    (consent,) = of_type(records, "Consent")
    assert consent["scope"]["coding"][0]["code"] == "adr"
    assert consent["category"][0]["coding"][0]["code"] == "acd"
    assert consent["provision"]["purpose"][0]["code"] == "PWATRNY"
    role = consent["provision"]["actor"][0]["role"]["coding"][0]["code"]
    assert role == "75783-1"
    assert "81343-6" not in json.dumps(records)
    assert consent["provision"]["actor"][0]["reference"]["reference"] == f"RelatedPerson/{related['id']}"


def test_somebody_who_is_no_longer_agent_gets_an_inactive_consent_that_names_the_old_one() -> None:
    was = entry(
        "e1",
        {"person-name": "Rosa", "person-agent": "no", "person-consent": "Consent/old"},
        "RelatedPerson/r",
    )
    (consent,) = of_type(records_of(make_visit(people=(was,))), "Consent")
    assert consent["status"] == "inactive"
    assert consent["extension"][-1]["valueReference"] == {"reference": "Consent/old"}


def test_the_plans_own_people_and_agents_are_read_with_what_nobody_has_asked_left_open() -> None:
    related = {
        "resourceType": "RelatedPerson",
        "id": "daughter",
        "name": [{"given": ["Rosa"], "family": "Diaz"}],
        "relationship": [{"coding": [{"code": "CHILD"}]}],
        "telecom": [{"system": "phone", "value": "555"}],
    }
    agent = {
        "resourceType": "Consent",
        "id": "c",
        "status": "active",
        "provision": {
            "actor": [
                {
                    "role": {"coding": [{"system": "http://loinc.org", "code": "75783-1"}]},
                    "reference": {"reference": "RelatedPerson/daughter"},
                }
            ]
        },
    }
    (person,) = people.decode([(related, False), (agent, False)])
    assert (person.name, person.relation, person.phone) == ("Rosa Diaz", "Son or daughter", "555")
    assert person.agent == "primary"
    assert person.agent_active is None
    assert person.told is None
    assert not people_domain.may_tell(person, people_domain.Topic.DAILY).allowed


def test_another_copy_of_our_person_still_says_who_must_not_be_told() -> None:
    nephew = entry("e1", {"person-name": "Ned", "person-told": "none"})
    alone = of_type(records_of(make_visit(people=(nephew,))), "RelatedPerson")
    (person,) = people.decode(held(alone))
    assert person.told is Told.NONE


def test_what_the_person_wants_to_know_is_the_newest_word() -> None:
    first = records_of(make_visit({"conv-information": "all"}))
    second = records_of(make_visit({"people-wants": "to-family"}, visit_id=OTHER_VISIT, days=1))
    known = people.decode_wants(held(second + first))
    assert known is not None
    assert known.wants == "to-family"
