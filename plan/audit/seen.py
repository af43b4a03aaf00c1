"""Who saw a person's record: the server's trail and what devices told of theirs, newest first, as AuditEvents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from plan.audit.ledger import EMERGENCY, EXPORT, READ, REFUSAL, SHARE, SIGN_IN, WRITE
from plan.audit.place import reading_apart
from plan.audit.tables import AuditPatient, AuditRow
from plan.clients.registry import list_clients
from plan.device_audit import list_seen
from plan.fhir.json_text import loads
from plan.fhir.stamps import instant
from plan.users import User

MOST = 500
"""Events in one answer."""
_EVENT = AuditRow.metadata.tables["audit_event"].c
_ABOUT = AuditPatient.metadata.tables["audit_patient"].c
_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_SUBTYPES = "http://hl7.org/fhir/restful-interaction"
_ROLE = "urn:hearthside:role"
_COUNT = "urn:hearthside:count"
_CODES: Mapping[str, tuple[dict[str, str], str]] = {
    READ: ({"system": _TYPES, "code": "rest", "display": "Restful Operation"}, "R"),
    WRITE: ({"system": _TYPES, "code": "rest", "display": "Restful Operation"}, "U"),
    REFUSAL: ({"system": _TYPES, "code": "rest", "display": "Restful Operation"}, "R"),
    SIGN_IN: ({"system": _DCM, "code": "110114", "display": "User Authentication"}, "E"),
    EXPORT: ({"system": _DCM, "code": "110106", "display": "Export"}, "R"),
    EMERGENCY: ({"system": _DCM, "code": "110113", "display": "Security Alert"}, "E"),
    SHARE: ({"system": _DCM, "code": "110106", "display": "Export"}, "R"),
}
_SUBTYPE: Mapping[str, dict[str, str]] = {
    READ: {"system": _SUBTYPES, "code": "read"},
    WRITE: {"system": _SUBTYPES, "code": "transaction"},
    SIGN_IN: {"system": _DCM, "code": "110122", "display": "Login"},
    EMERGENCY: {"system": _DCM, "code": "110127", "display": "Emergency Override Started"},
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event about one person. `records`: what was shown or done, with how often; no clinical content."""

    id: str
    at_ms: int
    action: str
    outcome: int
    practitioner_id: str | None
    who: str
    role: str
    records: Mapping[str, int | str] = field(default_factory=dict)
    bearer_id: str | None = None
    device: str | None = None
    """Set for what a device told of itself: read from its encrypted store, with or without a network."""


def list_events(
    connection: Connection, patient_id: str, *, before_ms: int | None = None, limit: int = MOST
) -> list[Event]:
    """Everything about this person's record, newest first, at most `limit`. `before_ms`: older than that."""
    known = {row.id: row for row in connection.execute(select(User.metadata.tables["plan_user"]))}
    programs = {one.client_id: one.name for one in list_clients(connection)}
    statement = select(*_EVENT).join_from(
        _ABOUT.event_id.table, _EVENT.id.table, _EVENT.id == _ABOUT.event_id
    )
    statement = statement.where(_ABOUT.patient_id == patient_id)
    if before_ms is not None:
        statement = statement.where(_ABOUT.at_ms < before_ms)
    statement = statement.order_by(_ABOUT.at_ms.desc(), _EVENT.id.desc()).limit(limit)
    rows = list(connection.execute(statement))
    with reading_apart(connection.engine) as trail:
        if trail is not None:
            rows += trail.execute(statement)
    found = [_event(row, patient_id, known.get(row.user_id or "")) for row in rows]
    found = [
        replace(one, who=programs[row.user_id]) if row.user_id in programs else one
        for row, one in zip(rows, found, strict=True)
    ]
    for one in list_seen(connection, patient_id, before_ms=before_ms, limit=limit):
        user = known.get(one.user_id)
        found.append(
            Event(
                id=one.event_id,
                at_ms=one.at_ms,
                action=one.action,
                outcome=200,
                practitioner_id=user.practitioner_id if user else None,
                who=user.display_name if user else "",
                role=user.role if user else "",
                records={one.subject: 1} if one.subject else {},
                device=one.device,
            )
        )
    return sorted(found, key=lambda event: (event.at_ms, event.id), reverse=True)[:limit]


def _event(row: Any, patient_id: str, user: Any) -> Event:
    said = loads(row.what)
    records: dict[str, int | str] = dict(said.get("shown", {}).get(patient_id, {}))
    # Names of single records are those of the whole request, which may be about several people.
    records |= {name: 1 for name in said.get("named", []) if len(said.get("shown", {})) == 1}
    records |= dict(said.get("written", {}))
    records |= dict(said.get("refused", {}))
    # How many of hers were among those of all is not counted apart.
    records |= dict.fromkeys(said.get("exported", []), "exported")
    return Event(
        id=row.id,
        at_ms=row.at_ms,
        action=row.action,
        outcome=row.outcome,
        practitioner_id=row.practitioner_id,
        who=user.display_name if user else "",
        role=row.role or "",
        records=records,
        bearer_id=row.bearer_id,
    )


def encode(event: Event, patient_id: str) -> dict[str, Any]:
    """An R4 AuditEvent. Its agent is the user of the token; its source is this server, or the device that told."""
    kind, action = _CODES.get(
        event.action, ({"system": _TYPES, "code": "object"}, "R" if event.device else "E")
    )
    found: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": event.id,
        "type": kind,
        "action": action,
        "recorded": instant(event.at_ms),
        "outcome": "0" if event.outcome < 400 else "4",
        "agent": [_agent(event.practitioner_id, event.who, event.role, requestor=True)],
        "source": {"observer": {"display": f"Device {event.device}" if event.device else "Plan backend"}},
        "entity": [
            {"what": {"reference": f"Patient/{patient_id}"}, "role": {"code": "1", "display": "Patient"}}
        ],
    }
    if event.device:
        found["subtype"] = [{"system": "urn:hearthside:device-action", "code": event.action}]
    elif event.action in _SUBTYPE:
        found["subtype"] = [_SUBTYPE[event.action]]
    if event.outcome >= 400:
        found["outcomeDesc"] = f"Refused ({event.outcome})"
    if event.bearer_id:
        found["agent"].append(_agent(event.bearer_id, "", "", requestor=False))
    for name, count in sorted(event.records.items()):
        entity: dict[str, Any] = {"name": name, "detail": [{"type": _COUNT, "valueString": str(count)}]}
        if "/" in name and " " not in name:
            entity["what"] = {"reference": name}
        found["entity"].append(entity)
    return found


def _agent(practitioner_id: str | None, name: str, role: str, *, requestor: bool) -> dict[str, Any]:
    who: dict[str, Any] = {"display": name} if name else {}
    if practitioner_id:
        who["reference"] = f"Practitioner/{practitioner_id}"
    agent: dict[str, Any] = {"who": who or {"display": "unknown"}, "requestor": requestor}
    if role:
        agent["role"] = [{"coding": [{"system": _ROLE, "code": role}]}]
    return agent


def make_bundle(base: str, patient_id: str, events: Sequence[Event]) -> dict[str, Any]:
    """The answer of the operation: a searchset of AuditEvents."""
    url = f"{base}/Patient/{patient_id}/$hearthside-seen"
    links = [{"relation": "self", "url": url}]
    if len(events) == MOST:
        links.append({"relation": "next", "url": f"{url}?before={events[-1].at_ms}"})
    entries = [{"resource": encode(one, patient_id), "search": {"mode": "match"}} for one in events]
    return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}
