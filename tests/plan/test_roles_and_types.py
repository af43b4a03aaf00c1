"""What the app writes since the full visit: whose it is, who may change how much of it, and what nobody here writes."""

from __future__ import annotations

from typing import Any

import pytest

from plan.database import write_transaction
from plan.fhir.roles import SHARED_PLAN
from plan.fhir.types import SHARED, TYPES
from plan.resources import put_as_system
from tests.plan.fhir_builders import careteam, encounter, ids, restricted
from tests.plan.fhir_samples import samples
from tests.plan.plan_doubles import Plan

AUTHOR_ELEMENTS: dict[str, tuple[str, Any]] = {
    "CarePlan": ("author", {}),
    "ServiceRequest": ("requester", {}),
    "Task": ("requester", {}),
    "Flag": ("author", {}),
    "Communication": ("sender", {}),
    "Procedure": ("recorder", {}),
    "DocumentReference": ("author", [{}]),
    "QuestionnaireResponse": ("author", {}),
    "Encounter": ("participant", [{"individual": {}}]),
}
SOURCE_ELEMENTS: dict[str, tuple[str, Any]] = {
    "Goal": ("expressedBy", {}),
    "MedicationStatement": ("informationSource", {}),
    "Procedure": ("asserter", {}),
    "Consent": ("performer", [{}]),
}
WRITTEN = sorted({*AUTHOR_ELEMENTS, *SOURCE_ELEMENTS, "RelatedPerson"})


@pytest.fixture
def team(plan: Plan) -> Plan:
    """Ana, Ben and the care manager Cam all look after patient a; Sue supervises, Tom does not."""
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "ben", "cam"))
    return plan


def put(plan: Plan, user: str, resource: dict[str, Any], **headers: str) -> int:
    url = f"{resource['resourceType']}/{resource['id']}"
    return int(plan.as_user(user).put(url, json=resource, headers=headers).status_code)


def issue(plan: Plan, user: str, resource: dict[str, Any]) -> dict[str, Any]:
    answer = plan.as_user(user).put(f"{resource['resourceType']}/{resource['id']}", json=resource)
    assert answer.status_code == 403, answer.text
    found: dict[str, Any] = answer.json()["issue"][0]
    return found


def naming(element: tuple[str, Any], who: dict[str, Any]) -> dict[str, Any]:
    """The element with this person in it."""
    name, shape = element

    def fill(part: Any) -> Any:
        if isinstance(part, list):
            return [fill(each) for each in part]
        return {key: fill(value) for key, value in part.items()} or who

    return {name: fill(shape)}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_stranger_finds_nothing_a_colleague_reads_and_nobody_unknown_gets_in(team: Plan, name: str) -> None:
    mine = samples("a", "ana", "m")[name]
    url = f"{name}/{mine['id']}"
    assert team.client.put(url, json=mine).status_code == 401
    assert team.client.get(url).status_code == 401
    assert put(team, "tom", mine) == 403
    assert put(team, "ana", mine) == 201
    found = {user: team.as_user(user).get(url).status_code for user in ("ana", "ben", "sue", "cam", "tom")}
    manager = 200 if name in SHARED_PLAN | {"Task"} else 404
    assert found == {"ana": 200, "ben": 200, "sue": 200, "cam": manager, "tom": 404}
    assert team.as_user("tom").delete(url).status_code == 404
    assert put(team, "tom", mine) == 403
    assert url in ids(team.as_user("ben").get(name, params={"patient": "a", "_sort": "_lastUpdated"}).json())


@pytest.mark.parametrize("name", sorted(AUTHOR_ELEMENTS))
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"reference": "Practitioner/ana"}, 201),
        ({"reference": "Practitioner/ben"}, 403),
        ({"reference": "PractitionerRole/x"}, 403),
        ({"display": "Ben Cole, RN"}, 403),
    ],
)
def test_who_made_it_is_the_person_signed_in(team: Plan, name: str, who: dict[str, Any], status: int) -> None:
    assert put(team, "ana", samples("a", "ana", "m")[name] | naming(AUTHOR_ELEMENTS[name], who)) == status


