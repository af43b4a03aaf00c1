"""What finds each of the `rich` records: by type and parameter.

Written from the R4 specification (hl7.org/fhir/R4/searchparameter-registry.html), not from the plan's own table: a
parameter that the plan declares and that is not here fails the test.
"""

from __future__ import annotations

_OBSERVATION = "Observation/observation-rich"
_CANONICAL = {"url": "urn:test:canonical", "version": "1", "status": "active"}
_AT_VISIT = {"encounter": "encounter-rich"}
_PERSON = {"patient": "b"}
_SUBJECT = {"patient": "Patient/b", "subject": "b"}
_DATE = {"date": "2026-05-28"}

FINDS: dict[str, dict[str, str]] = {
    "Patient": {
        "active": "true",
        "gender": "female",
        "language": "es",
        "birthdate": "1940-02-03",
        "name": "okonkwo",
        "family": "okonkwo",
        "given": "test",
        "general-practitioner": "Practitioner/ben",
        "organization": "Organization/team-1",
    },
    "CareTeam": _SUBJECT
    | _AT_VISIT
    | {
        "date": "ge2026-05-28",
        "category": "urn:attack|ct",
        "participant": "Practitioner/ben",
        "status": "active",
    },
    "Group": {
        "type": "person",
        "code": "group",
        "managing-entity": "Organization/team-1",
        "member": "Patient/b",
    },
    "Coverage": _PERSON
    | {"beneficiary": "Patient/b", "type": "medicaid", "payor": "Organization/team-1", "status": "active"},
    "Condition": _SUBJECT
    | _AT_VISIT
    | {
        "recorded-date": "2026-05-28",
        "clinical-status": "active",
        "verification-status": "confirmed",
        "category": "problem",
        "code": "copd",
        "severity": "severe",
    },
    "MedicationRequest": _SUBJECT
    | _AT_VISIT
    | {
        "authoredon": "2026-05-28",
        "code": "morphine",
        "intent": "order",
        "category": "community",
        "requester": "Practitioner/ben",
        "medication": "Medication/medication-rich",
        "status": "active",
    },
    "MeasureReport": _SUBJECT | {"period": "2026-05-28", "status": "complete"},
    "Appointment": _PERSON
    | {
        "date": "2026-05-29",
        "appointment-type": "routine",
        "service-type": "telephone",
        "part-status": "accepted",
        "actor": "Practitioner/ben",
        "practitioner": "Practitioner/ben",
        "based-on": "ServiceRequest/servicerequest-rich",
        "status": "booked",
    },
    "EpisodeOfCare": _PERSON | _DATE | {"type": "palliative", "status": "active"},
    "Encounter": _SUBJECT
    | _DATE
    | {
        "class": "HH",
        "type": "visit",
        "reason-code": "pain",
        "participant": "Practitioner/ben",
        "practitioner": "Practitioner/ben",
        "service-provider": "Organization/team-1",
        "status": "finished",
    },
    "QuestionnaireResponse": _SUBJECT
    | _AT_VISIT
    | {
        "authored": "2026-05-28",
        "questionnaire": "urn:attack:questionnaire",
        "author": "Practitioner/ben",
        "source": "Patient/b",
        "status": "completed",
    },
    "Observation": _SUBJECT
    | _AT_VISIT
    | _DATE
    | {
        "category": "survey",
        "code": "http://loinc.org|72514-3",
        "performer": "Practitioner/ben",
        "derived-from": "QuestionnaireResponse/questionnaireresponse-rich",
        "has-member": "Observation/observation-b",
        "status": "final",
    },
    "DocumentReference": _SUBJECT
    | _AT_VISIT
    | _DATE
    | {
        "type": "photo",
        "category": "clinical-note",
        "author": "Practitioner/ben",
        "relatesto": "DocumentReference/documentreference-b",
        "status": "current",
    },
    "Provenance": _PERSON
    | {
        "recorded": "2026-05-28",
        "target": _OBSERVATION,
        "agent": "Practitioner/ben",
        "entity": "Observation/observation-b",
    },
    "Communication": _SUBJECT
    | _AT_VISIT
    | {
        "sent": "2026-05-28",
        "category": "call",
        "sender": "Practitioner/ben",
        "recipient": "Organization/team-1",
        "status": "completed",
    },
    "ServiceRequest": _SUBJECT
    | _AT_VISIT
    | {
        "authored": "2026-05-28",
        "code": "hospice",
        "intent": "proposal",
        "category": "referral",
        "requester": "Practitioner/ben",
        "performer": "Organization/team-1",
        "status": "active",
    },
    "AllergyIntolerance": _PERSON
    | _AT_VISIT
    | _DATE
    | {
        "clinical-status": "active",
        "verification-status": "confirmed",
        "code": "penicillin",
        "criticality": "high",
    },
    "Procedure": _SUBJECT
    | _AT_VISIT
    | _DATE
    | {"code": "acp", "category": "counselling", "status": "completed"},
    "DiagnosticReport": _SUBJECT
    | _AT_VISIT
    | _DATE
    | {
        "code": "report",
        "category": "summary",
        "result": _OBSERVATION,
        "status": "final",
    },
    "Consent": _PERSON
    | _DATE
    | {
        "category": "acd",
        "scope": "adr",
        "consentor": "Practitioner/ben",
        "actor": "RelatedPerson/relatedperson-rich",
        "status": "active",
    },
    "ClinicalImpression": _SUBJECT | _AT_VISIT | _DATE | {"status": "completed"},
    "RiskAssessment": _SUBJECT | _AT_VISIT | _DATE | {"method": "surprise", "status": "final"},
    "Immunization": _PERSON | _DATE | {"vaccine-code": "flu", "status": "completed"},
    "List": _SUBJECT
    | _AT_VISIT
    | _DATE
    | {
        "code": "problems",
        "item": "Condition/condition-rich",
        "source": "Practitioner/ben",
        "status": "current",
    },
    "Basic": _SUBJECT | {"created": "2026-05-28", "code": "basic", "author": "Practitioner/ben"},
    "AuditEvent": _DATE
    | {
        "type": "110100",
        "action": "R",
        "subtype": "vread",
        "agent": "Practitioner/ben",
        "entity": "Patient/b",
    },
    "CarePlan": _SUBJECT
    | _AT_VISIT
    | _DATE
    | {
        "category": "palliative-plan",
        "intent": "plan",
        "care-team": "CareTeam/careteam-rich",
        "goal": "Goal/goal-rich",
        "replaces": "CarePlan/careplan-b",
        "status": "active",
    },
    "Goal": _SUBJECT | {"start-date": "2026-05-28", "category": "comfort", "lifecycle-status": "active"},
    "MedicationStatement": _SUBJECT
    | _AT_VISIT
    | {
        "effective": "2026-05-28",
        "code": "haloperidol",
        "category": "home",
        "source": "Patient/b",
        "status": "active",
    },
    "RelatedPerson": _PERSON | {"active": "true", "relationship": "daughter", "name": "attackson"},
    "Flag": _SUBJECT | _AT_VISIT | _DATE | {"author": "Practitioner/ben", "status": "active"},
    "Task": _PERSON
    | {"subject": "Patient/b"}
    | _AT_VISIT
    | {
        "authored-on": "2026-05-28",
        "code": "alert",
        "intent": "order",
        "priority": "stat",
        "group-identifier": "group-1",
        "business-status": "heard",
        "owner": "Practitioner/ben",
        "requester": "Practitioner/ben",
        "focus": _OBSERVATION,
        "based-on": "ServiceRequest/servicerequest-rich",
        "part-of": "Task/task-b",
        "status": "requested",
    },
    "Organization": {"type": "team", "active": "true", "name": "attackers", "partof": "Organization/team-1"},
    "Practitioner": {"active": "true", "name": "rich", "family": "rich"},
    "PractitionerRole": {
        "active": "true",
        "role": "nurse",
        "specialty": "palliative",
        "practitioner": "Practitioner/ben",
        "organization": "Organization/team-1",
        "location": "Location/location-rich",
    },
    "Location": {"type": "home", "name": "attack", "organization": "Organization/team-1", "status": "active"},
    "HealthcareService": {"active": "true", "name": "attack", "organization": "Organization/team-1"},
    "Questionnaire": _CANONICAL | _DATE | {"code": "q", "title": "attack"},
    "Medication": {"code": "medication", "status": "active"},
    **dict.fromkeys(("ValueSet", "CodeSystem", "Library", "Measure", "PlanDefinition"), _CANONICAL),
}
"""By type and parameter: the value that finds the record."""

BESIDE = {("MedicationRequest", "medication"): "medicationrequest-2-rich"}
"""What another record of the type is found by, since one cannot hold both elements."""

EVERY = {
    "_id": "{id}",
    "_lastUpdated": "ge2020-01-01",
    "_tag": "urn:attack|tag",
    "_security": "N",
    "identifier": "urn:attack|{id}",
}
"""Parameters of every type."""

NO_IDENTIFIER = ("Provenance", "AuditEvent")
"""Types that have no identifier in R4: searched by it they find nothing."""
