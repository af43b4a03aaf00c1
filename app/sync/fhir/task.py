"""Alerts ↔ Task. A Task names its visit by identifier only, so that it can leave before the visit is signed.

A private alert carries the restricted label and says "Private task" wherever text is shown; what it is about lies in an
extension of ours. What somebody else wrote into the Task (owner, notes, unknown members) stays when we change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.content.rules import Level
from app.domain.alert import PRIVATE_TEXT, Alert, AlertState
from app.domain.visit import PersonRef
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, is_restricted, restricted
from app.sync.fhir.write import clean, person, time_text

ALERT = "urn:hearthside:alert"
"""Parts: rule, subject, level, detail, owner."""
RULE = "urn:hearthside:rule"
ROLE = "urn:hearthside:role"

ROLES = {
    "nurse": "Visiting nurse",
    "supervisor": "Supervisor",
    "prescriber": "Prescriber or clinician on call",
    "palliative-physician": "Palliative physician",
    "social-work": "Social work or care navigation",
}
_PRIORITY = {Level.ACT_NOW: "stat", Level.TODAY: "urgent", Level.WATCH: "routine", Level.INFO: "routine"}
_STATUS = {
    AlertState.OPEN: "requested",
    AlertState.ACKNOWLEDGED: "accepted",
    AlertState.DONE: "completed",
    AlertState.CLOSED: "cancelled",
}
_STATE = {
    **dict.fromkeys(("draft", "requested", "received"), AlertState.OPEN),
    **dict.fromkeys(("accepted", "ready", "in-progress", "on-hold"), AlertState.ACKNOWLEDGED),
    "completed": AlertState.DONE,
}
_THEIRS = ("owner", "note", "output", "performerType", "businessStatus")
"""Members that whoever works on the Task may set; ours only where there is none."""


def encode_task(alert: Alert, by: PersonRef, at: datetime, base: Mapping[str, Any] | None = None) -> Json:
    """The Task of an alert that `by` raised, as it is at `at`; `base` is the version that it is made on."""
    before = dict(base or {})
    built: Json = {
        "resourceType": "Task",
        "id": alert.id,
        "extension": [*_other_extensions(before), _extension(alert)],
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": alert.id}],
        **_progress(alert, at),
        "intent": "order",
        "priority": _PRIORITY[alert.level],
        "code": _code(alert),
        "for": {"reference": f"Patient/{alert.patient_id}"},
        "authoredOn": _stamp(alert.fired_at),
        "requester": person(by),
        "owner": _owner(alert, by),
    }
    if not alert.private and clean(alert.detail):
        built["description"] = clean(alert.detail)
    if alert.visit_id is not None:
        visit = {"system": codes.VISIT_IDENTIFIER, "value": alert.visit_id}
        built["encounter"] = {"type": "Encounter", "identifier": visit}
    if alert.due_at is not None:
        built["restriction"] = {"period": {"end": time_text(alert.due_at)}}
    ours = ("description", "statusReason", "restriction", "encounter")
    kept = {name: value for name, value in unstamped(before).items() if name not in ours}
    task = kept | built | {name: before[name] for name in _THEIRS if name in before}
    return restricted(task) if alert.private else task


def amend_task(base: Mapping[str, Any], alert: Alert, at: datetime) -> Json:
    """Somebody else's Task with the state that we give it; everything else as it was."""
    kept = {name: value for name, value in unstamped(base).items() if name != "statusReason"}
    return kept | _progress(alert, at)


def decode_task(resource: Any) -> Alert | None:
    """The alert that a Task is, or None for a Task that is none (a referral, an order to sign). Never raises."""
    parts = read.extension(resource, ALERT)
    alert_id, patient = read.record_id(resource), read.reference(resource, "for")
    fired_at = read.instant(resource, "authoredOn")
    if read.text(resource, "resourceType") != "Task" or parts is None:
        return None
    if alert_id is None or patient is None or patient[0] != "Patient" or fired_at is None:
        return None
    said = {name: _part(parts, name) for name in ("rule", "subject", "level", "detail", "owner")}
    private = is_restricted(resource)
    state = _STATE.get(read.text(resource, "status") or "", AlertState.CLOSED)
    finding = read.concept_text(read.find(resource, "code")) or ""
    return Alert(
        id=alert_id,
        patient_id=patient[1],
        visit_id=_visit_of(resource),
        rule=said["rule"],
        subject=said["subject"],
        level=_level(said["level"]),
        state=state,
        finding=PRIVATE_TEXT if private else finding,
        detail=said["detail"] or read.text(resource, "description") or finding,
        private=private,
        owner=said["owner"],
        fired_at=fired_at,
        due_at=read.instant(resource, "restriction", "period", "end"),
        closed_at=None if state.stands else read.instant(resource, "lastModified"),
        closed_reason=read.concept_text(read.find(resource, "statusReason")),
        origin="pulled",
    )


def unstamped(base: Mapping[str, Any]) -> Json:
    """Without the server's own stamps."""
    kept = {name: value for name, value in base.items() if name != "meta"}
    held = base.get("meta")
    meta = {k: v for k, v in held.items() if k not in ("versionId", "lastUpdated")} if held else {}
    return kept | ({"meta": meta} if meta else {})


def _progress(alert: Alert, at: datetime) -> Json:
    built: Json = {"status": _STATUS[alert.state], "lastModified": _stamp(alert.closed_at or at)}
    if alert.closed_reason and clean(alert.closed_reason):
        built["statusReason"] = {"text": clean(alert.closed_reason)}
    return built


def _stamp(moment: datetime) -> str:
    """In UTC: readers of the specification compare a Task's two stamps as text, so they must not differ in offset."""
    return time_text(moment.astimezone(UTC))


def _code(alert: Alert) -> Json:
    if alert.private:
        return {"text": PRIVATE_TEXT}
    title = clean(alert.detail.partition("\n")[0]) or alert.rule
    coding = {"system": RULE, "code": alert.rule, "display": title}
    return {"coding": [coding], "text": clean(alert.finding) or title}


def _owner(alert: Alert, by: PersonRef) -> Json:
    if alert.owner == "nurse":
        return dict(person(by))
    role = {"system": ROLE, "value": alert.owner}
    return {"identifier": role, "display": ROLES.get(alert.owner, alert.owner)}


def _extension(alert: Alert) -> Json:
    said = (
        ("rule", alert.rule),
        ("subject", alert.subject),
        ("level", alert.level.value),
        ("owner", alert.owner),
        ("detail", alert.detail if alert.private else ""),
    )
    parts = [{"url": name, "valueString": clean(value)} for name, value in said if clean(value)]
    return {"url": ALERT, "extension": parts}


def _other_extensions(base: Mapping[str, Any]) -> list[Json]:
    return [one for one in read.items(base, "extension") if one.get("url") != ALERT]


def _part(parts: Json, name: str) -> str:
    return read.text(read.extension(parts, name), "valueString") or ""


def _level(said: str) -> Level:
    # A level of a newer app is shown as one for today rather than not at all.
    return Level(said) if said in set(Level) else Level.TODAY


def _visit_of(resource: Any) -> str | None:
    if read.text(resource, "encounter", "identifier", "system") == codes.VISIT_IDENTIFIER:
        return read.text(resource, "encounter", "identifier", "value")
    named = read.reference(resource, "encounter")
    return named[1] if named is not None and named[0] == "Encounter" else None
