"""Private concerns carry the label R: each road by which a care manager could come near one, tried."""

from __future__ import annotations

from typing import Any

import pytest

from plan.database import write_transaction
from plan.resources import put_as_system
from tests.plan.fhir_builders import (
    bundle,
    careteam,
    encounter,
    entry,
    ids,
    observation,
    patient,
    provenance,
    restricted,
)
from tests.plan.fhir_samples import samples
from tests.plan.plan_doubles import Plan

SECRET = "Marker-8841"
HIDDEN_ID = "careplan-hidden"
HIDDEN = {"reference": f"CarePlan/{HIDDEN_ID}"}


@pytest.fixture
def team(plan: Plan) -> Plan:
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "ben", "cam"))
    return plan


def put(plan: Plan, user: str, resource: dict[str, Any], **headers: str) -> int:
    url = f"{resource['resourceType']}/{resource['id']}"
    return int(plan.as_user(user).put(url, json=resource, headers=headers).status_code)


def careplan(resource_id: str, text: str, nurse: str, **more: Any) -> dict[str, Any]:
    """A part of the shared plan of care of patient a: what a care manager reads."""
    return samples("a", nurse, "x")["CarePlan"] | {"id": resource_id, "description": text} | more


def hidden(resource_id: str = HIDDEN_ID, meta: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A private concern of patient a, by Ana, in visit v."""
    made = careplan(resource_id, SECRET, "ana", encounter={"reference": "Encounter/v"})
    made |= {"identifier": [{"system": "urn:hearthside:record", "value": resource_id}]}
    made |= {"meta": restricted() if meta is None else meta} | more
    return {name: value for name, value in made.items() if value}


@pytest.fixture
def visit(team: Plan) -> Plan:
    """Ana's visit v with an open and a hidden part of the plan, and the Provenance of both."""
    opened = careplan("careplan-open", "Sleeps better", "ana", encounter={"reference": "Encounter/v"})
    manifest = provenance("p", "ana", "Encounter/v", "CarePlan/careplan-open", f"CarePlan/{HIDDEN_ID}")
    made = [encounter("v", "a", "ana"), opened, hidden(), manifest]
    sent = team.as_user("ana").post("", json=bundle(*(entry(each) for each in made)))
    assert sent.status_code == 200, sent.text
    return team


def test_nurses_and_supervisors_of_the_team_see_it_and_others_do_not(visit: Plan) -> None:
    found = {
        user: visit.as_user(user).get(f"CarePlan/{HIDDEN_ID}").status_code
        for user in ("ana", "ben", "sue", "op", "cam", "tom")
    }
    assert found == {"ana": 200, "ben": 200, "sue": 200, "op": 200, "cam": 404, "tom": 404}
    for user in ("ben", "sue"):
        assert f"CarePlan/{HIDDEN_ID}" in ids(visit.as_user(user).get("CarePlan").json())
        assert visit.as_user(user).get("Provenance/p").status_code == 200


def test_by_id_and_version_it_is_not_there(visit: Plan) -> None:
    cam = visit.as_user("cam")
    url = f"CarePlan/{HIDDEN_ID}"
    version = visit.as_user("ana").get(url).json()["meta"]["versionId"]
    absent = cam.get("CarePlan/no-such-id")
    for path in (url, f"{url}/_history", f"{url}/_history/{version}"):
        assert (cam.get(path).status_code, cam.get(path).json()) == (404, absent.json()), path
    for path in (url, "CarePlan/no-such-id"):
        assert cam.delete(path).status_code == 404


SEARCHES = [
    "CarePlan",
    f"CarePlan?_id={HIDDEN_ID}",
    "CarePlan?patient=a",
    "CarePlan?encounter=v",
    "CarePlan?_security=R",
    "CarePlan?identifier=urn:hearthside:record|" + HIDDEN_ID,
    "CarePlan?status=active",
    "CarePlan?encounter.status=finished",
    "CarePlan?_lastUpdated=ge2000-01-01&_sort=-_lastUpdated",
    "CarePlan?_elements=description",
    "CarePlan?_summary=count",
    "CarePlan?_total=accurate&_count=1",
    "Encounter?_id=v&_revinclude=CarePlan:encounter",
    "CarePlan?_id=careplan-open&_include=CarePlan:encounter",
    "Provenance",
    "Provenance?target=CarePlan/" + HIDDEN_ID,
    "Provenance?_include=Provenance:target",
    "Provenance?patient=a",
    "Patient?_revinclude=CarePlan:patient&_revinclude=Provenance:patient&_revinclude=CarePlan:subject",
    "CarePlan/_history",
    "Provenance/_history",
]


@pytest.mark.parametrize("search", SEARCHES)
def test_no_search_brings_it_counts_it_or_names_it(visit: Plan, search: str) -> None:
    cam = visit.as_user("cam")
    asked = bundle({"request": {"method": "GET", "url": search}}, kind="batch")
    kind, _, query = search.partition("?")
    answers = [cam.get(search), cam.post("", json=asked)]
    if "_history" not in search:
        answers.append(
            cam.post(f"{kind}/_search", data=dict(pair.split("=", 1) for pair in query.split("&") if pair))
        )
    for answer in answers:
        assert answer.status_code == 200
        said = answer.text.replace(search, "").replace(query, "") if query else answer.text
        assert SECRET not in said
        body = answer.json()
        body = body["entry"][0]["resource"] if body["type"] == "batch-response" else body
        assert not {f"CarePlan/{HIDDEN_ID}", "Provenance/p"} & set(ids(body))
        if "total" in body:
            assert body["total"] == 1


def test_a_transaction_and_a_batch_answer_as_if_it_were_not_there(visit: Plan) -> None:
    cam = visit.as_user("cam")
    reads = [{"request": {"method": "GET", "url": f"CarePlan/{HIDDEN_ID}"}}]
    for kind in ("batch", "transaction"):
        answer = cam.post("", json=bundle(*reads, kind=kind), headers={"Prefer": "return=representation"})
        assert answer.json()["entry"][0]["response"]["status"].startswith("404")
        assert SECRET not in answer.text


def test_a_conditional_create_neither_finds_it_nor_trips_over_it(visit: Plan) -> None:
    task = samples("a", "ana", "private")["Task"] | {"meta": restricted(), "description": SECRET}
    task["identifier"] = [{"system": "urn:test:task", "value": "one"}]
    assert put(visit, "ana", task) == 201
    cam = visit.as_user("cam")
    mine = samples("a", "cam", "mine")["Task"] | {"identifier": task["identifier"]}
    for headers in ({"If-None-Exist": "identifier=urn:test:task|one"}, {"If-None-Exist": "_security=R"}):
        answer = cam.post("Task", json=mine, headers=headers | {"Prefer": "return=representation"})
        assert answer.status_code in (200, 201)
        assert SECRET not in answer.text
        assert answer.json()["id"] != task["id"]
    request = {"method": "POST", "url": "Task", "ifNoneExist": f"_id={task['id']}"}
    sent = bundle(
        {"fullUrl": "urn:uuid:1f0e2c3d-0000-4000-8000-000000000001", "resource": mine, "request": request}
    )
    answer = cam.post("", json=sent, headers={"Prefer": "return=representation"})
    assert answer.json()["entry"][0]["response"]["status"].startswith("201")
    assert SECRET not in answer.text
    assert task["id"] not in answer.text


def test_a_write_over_it_or_about_it_is_answered_like_one_over_what_is_absent(visit: Plan) -> None:
    plan_of_care = samples("a", "ana", "private")["CarePlan"] | {"meta": restricted(), "description": SECRET}
    assert put(visit, "ana", plan_of_care) == 201
    cam = visit.as_user("cam")
    mine = samples("a", "cam", "private")["CarePlan"]
    answer = cam.put("CarePlan/careplan-private", json=mine)
    assert answer.status_code == 404
    assert SECRET not in answer.text
    assert put(visit, "cam", mine, **{"If-Match": 'W/"x"'}) == 412
    assert put(visit, "cam", mine | {"id": "absent"}, **{"If-Match": 'W/"x"'}) == 412
    about = provenance("pc", "cam", f"CarePlan/{HIDDEN_ID}")
    assert put(visit, "cam", about) == put(visit, "cam", provenance("pc", "cam", "CarePlan/none")) == 403
    assert put(visit, "cam", provenance("pc", "cam", "Encounter/v")) == 201


def test_under_a_hidden_visit_nothing_is_seen_and_nothing_is_put(team: Plan) -> None:
    assert put(team, "ana", encounter("v", "a", "ana", meta=restricted())) == 201
    assert put(team, "ana", hidden(meta={})) == 201
    cam = team.as_user("cam")
    assert cam.get(f"CarePlan/{HIDDEN_ID}").status_code == 404
    assert ids(cam.get("CarePlan").json()) == []
    mine = samples("a", "cam", "c")["CarePlan"]
    for visit_id in ("v", "absent"):
        assert put(team, "cam", mine | {"encounter": {"reference": f"Encounter/{visit_id}"}}) == 422
    assert put(team, "cam", mine) == 201


def test_of_a_member_who_is_restricted_herself_a_care_manager_sees_nothing(visit: Plan) -> None:
    with write_transaction(visit.engine) as connection:
        put_as_system(connection, patient("a") | {"meta": restricted()})
    cam = visit.as_user("cam")
    for kind in ("Patient", "Encounter", "CarePlan", "CareTeam"):
        assert ids(cam.get(kind).json()) == [], kind
    assert visit.as_user("ben").get("Patient/a").status_code == 200


NAMED_IN: list[tuple[str, dict[str, Any]]] = [
    ("Task", {"focus": HIDDEN}),
    ("Task", {"reasonReference": {"reference": f"CarePlan/{HIDDEN_ID}/_history/1"}}),
    ("Task", {"input": [{"type": {"text": "x"}, "valueReference": HIDDEN}]}),
    (
        "ServiceRequest",
        {"reasonReference": [{"reference": "http://plan.test/fhir/Observation/measured"}]},
    ),
    ("CarePlan", {"activity": [{"reference": {"reference": "Task/private"}}]}),
    ("Goal", {"outcomeReference": [{"reference": "Observation/measured"}]}),
    ("CarePlan", {"extension": [{"url": "urn:test:replaces", "valueReference": HIDDEN}]}),
    ("CarePlan", {"partOf": [HIDDEN]}),
]


@pytest.mark.parametrize(("name", "element"), NAMED_IN)
def test_what_names_it_is_hidden_whichever_came_first(team: Plan, name: str, element: dict[str, Any]) -> None:
    cam = team.as_user("cam")
    naming = samples("a", "ana", "naming")[name] | element
    url = f"{name}/{naming['id']}"
    assert put(team, "ana", naming) == 201
    assert cam.get(url).status_code == 200
    secrets = [
        hidden(encounter={"display": "v"}),
        observation("measured", "a", 9, "ana", meta=restricted()),
        samples("a", "ana", "x")["Task"] | {"id": "private", "meta": restricted()},
        samples("a", "ana", "x")["CarePlan"] | {"id": "secret", "meta": restricted()},
    ]
    for each in secrets:
        assert put(team, "ana", each) == 201
    assert cam.get(url).status_code == 404
    assert url not in ids(cam.get(name, params={"patient": "a"}).json())
    assert url not in ids(cam.get(f"{name}/_history").json())
    assert team.as_user("ben").get(url).status_code == 200
    assert put(team, "ana", {key: value for key, value in naming.items() if key not in element}) == 200
    assert cam.get(url).status_code == 200
    assert len(cam.get(f"{url}/_history").json()["entry"]) == 1, "the version that named it stays hidden"
    assert len(team.as_user("ben").get(f"{url}/_history").json()["entry"]) == 2


def test_a_label_added_or_taken_away_counts_at_once_and_old_versions_stay_away(team: Plan) -> None:
    cam, url = team.as_user("cam"), "CarePlan/o"
    assert put(team, "ana", hidden("o", meta={}, encounter={"display": "v"})) == 201
    first = cam.get(url).json()["meta"]["versionId"]
    assert put(team, "ana", hidden("o", encounter={"display": "v"})) == 200
    for path in (url, f"{url}/_history", f"{url}/_history/{first}"):
        assert cam.get(path).status_code == 404, path
    assert ids(cam.get("CarePlan/_history").json()) == []
    assert put(team, "ana", careplan("o", "Sleeps better", "ana")) == 200
    assert cam.get(url).status_code == 200
    assert cam.get(f"{url}/_history/{first}").status_code == 404
    history = cam.get(f"{url}/_history")
    assert len(history.json()["entry"]) == 1
    assert SECRET not in history.text
    assert SECRET not in cam.get("CarePlan/_history").text


def test_what_was_hidden_and_then_deleted_stays_hidden(visit: Plan) -> None:
    assert visit.as_user("ana").delete(f"CarePlan/{HIDDEN_ID}").status_code == 204
    cam = visit.as_user("cam")
    assert cam.get(f"CarePlan/{HIDDEN_ID}").status_code == 404
    assert f"CarePlan/{HIDDEN_ID}" not in cam.get("CarePlan/_history").text
    assert cam.get("Provenance/p").status_code == 404


@pytest.mark.parametrize(
    "meta",
    [
        {"security": [{"system": "urn:odd", "code": "R"}]},
        {"security": [{"code": "V"}, {"code": "N"}]},
        {"security": [{"code": "N"}, {"code": "R"}]},
        {"tag": [{"system": "urn:hearthside:private", "code": "private"}]},
    ],
)
def test_a_label_with_a_slip_in_it_still_hides(team: Plan, meta: dict[str, Any]) -> None:
    assert put(team, "ana", hidden("o", meta=meta, encounter={"display": "v"})) == 201
    assert team.as_user("cam").get("CarePlan/o").status_code == 404


def test_a_care_manager_writes_no_restricted_record_and_lifts_no_label(team: Plan) -> None:
    mine = samples("a", "cam", "c")["CarePlan"]
    assert put(team, "cam", mine | {"meta": restricted()}) == 403
    assert put(team, "cam", mine) == 201
    assert put(team, "cam", mine | {"meta": restricted()}) == 403
    assert put(team, "ben", mine | {"meta": restricted()}) == 403
    alert = samples("a", "ana", "t")["Task"]
    assert put(team, "ana", alert | {"meta": restricted()}) == 201
    assert put(team, "ben", alert | {"status": "accepted"}) == 403, "a colleague does not lift a label"
    assert put(team, "ben", alert | {"meta": restricted(), "status": "accepted"}) == 200


def test_she_who_was_a_nurse_does_not_see_her_own_restricted_records_as_care_manager(team: Plan) -> None:
    with write_transaction(team.engine) as connection:
        put_as_system(connection, careplan("own", "Hers", "cam", meta=restricted()))
    assert team.as_user("cam").get("CarePlan/own").status_code == 404