@pytest.mark.parametrize("name", sorted(SOURCE_ELEMENTS))
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"reference": "Patient/a"}, 201),
        ({"reference": "RelatedPerson/daughter"}, 201),
        ({"display": "Her daughter, by telephone"}, 201),
        ({"reference": "Practitioner/ana"}, 201),
        ({"reference": "Practitioner/ben"}, 403),
        ({"reference": "PractitionerRole/x"}, 403),
    ],
)
def test_whose_words_it_is_may_be_the_person_or_her_family(
    team: Plan, name: str, who: dict[str, Any], status: int
) -> None:
    if name == "Consent" and "display" not in who:
        who = who | {"display": "Named"}
    said = samples("a", "ana", "m")[name] | naming(SOURCE_ELEMENTS[name], who)
    assert put(team, "ana", said) == status


def test_a_colleague_keeps_whose_words_a_shared_record_is(team: Plan) -> None:
    told = samples("a", "ben", "m")["MedicationStatement"]
    told |= {"informationSource": {"reference": "Practitioner/ben"}}
    assert put(team, "ben", told) == 201
    assert put(team, "ana", told | {"note": [{"text": "Still taken"}]}) == 200
    assert put(team, "ana", told | {"informationSource": {"reference": "Patient/a"}}) == 200
    assert put(team, "ana", told) == 403


@pytest.mark.parametrize("name", WRITTEN)
def test_only_shared_records_are_changed_by_a_colleague(team: Plan, name: str) -> None:
    mine = samples("a", "ana", "m")[name]
    assert put(team, "ana", mine) == 201
    changed = mine | {"language": "en"}
    shared = TYPES[name].group == SHARED and name != "Task"
    assert put(team, "ben", changed) == (200 if shared else 403)
    assert team.as_user("ben").delete(f"{name}/{mine['id']}").status_code == 403
    assert put(team, "ana", changed) == 200


@pytest.mark.parametrize(
    "intent", ["order", "plan", "directive", "original-order", "instance-order", "option"]
)
@pytest.mark.parametrize("user", ["ana", "sue", "cam"])
def test_orders_are_the_plans_and_the_refusal_says_where(team: Plan, user: str, intent: str) -> None:
    asked = samples("a", user, "m")["ServiceRequest"]
    if user != "cam":
        found = issue(team, user, asked | {"intent": intent})
        assert found["expression"] == ["ServiceRequest.intent"]
        assert "proposal" in found["details"]["text"]
        assert put(team, user, asked) == 201
    assert put(team, user, asked | {"intent": intent}) == 403
    request = samples("a", user, "m")["MedicationRequest"]
    assert put(team, user, request) == 403


def test_an_order_of_the_plan_stays_as_it_is(team: Plan) -> None:
    with write_transaction(team.engine) as connection:
        put_as_system(connection, samples("a", "op", "o")["ServiceRequest"] | {"intent": "order"})
    order = team.as_user("ana").get("ServiceRequest/servicerequest-o").json()
    for user in ("ana", "ben", "sue", "cam"):
        assert put(team, user, order | {"status": "revoked"}) == 403


LOOP: dict[str, dict[str, Any]] = {
    "Task": {
        "status": "accepted",
        "businessStatus": {"text": "No capacity"},
        "statusReason": {"text": "Full until May"},
        "owner": {"reference": "Practitioner/ben"},
        "lastModified": "2026-05-29T10:00:00Z",
        "note": [{"text": "First"}, {"text": "Asked again in May"}],
        "extension": [{"url": "urn:test:seen", "valueBoolean": True}],
    },
    "ServiceRequest": {
        "status": "completed",
        "performer": [{"display": "Home health of the valley"}],
        "note": [{"text": "First"}, {"text": "Started 3 June"}],
    },
}
FIXED: dict[str, dict[str, Any]] = {
    "Task": {
        "requester": {"reference": "Practitioner/sue"},
        "code": {"text": "Something else"},
        "description": "Not so bad",
        "intent": "plan",
        "priority": "routine",
        "for": {"reference": "Patient/b"},
        "authoredOn": "2020-01-01",
        "restriction": {"period": {"end": "2030-01-01"}},
        "reasonReference": {"reference": "Observation/other"},
        "note": [{"text": "Rewritten"}],
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'},
    },
    "ServiceRequest": {
        "requester": {"reference": "Practitioner/sue"},
        "code": {"text": "Something else"},
        "intent": "order",
        "subject": {"reference": "Patient/b"},
        "priority": "stat",
        "note": [],
    },
}


