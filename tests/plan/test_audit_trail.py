"""The server's own audit trail: what leaves a trace, whose name stands in it, and that nothing takes it away."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from plan.audit import routes
from plan.audit import seen as seen_module
from plan.audit.place import audit_transaction
from plan.database import write_transaction
from plan.fhir.validate import validate
from plan.resources import put_as_system
from tests.plan.fhir_builders import bundle, careteam, entry, ids, observation, visit
from tests.plan.fhir_samples import samples
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan

SEEN = "Patient/{}/$hearthside-seen"


def seen(plan: Plan, patient: str = "a", user: str = "sue", **params: Any) -> list[dict[str, Any]]:
    """Who saw this record, as this supervisor is told: (who, action, outcome, {name: count}) of each event."""
    answer = plan.as_user(user).get(SEEN.format(patient), params=params)
    assert answer.status_code == 200, answer.text
    found = []
    for each in answer.json().get("entry", []):
        event = each["resource"]
        assert event["resourceType"] == "AuditEvent"
        found.append(
            {
                "who": event["agent"][0]["who"].get("reference"),
                "agents": len(event["agent"]),
                "action": event["action"],
                "outcome": event["outcome"],
                "records": {
                    one["name"]: one["detail"][0]["valueString"] for one in event["entity"] if "name" in one
                },
                "at": event["recorded"],
            }
        )
    return found


def rows(engine: Engine, action: str | None = None) -> list[Any]:
    statement = text("SELECT * FROM audit_event")
    with engine.connect() as connection, audit_transaction(engine) as trail:
        found = {row.id: row for each in (connection, trail) for row in each.execute(statement)}.values()
    return [row for row in sorted(found, key=lambda row: row.id) if action in (None, row.action)]


def test_a_visit_and_everybody_who_read_it_stand_in_the_trail(any_engine: Engine) -> None:
    load_panel(any_engine)
    plan = make_plan(any_engine, Clock())
    sent = visit("a", "ana", values=2)
    assert plan.as_user("ana").post("", json=bundle(*sent["entry"])).status_code == 200
    assert plan.as_user("sue").get("Observation?patient=a").status_code == 200
    assert plan.as_user("sue").get("Patient/a").status_code == 200
    by_name, search, write = seen(plan)
    assert (write["who"], write["action"], len(write["records"])) == ("Practitioner/ana", "U", 4)
    assert (search["who"], search["action"]) == ("Practitioner/sue", "R")
    assert search["records"] == {"Observation": "2"}
    assert by_name["records"] == {"Patient": "1", "Patient/a": "1"}


def test_a_batch_of_reads_is_one_event_and_says_how_many_of_each_type(plan: Plan) -> None:
    for number in range(3):
        put = plan.as_user("ana").put(f"Observation/o{number}", json=observation(f"o{number}", "a", 4, "ana"))
        assert put.status_code == 201
    asked = [{"request": {"method": "GET", "url": url}} for url in ("Observation", "Patient", "CareTeam")]
    assert plan.as_user("ana").post("", json=bundle(*asked, kind="batch")).status_code == 200
    (read,) = rows(plan.engine, "read")
    assert json.loads(read.what)["shown"] == {"a": {"Observation": 3, "Patient": 1}, "": {"CareTeam": 1}}
    assert (read.user_id, read.practitioner_id, read.role) == ("u1", "ana", "nurse")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("Observation/o", 1),
        ("Observation/o/_history", 1),
        ("Observation/_history", 1),
        ("Observation?_elements=id,meta", 1),
        ("Patient?_revinclude=Observation:patient", 2),
        ("Observation?_summary=count", 0),
        ("Organization", 0),
        ("Observation?patient=b", 0),
    ],
)
def test_every_road_that_shows_a_record_leaves_a_trace_and_what_shows_none_leaves_none(
    plan: Plan, url: str, shown: int
) -> None:
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, observation("o", "a", 4, "ana"))
    assert plan.as_user("ana").get(url).status_code == 200
    told = [sum(json.loads(row.what)["shown"]["a"].values()) for row in rows(plan.engine)]
    assert told == ([shown] if shown else [])


def test_a_version_and_the_bare_bytes_of_a_file_are_reads_too(plan: Plan) -> None:
    ana, file = plan.as_user("ana"), samples("a", "ana", "m")["Binary"]
    assert ana.put("Binary/binary-m", json=file).status_code == 201
    assert ana.get("Binary/binary-m").headers["content-type"].startswith("image/png")
    version = ana.get("Binary/binary-m", headers={"Accept": "application/fhir+json"}).json()["meta"][
        "versionId"
    ]
    assert ana.get(f"Binary/binary-m/_history/{version}").status_code == 200
    assert [json.loads(row.what)["named"] for row in rows(plan.engine, "read")] == [["Binary/binary-m"]] * 3


def test_what_was_refused_stands_in_the_trail_of_the_one_it_was_about(plan: Plan) -> None:
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, observation("o", "b", 4, "ben"))
    ana = plan.as_user("ana")
    assert ana.get("Observation/o").status_code == 404
    assert ana.put("Observation/n", json=observation("n", "b", 4, "ana")).status_code == 403
    batched = ana.post("", json=bundle({"request": {"method": "GET", "url": "Patient/b"}}, kind="batch"))
    assert batched.status_code == 200
    told = seen(plan, "b")
    assert [(one["who"], one["outcome"], one["records"]) for one in told] == [
        ("Practitioner/ana", "4", {"Patient/b": "404"}),
        ("Practitioner/ana", "4", {"Observation/o": "404"}),
    ]
    assert [json.loads(row.what)["refused"] for row in rows(plan.engine, "refusal")] == [
        {"Observation/o": 404},
        {"Observation/n": 403},
        {"Patient/b": 404},
    ]


def test_a_write_that_was_rolled_back_leaves_a_refusal_and_no_write(plan: Plan) -> None:
    sent = bundle(entry(observation("o", "a", 4, "ana")), entry(observation("p", "b", 4, "ana")))
    assert plan.as_user("ana").post("", json=sent).status_code == 403
    assert [row.action for row in rows(plan.engine)] == ["refusal"]
    assert plan.as_user("op").get("Observation/o").status_code == 404


def test_only_supervisors_of_the_team_and_operators_read_who_saw_a_record(plan: Plan) -> None:
    assert plan.as_user("ana").get("Patient/a").status_code == 200
    found = {
        user: plan.as_user(user).get(SEEN.format("a")).status_code
        for user in ("ana", "ben", "sue", "tom", "cam", "op", "reader")
    }
    assert found == {"ana": 403, "ben": 404, "sue": 200, "tom": 404, "cam": 404, "op": 200, "reader": 403}
    assert plan.client.get(SEEN.format("a")).status_code == 401
    assert {"Practitioner/sue", "Practitioner/op"} <= {one["who"] for one in seen(plan)}


def test_the_trail_is_read_page_by_page(plan: Plan, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        clock.now += 1000
        assert plan.as_user("ana").get("Patient/a").status_code == 200
    monkeypatch.setattr(seen_module, "MOST", 3)
    events = seen_module.list_events
    monkeypatch.setattr(routes, "list_events", lambda *given, **more: events(*given, limit=3, **more))
    first = plan.as_user("sue").get(SEEN.format("a")).json()
    assert len(first["entry"]) == 3
    (after,) = [link["url"] for link in first["link"] if link["relation"] == "next"]
    second = plan.as_user("sue").get(after).json()
    times = [each["resource"]["recorded"] for each in first["entry"] + second["entry"]]
    assert times == sorted(times, reverse=True)
    assert len(times) == 5


@pytest.mark.parametrize("change", ["UPDATE audit_event SET user_id = 'x'", "DELETE FROM audit_event"])
def test_the_database_itself_takes_no_change_of_the_trail(any_engine: Engine, change: str) -> None:
    load_panel(any_engine)
    plan = make_plan(any_engine, Clock())
    assert plan.as_user("ana").get("Patient/a").status_code == 200
    assert plan.as_user("ana").put("Observation/o", json=observation("o", "a", 4, "ana")).status_code == 201
    for statement in (change, change.replace("audit_event SET user_id", "audit_patient SET patient_id")):
        for place in (audit_transaction, write_transaction):
            with pytest.raises(DBAPIError, match="only added to"), place(any_engine) as connection:
                connection.execute(text(statement))
    assert len(rows(any_engine)) == 2


def test_a_read_does_not_wait_for_a_visit_that_is_being_written(any_engine: Engine) -> None:
    load_panel(any_engine)
    plan = make_plan(any_engine, Clock())
    with write_transaction(any_engine) as connection:
        put_as_system(connection, observation("o", "a", 4, "ana"))
        assert plan.as_user("ana").get("Patient/a").status_code == 200
        assert plan.as_user("ana").get("Patient/b").status_code == 404
    assert [row.action for row in rows(any_engine)] == ["read", "refusal"]


def test_an_answer_whose_trace_cannot_be_kept_is_not_given(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    with audit_transaction(plan.engine) as connection:
        connection.execute(text("DROP TABLE audit_patient"))
    answer = plan.as_user("ana").get("Patient/a")
    assert answer.status_code == 503
    assert "birthDate" not in answer.text
    assert answer.headers["Retry-After"] == "5"


def test_nobody_writes_into_the_servers_trail_through_fhir(plan: Plan) -> None:
    assert plan.as_user("ana").get("Patient/a").status_code == 200
    event = plan.as_user("sue").get(SEEN.format("a")).json()["entry"][0]["resource"]
    mine = event | {"agent": [{"who": {"reference": "Practitioner/ben"}, "requestor": True}]}
    assert plan.as_user("sue").put(f"AuditEvent/{event['id']}", json=mine).status_code == 403
    assert plan.as_user("sue").post(SEEN.format("a"), json=event).status_code == 405
    assert plan.as_user("sue").delete(f"AuditEvent/{event['id']}").status_code == 404
    assert {one["who"] for one in seen(plan)} == {"Practitioner/ana", "Practitioner/sue"}


def test_the_events_are_valid_r4(plan: Plan) -> None:
    assert plan.as_user("ana").get("Patient/a").status_code == 200
    assert plan.as_user("ana").put("Observation/o", json=observation("o", "a", 4, "ana")).status_code == 201
    for each in plan.as_user("sue").get(SEEN.format("a")).json()["entry"]:
        validate(each["resource"])


def test_a_member_who_moved_to_another_team_takes_her_trail_along(plan: Plan, clock: Clock) -> None:
    assert plan.as_user("ana").get("Patient/a").status_code == 200
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", team_id="team-2"))
    clock.now = 4_000_000_000_000
    assert plan.as_user("sue").get(SEEN.format("a")).status_code == 404
    assert [one["who"] for one in seen(plan, user="tom")][-1] == "Practitioner/ana"
    assert ids(plan.as_user("sue").get("Patient").json()) == ["Patient/b"]
