"""One record of every type about patient b, in which every parameter that can find it finds it (`found_by`)."""

from __future__ import annotations

from typing import Any

from tests.attacks.found_by import BESIDE, NO_IDENTIFIER
from tests.plan.fhir_samples import open_samples, samples

Json = dict[str, Any]
SUFFIX = "rich"
LABEL = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


def _ref(name: str) -> Json:
    return {"reference": name}


def _code(word: str) -> Json:
    return {"coding": [{"system": "urn:attack", "code": word}], "text": word}


_BEN, _ENCOUNTER, _TEAM = (
    _ref("Practitioner/ben"),
    _ref("Encounter/encounter-rich"),
    _ref("Organization/team-1"),
)
_DAY = {"start": "2026-05-28T10:00:00Z", "end": "2026-05-28T11:00:00Z"}
_MOMENT = "2026-05-28T10:00:00Z"
_OBSERVATION = "Observation/observation-rich"

ELEMENTS: dict[str, Json] = {
    "Patient": {
        "active": True,
        "gender": "female",
        "communication": [{"language": _code("es")}],
        "generalPractitioner": [_BEN],
        "managingOrganization": _TEAM,
    },
    "CareTeam": {
        "status": "active",
        "period": {"start": "2026-05-28"},
        "encounter": _ENCOUNTER,
        "category": [_code("ct")],
    },
    "Group": {"code": _code("group"), "managingEntity": _TEAM},
    "Coverage": {"type": _code("medicaid")},
    "Condition": {
        "encounter": _ENCOUNTER,
        "recordedDate": _MOMENT,
        "clinicalStatus": _code("active"),
        "verificationStatus": _code("confirmed"),
        "category": [_code("problem")],
        "code": _code("copd"),
        "severity": _code("severe"),
    },
    "MedicationRequest": {
        "encounter": _ENCOUNTER,
        "authoredOn": _MOMENT,
        "medicationCodeableConcept": _code("morphine"),
        "category": [_code("community")],
        "requester": _BEN,
    },
    "MeasureReport": {"period": _DAY},
    "Appointment": {
        "appointmentType": _code("routine"),
        "serviceType": [_code("telephone")],
        "basedOn": [_ref("ServiceRequest/servicerequest-rich")],
    },
    "EpisodeOfCare": {"period": _DAY, "type": [_code("palliative")]},
    "Encounter": {"type": [_code("visit")], "reasonCode": [_code("pain")], "serviceProvider": _TEAM},
    "QuestionnaireResponse": {
        "encounter": _ENCOUNTER,
        "authored": _MOMENT,
        "questionnaire": "urn:attack:questionnaire",
        "source": _ref("Patient/b"),
    },
    "Observation": {
        "encounter": _ENCOUNTER,
        "category": [_code("survey")],
        "derivedFrom": [_ref("QuestionnaireResponse/questionnaireresponse-rich")],
        "hasMember": [_ref("Observation/observation-b")],
    },
    "DocumentReference": {
        "context": {"encounter": [_ENCOUNTER]},
        "date": _MOMENT,
        "type": _code("photo"),
        "category": [_code("clinical-note")],
        "relatesTo": [{"code": "appends", "target": _ref("DocumentReference/documentreference-b")}],
    },
    "Provenance": {
        "target": [_ref(_OBSERVATION)],
        "entity": [{"role": "revision", "what": _ref("Observation/observation-b")}],
    },
    "Communication": {
        "encounter": _ENCOUNTER,
        "sent": _MOMENT,
        "category": [_code("call")],
        "recipient": [_TEAM],
    },
    "ServiceRequest": {
        "encounter": _ENCOUNTER,
        "authoredOn": _MOMENT,
        "code": _code("hospice"),
        "category": [_code("referral")],
        "performer": [_TEAM],
    },
    "AllergyIntolerance": {
        "encounter": _ENCOUNTER,
        "recordedDate": _MOMENT,
        "verificationStatus": _code("confirmed"),
        "code": _code("penicillin"),
        "criticality": "high",
    },
    "Procedure": {
        "encounter": _ENCOUNTER,
        "code": _code("acp"),
        "category": _code("counselling"),
        "performedDateTime": _MOMENT,
    },
    "DiagnosticReport": {
        "encounter": _ENCOUNTER,
        "code": _code("report"),
        "category": [_code("summary")],
        "effectiveDateTime": _MOMENT,
        "result": [_ref(_OBSERVATION)],
    },
    "Consent": {
        "dateTime": _MOMENT,
        "category": [_code("acd")],
        "scope": _code("adr"),
        "performer": [_BEN],
        "provision": {
            "actor": [{"role": _code("proxy"), "reference": _ref("RelatedPerson/relatedperson-rich")}]
        },
    },
    "ClinicalImpression": {"encounter": _ENCOUNTER, "date": _MOMENT},
    "RiskAssessment": {"encounter": _ENCOUNTER, "method": _code("surprise"), "occurrenceDateTime": _MOMENT},
    "Immunization": {"vaccineCode": _code("flu"), "occurrenceDateTime": _MOMENT},
    "List": {
        "encounter": _ENCOUNTER,
        "date": _MOMENT,
        "code": _code("problems"),
        "entry": [{"item": _ref("Condition/condition-rich")}],
        "source": _BEN,
    },
    "Basic": {"created": "2026-05-28", "code": _code("basic"), "author": _BEN},
    "AuditEvent": {
        "action": "R",
        "subtype": [{"system": "urn:attack", "code": "vread"}],
        "entity": [{"what": _ref("Patient/b")}],
    },
    "CarePlan": {
        "encounter": _ENCOUNTER,
        "period": _DAY,
        "category": [_code("palliative-plan")],
        "careTeam": [_ref("CareTeam/careteam-rich")],
        "goal": [_ref("Goal/goal-rich")],
        "replaces": [_ref("CarePlan/careplan-b")],
    },
    "Goal": {"startDate": "2026-05-28", "category": [_code("comfort")]},
    "MedicationStatement": {
        "context": _ENCOUNTER,
        "effectiveDateTime": _MOMENT,
        "medicationCodeableConcept": _code("haloperidol"),
        "category": _code("home"),
        "informationSource": _ref("Patient/b"),
    },
    "RelatedPerson": {"active": True, "relationship": [_code("daughter")], "name": [{"family": "Attackson"}]},
    "Flag": {"encounter": _ENCOUNTER, "period": _DAY},
    "Task": {
        "encounter": _ENCOUNTER,
        "authoredOn": _MOMENT,
        "code": _code("alert"),
        "priority": "stat",
        "groupIdentifier": {"system": "urn:attack", "value": "group-1"},
        "businessStatus": _code("heard"),
        "focus": _ref(_OBSERVATION),
        "basedOn": [_ref("ServiceRequest/servicerequest-rich")],
        "partOf": [_ref("Task/task-b")],
    },
    # Read by everybody signed in.
    "Organization": {"type": [_code("team")], "active": True, "alias": ["Attackers"], "partOf": _TEAM},
    "Practitioner": {"active": True},
    "PractitionerRole": {
        "active": True,
        "code": [_code("nurse")],
        "specialty": [_code("palliative")],
        "practitioner": _BEN,
        "organization": _TEAM,
        "location": [_ref("Location/location-rich")],
    },
    "Location": {
        "type": [_code("home")],
        "name": "Attack Lane",
        "managingOrganization": _TEAM,
        "status": "active",
    },
    "HealthcareService": {"active": True, "name": "Attack service", "providedBy": _TEAM},
    "Questionnaire": {
        "version": "1",
        "title": "Attack",
        "date": "2026-05-28",
        "code": [{"system": "urn:attack", "code": "q"}],
    },
    "Medication": {"code": _code("medication"), "status": "active"},
    **{name: {"version": "1"} for name in ("ValueSet", "CodeSystem", "Library", "Measure", "PlanDefinition")},
}

_ONE_IDENTIFIER = ("QuestionnaireResponse",)


def rich_records() -> dict[str, Json]:
    """By type. All but the open ones are about patient b and by Ben."""
    found = samples("b", "ben", SUFFIX) | open_samples()
    found.pop("Binary")
    for name, record in found.items():
        record["id"] = "b" if name == "Patient" else f"{name.lower()}-{SUFFIX}"
        record["meta"] = {
            "tag": [{"system": "urn:attack", "code": "tag"}],
            "security": [{"system": LABEL, "code": "N"}],
        }
        if name not in NO_IDENTIFIER:
            identifier = {"system": "urn:attack", "value": record["id"]}
            record["identifier"] = identifier if name in _ONE_IDENTIFIER else [identifier]
        record.update(ELEMENTS[name])
    found["Patient"]["name"] = [{"family": "Okonkwo", "given": ["Test"]}]
    found["Practitioner"]["name"] = [{"family": "Rich"}]
    return found


def records_beside() -> list[Json]:
    """Those of `BESIDE`."""
    other = rich_records()["MedicationRequest"] | {"medicationReference": _ref("Medication/medication-rich")}
    del other["medicationCodeableConcept"]
    return [other | {"id": BESIDE["MedicationRequest", "medication"]}]
