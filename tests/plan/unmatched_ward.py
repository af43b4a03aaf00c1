"""A ward with somebody who is on nobody's list, and what its tests do with her."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from starlette.testclient import TestClient

from plan.database import write_transaction
from plan.unmatched.joining import join, undo
from tests.plan.fhir_builders import (
    bundle,
    encounter,
    entry,
    observation,
    provenance,
)
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan

Json = dict[str, Any]
HERE = "urn:hearthside:unmatched"
URL = "$hearthside-match"


def person(person_id: str = "tmp", name: str = "Test Muster", **more: Any) -> Json:
    return {
        "resourceType": "Patient",
        "id": person_id,
        "identifier": [{"system": HERE, "value": person_id}],
        "active": True,
        "name": [{"text": name}],
        "birthDate": "1940-02-03",
        **more,
    }


def send_person(client: TestClient, person_id: str = "tmp", nurse: str = "ana") -> None:
    made = bundle(
        entry(person(person_id)), entry(provenance(f"made-{person_id}", nurse, f"Patient/{person_id}"))
    )
    answer = client.post("", json=made)
    assert answer.status_code == 200, answer.text


def alert(task_id: str, patient_id: str, visit_id: str, **more: Any) -> Json:
    return {
        "resourceType": "Task",
        "id": task_id,
        "status": "requested",
        "intent": "order",
        "for": {"reference": f"Patient/{patient_id}"},
        "encounter": {"reference": f"Encounter/{visit_id}"},
        "requester": {"reference": "Practitioner/ana"},
        **more,
    }


def subject_of(client: TestClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return str((body.get("subject") or body.get("for"))["reference"])


def do_join(plan: Plan, member: str = "b") -> int:
    with write_transaction(plan.engine) as connection:
        return join(connection, "tmp", member, None, clock=plan.clock)


def do_undo(plan: Plan) -> int:
    with write_transaction(plan.engine) as connection:
        return undo(connection, "tmp", None, clock=plan.clock)


def make_ward(engine: Engine, clock: Clock) -> Plan:
    """Ana has made a visit to somebody on nobody's list: Encounter e1, Observation o1, Task t1."""
    load_panel(engine)
    plan = make_plan(engine, clock)
    ana = plan.as_user("ana")
    send_person(ana)
    sent = [
        encounter("e1", "tmp", "ana"),
        observation("o1", "tmp", 7, "ana", encounter={"reference": "Encounter/e1"}),
        alert("t1", "tmp", "e1"),
    ]
    names = [f"{one['resourceType']}/{one['id']}" for one in sent]
    answer = ana.post("", json=bundle(*map(entry, sent), entry(provenance("w1", "ana", *names))))
    assert answer.status_code == 200, answer.text
    return plan
