"""Visits, frames and alerts as the visit log's tests send them, and its answer taken apart."""

from __future__ import annotations

from typing import Any

from tests.plan.fhir_builders import encounter
from tests.plan.plan_doubles import Plan

LOG = "$hearthside-visit-log"
Json = dict[str, Any]


def visit(visit_id: str, hour: int, patient_id: str = "a", nurse: str = "ana", **more: Any) -> Json:
    period = {"start": f"2026-05-28T{hour:02}:00:00Z", "end": f"2026-05-28T{hour:02}:50:00Z"}
    return encounter(visit_id, patient_id, nurse, **{"period": period, **more})


def frame(visit_id: str, patient_id: str = "a", **said: str) -> Json:
    items = [
        {"linkId": name.replace("_", "-"), "answer": [{"valueString": value}]} for name, value in said.items()
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": f"frame-{visit_id}",
        "status": "completed",
        "questionnaire": "urn:hearthside:questionnaire:visit-frame|1",
        "subject": {"reference": f"Patient/{patient_id}"},
        "encounter": {"reference": f"Encounter/{visit_id}"},
        "author": {"reference": "Practitioner/ana"},
        "authored": "2026-05-28T10:00:00Z",
        "item": items,
    }


def alert(
    task_id: str, visit_id: str, level: str = "act-now", who: tuple[str, str] = ("a", "ana"), **more: Any
) -> Json:
    patient_id, nurse = who
    parts = [{"url": "level", "valueString": level}]
    return {
        "resourceType": "Task",
        "id": task_id,
        "extension": [{"url": "urn:hearthside:alert", "extension": parts}],
        "status": "requested",
        "intent": "order",
        "for": {"reference": f"Patient/{patient_id}"},
        "encounter": {"identifier": {"system": "urn:hearthside:visit", "value": visit_id}},
        "requester": {"reference": f"Practitioner/{nurse}"},
        "authoredOn": "2026-05-28T10:00:00Z",
        **more,
    }


def put(plan: Plan, resource: Json, user: str = "ana") -> None:
    answer = plan.as_user(user).put(f"{resource['resourceType']}/{resource['id']}", json=resource)
    assert answer.status_code in (200, 201), answer.text


def ask(plan: Plan, user: str = "sue", asked: str = "") -> list[Json]:
    """The parts of each visit by name; of several flags all."""
    answer = plan.as_user(user).get(f"{LOG}?{asked}")
    assert answer.status_code == 200, answer.text
    found = []
    for one in answer.json()["parameter"]:
        if one["name"] == "visit":
            parts = {part["name"]: part for part in one["part"] if part["name"] != "flag"}
            flags = {part["valueCode"] for part in one["part"] if part["name"] == "flag"}
            found.append(parts | {"flags": flags})
    return found


def ids(found: list[Json]) -> list[str]:
    return [one["visit"]["valueReference"]["reference"].removeprefix("Encounter/") for one in found]
