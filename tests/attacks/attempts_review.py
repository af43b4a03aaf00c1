"""Countersigns, questions and answers that are not the caller's to write."""

from __future__ import annotations

from typing import Any

from tests.attacks.attempt import Attempt, get, post, put
from tests.plan.fhir_builders import bundle, entry, restricted

Json = dict[str, Any]


def review(task_id: str, code: str, by: str, patient: str = "t", nurse: str = "ben", **more: Any) -> Json:
    """About the visit of the samples that Ben made with patient t."""
    return {
        "resourceType": "Task",
        "id": task_id,
        "meta": restricted("R"),
        "status": "completed" if code == "review-countersign" else "requested",
        "intent": "order",
        "code": {"coding": [{"system": "urn:hearthside:task", "code": code}]},
        "focus": {"reference": f"Encounter/encounter-{patient}"},
        "for": {"reference": f"Patient/{patient}"},
        "authoredOn": "2026-05-28T12:00:00Z",
        "requester": {"reference": f"Practitioner/{by}"},
        "owner": {"reference": f"Practitioner/{nurse}"},
        **more,
    }


SIGN, ASK = "review-countersign", "review-question"
REVIEW: list[Attempt] = [
    put("countersigns her own visit", "ben", review("rv1", SIGN, "ben"), 403),
    put("countersigns a colleague's visit", "ana", review("rv2", SIGN, "ana"), 403),
    put("countersigns as her supervisor", "ben", review("rv3", SIGN, "sue"), 403),
    put("a supervisor of another team", "tom", review("rv4", SIGN, "tom"), 403),
    put("a care manager", "cam", review("rv5", SIGN, "cam", "b"), 403),
    put("asks as her supervisor", "ana", review("rv6", ASK, "sue"), 403),
    put("in another supervisor's name", "sue", review("rv7", SIGN, "tom"), 403),
    put(
        "under another person",
        "sue",
        review("rv8", SIGN, "sue") | {"for": {"reference": "Patient/a"}},
        403,
    ),
    post(
        "in a batch",
        "ana",
        "",
        bundle(entry(review("rv9", SIGN, "ana")), kind="batch"),
        200,
        stores="Task/rv9",
        shows=("403",),
    ),
    post("by POST", "ana", "Task", review("x", SIGN, "ana"), 403),
    put("the supervisor of the team asks", "sue", review("rv10", ASK, "sue"), 201, hides=()),
    get("a question, by another team", "tom", "Task/rv10", 404),
    get("a question, by a care manager", "cam", "Task/rv10", 404),
    Attempt(
        "answers for a colleague",
        "ana",
        "PUT",
        "Task/rv10",
        403,
        review("rv10", ASK, "sue") | {"status": "completed"},
    ),
    Attempt(
        "makes a countersign of a question",
        "ben",
        "PUT",
        "Task/rv10",
        403,
        review("rv10", SIGN, "sue"),
    ),
]