@pytest.mark.parametrize(
    ("name", "user"),
    [("Task", "ben"), ("Task", "sue"), ("Task", "cam"), ("ServiceRequest", "sue"), ("ServiceRequest", "cam")],
)
def test_how_it_stands_is_answered_by_others_and_what_was_asked_stays(
    team: Plan, name: str, user: str
) -> None:
    asked = samples("a", "ana", "m")[name] | {"note": [{"text": "First"}]}
    assert put(team, "ana", asked) == 201
    for element, value in FIXED[name].items():
        changed = {key: kept for key, kept in (asked | {element: value}).items() if kept != []}
        assert put(team, user, changed) in (403, 422), element
    assert put(team, user, asked | {"status": "entered-in-error"}) == 403
    assert put(team, user, asked | {"meta": restricted()}) == 403
    assert put(team, "tom", asked | LOOP[name]) == 403
    assert put(team, user, asked | LOOP[name]) == 200
    now = team.as_user("ana").get(f"{name}/{asked['id']}").json()
    assert now["requester"] == asked["requester"]
    assert now["status"] == LOOP[name]["status"]


def test_a_colleague_does_not_change_a_proposal_that_she_did_not_make(team: Plan) -> None:
    asked = samples("a", "ana", "m")["ServiceRequest"]
    assert put(team, "ana", asked) == 201
    assert put(team, "ben", asked | {"status": "completed"}) == 403


def test_an_alert_is_closed_with_a_reason_and_never_deleted(team: Plan) -> None:
    alert = samples("a", "ana", "m")["Task"]
    assert put(team, "ana", alert) == 201
    for user in ("ana", "ben", "sue", "cam"):
        assert team.as_user(user).delete(f"Task/{alert['id']}").status_code == 403
    assert (
        put(team, "ana", alert | {"status": "cancelled", "statusReason": {"text": "Answer corrected"}}) == 200
    )


def stay(status: str = "in-progress", **more: Any) -> dict[str, Any]:
    """A hospital stay that a nurse was told about."""
    made = encounter("stay", "a", "ana", status=status, **more)
    del made["participant"]
    made |= {
        "identifier": [{"system": "urn:hearthside:stay", "value": "stay"}],
        "period": {"start": "2026-05-27"},
    }
    return made | {"class": {"code": "IMP"}}


def test_a_stay_she_was_told_about_names_nobody_and_a_visit_names_her(team: Plan) -> None:
    visit = encounter("v", "a", "ana")
    del visit["participant"]
    assert issue(team, "ana", visit)["expression"] == ["Encounter.participant"]
    for code in ("HH", "VR", "FLD"):
        assert issue(team, "ana", stay() | {"class": {"code": code}})["expression"] == ["Encounter.class"]
    assert put(team, "ana", stay()) == 201
    ended = stay("finished") | {"period": {"start": "2026-05-27", "end": "2026-05-29T11:00:00-07:00"}}
    assert put(team, "ben", ended) == 403
    assert put(team, "sue", ended) == 200
    assert put(team, "ana", ended) == 200
    assert put(team, "cam", stay() | {"id": "stay-2"}) == 403
    assert put(team, "tom", stay() | {"id": "stay-2"}) == 403


def test_a_supervisor_still_corrects_a_stay_that_the_plan_recorded(team: Plan) -> None:
    kept = stay() | {"identifier": [{"system": "urn:test:plan", "value": "s"}]}
    with write_transaction(team.engine) as connection:
        put_as_system(connection, kept)
    assert put(team, "sue", kept | {"status": "finished"}) == 200
    assert put(team, "ana", kept | {"status": "finished"}) == 403


def test_an_addendum_stands_beside_the_note_it_adds_to(team: Plan) -> None:
    note = samples("a", "ana", "m")["DocumentReference"]
    assert put(team, "ana", note) == 201
    addendum = samples("a", "ben", "add")["DocumentReference"]
    addendum |= {
        "relatesTo": [{"code": "appends", "target": {"reference": f"DocumentReference/{note['id']}"}}]
    }
    assert put(team, "ben", addendum) == 201
    assert put(team, "ben", note | {"description": "Changed"}) == 403
    found = team.as_user("sue").get(
        "DocumentReference", params={"relatesto": f"DocumentReference/{note['id']}"}
    )
    assert ids(found.json()) == [f"DocumentReference/{addendum['id']}"]
