"""Small valid R4 resources for the tests."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

Json = dict[str, Any]
LOINC = "http://loinc.org"


def team(resource_id: str) -> Json:
    return {"resourceType": "Organization", "id": resource_id, "active": True, "name": f"Team {resource_id}"}


def practitioner(resource_id: str) -> Json:
    return {"resourceType": "Practitioner", "id": resource_id, "name": [{"family": resource_id.title()}]}


def patient(resource_id: str, family: str = "Muster") -> Json:
    return {
        "resourceType": "Patient",
        "id": resource_id,
        "identifier": [{"system": "urn:test:member", "value": f"m-{resource_id}"}],
        "name": [{"family": family, "given": ["Test"]}],
        "birthDate": "1940-02-03",
    }


def careteam(resource_id: str, patient_id: str, *nurses: str, team_id: str = "team-1", **more: Any) -> Json:
    return {
        "resourceType": "CareTeam",
        "id": resource_id,
        "status": "active",
        "subject": {"reference": f"Patient/{patient_id}"},
        "participant": [{"member": {"reference": f"Practitioner/{nurse}"}} for nurse in nurses],
        "managingOrganization": [{"reference": f"Organization/{team_id}"}],
        **more,
    }


def observation(
    resource_id: str, patient_id: str, value: Any = 4, nurse: str | None = None, **more: Any
) -> Json:
    found: Json = {
        "resourceType": "Observation",
        "id": resource_id,
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "72514-3"}], "text": "Pain"},
        "subject": {"reference": f"Patient/{patient_id}"},
        "effectiveDateTime": "2026-05-28T10:00:00Z",
        "valueInteger": value,
    }
    if nurse:
        found["performer"] = [{"reference": f"Practitioner/{nurse}"}]
    return found | more


def encounter(resource_id: str, patient_id: str, nurse: str, **more: Any) -> Json:
    return {
        "resourceType": "Encounter",
        "id": resource_id,
        "identifier": [{"system": "urn:hearthside:visit", "value": resource_id}],
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"},
        "subject": {"reference": f"Patient/{patient_id}"},
        "participant": [{"individual": {"reference": f"Practitioner/{nurse}"}}],
        "period": {"start": "2026-05-28T10:00:00Z", "end": "2026-05-28T11:00:00Z"},
        **more,
    }


def provenance(resource_id: str, nurse: str, *targets: str) -> Json:
    return {
        "resourceType": "Provenance",
        "id": resource_id,
        "target": [{"reference": target} for target in targets],
        "recorded": "2026-05-28T11:05:00Z",
        "agent": [{"who": {"reference": f"Practitioner/{nurse}"}}],
    }


def entry(resource: Json, **request: str) -> Json:
    """A PUT entry; a create unless an `ifMatch` is given."""
    conditions = request or {"ifNoneMatch": "*"}
    url = f"{resource['resourceType']}/{resource['id']}"
    return {
        "fullUrl": f"urn:uuid:{resource['id']}",
        "resource": resource,
        "request": {"method": "PUT", "url": url, **conditions},
    }


def bundle(*entries: Json, kind: str = "transaction") -> Json:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def visit(patient_id: str, nurse: str, *, values: int = 9) -> Json:
    """A visit as devices send it: Encounter, Observations, and the Provenance that names them last."""
    visit_id = str(uuid4())
    tag = {"meta": {"tag": [{"system": "urn:hearthside:write", "code": visit_id}]}}
    resources = [encounter(visit_id, patient_id, nurse, **tag)]
    for number in range(values):
        reference = {"reference": f"Encounter/{visit_id}"}
        resources.append(observation(str(uuid4()), patient_id, number, nurse, encounter=reference, **tag))
    names = [f"{each['resourceType']}/{each['id']}" for each in resources]
    write_id = str(uuid4())
    return bundle(*(entry(each) for each in [*resources, provenance(write_id, nurse, *names)]))


def restricted(code: str = "R") -> Json:
    """A `meta` with this v3-Confidentiality label."""
    system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    return {"security": [{"system": system, "code": code}]}


def ids(answer: Json) -> list[str]:
    """`Type/id` of every entry of a Bundle."""
    return [
        f"{each['resource']['resourceType']}/{each['resource']['id']}" for each in answer.get("entry", [])
    ]
