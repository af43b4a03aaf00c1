"""A Task in the shape of an alert that a tablet raises, so that every device shows it among the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from plan.fhir.stamps import instant

ALERT = "urn:hearthside:alert"
"""Extension of a Task: rule, subject, level and owner of the alert that it is."""
RULES = "urn:hearthside:rule"
"""Code system of the rules."""
Level = Literal["today", "info"]
_PRIORITIES: Mapping[Level, str] = {"today": "urgent", "info": "routine"}
Json = dict[str, Any]


def make_alert_task(
    task_id: str, rule: str, subject: str, text: str, level: Level, authored_ms: int, now_ms: int
) -> Json:
    """For the supervisors. What it is about and whom it is for is the caller's to add."""
    parts = {"rule": rule, "subject": subject, "level": level, "owner": "supervisor"}
    inside = [{"url": name, "valueString": value} for name, value in parts.items()]
    return {
        "resourceType": "Task",
        "id": task_id,
        "extension": [{"url": ALERT, "extension": inside}],
        "status": "requested",
        "intent": "order",
        "priority": _PRIORITIES[level],
        "code": {"coding": [{"system": RULES, "code": rule, "display": text}], "text": text},
        "authoredOn": instant(authored_ms),
        "lastModified": instant(now_ms),
    }
