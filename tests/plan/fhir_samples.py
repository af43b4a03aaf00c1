"""One small valid resource of every type the backend keeps, about one patient and by one nurse."""

from __future__ import annotations

from typing import Any

from tests.plan.fhir_builders import careteam, encounter, observation, patient, practitioner, provenance, team

Json = dict[str, Any]
_TEXT = {"text": "Sample"}
SMALL_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
"""A picture of one pixel, in base64."""
_ALLERGY_STATUS = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_ACTIVE_ALLERGY = {"coding": [{"system": _ALLERGY_STATUS, "code": "active"}]}


def samples(patient_id: str, nurse: str, suffix: str) -> dict[str, Json]:
    """Resources by type. Ids end in `suffix`; the Patient keeps its own id."""
    subject = {"reference": f"Patient/{patient_id}"}
    author = {"reference": f"Practitioner/{nurse}"}

    def make(kind: str, **elements: Any) -> Json:
        return {"resourceType": kind, "id": f"{kind.lower()}-{suffix}", **elements}

    about = {"subject": subject}
    found = [
        {**encounter("x", patient_id, nurse), "id": f"encounter-{suffix}"},
        {**observation("x", patient_id, 3, nurse), "id": f"observation-{suffix}"},
        make("QuestionnaireResponse", status="completed", author=author, **about),
        make(
            "DocumentReference",
            status="current",
            author=[author],
            content=[{"attachment": {"title": "n"}}],
            **about,
        ),
        {**provenance("x", nurse, f"Encounter/encounter-{suffix}"), "id": f"provenance-{suffix}"},
        make("Binary", contentType="image/png", securityContext=subject, data=SMALL_PNG),
        make("Communication", status="completed", sender=author, **about),
        make("ServiceRequest", status="active", intent="proposal", requester=author, **about),
        make(
            "AllergyIntolerance", patient=subject, code=_TEXT, recorder=author, clinicalStatus=_ACTIVE_ALLERGY
        ),
        make("Procedure", status="completed", **about),
        make("DiagnosticReport", status="final", code=_TEXT, **about),
        make("Consent", status="active", scope=_TEXT, category=[_TEXT], patient=subject, policyRule=_TEXT),
        make("ClinicalImpression", status="completed", **about),
        make("RiskAssessment", status="final", **about),
        make(
            "Immunization",
            status="completed",
            vaccineCode=_TEXT,
            patient=subject,
            occurrenceDateTime="2026-01-01",
        ),
        make("List", status="current", mode="working", **about),
        make("Basic", code=_TEXT, **about),
        make("CarePlan", status="active", intent="plan", author=author, **about),
        make("Goal", lifecycleStatus="active", description=_TEXT, **about),
        make("MedicationStatement", status="active", medicationCodeableConcept=_TEXT, **about),
        make("Flag", status="active", code=_TEXT, author=author, **about),
        make("Task", status="requested", intent="order", requester=author, owner=author, **{"for": subject}),
        make(
            "AuditEvent",
            type={"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110100"},
            recorded="2026-05-28T10:00:00Z",
            agent=[{"who": author, "requestor": True}],
            source={"observer": author},
        ),
        patient(patient_id),
        careteam(f"careteam-{suffix}", patient_id, nurse),
        make("Coverage", status="active", beneficiary=subject, payor=[{"reference": "Organization/team-1"}]),
        make("Condition", code=_TEXT, **about),
        make("MedicationRequest", status="active", intent="order", medicationCodeableConcept=_TEXT, **about),
        make(
            "MeasureReport",
            status="complete",
            type="individual",
            measure="urn:test:measure",
            period={"start": "2026-01-01"},
            **about,
        ),
        make("EpisodeOfCare", status="active", patient=subject),
        make(
            "Appointment",
            status="booked",
            start="2026-05-29T10:00:00Z",
            end="2026-05-29T11:00:00Z",
            participant=[{"actor": subject, "status": "accepted"}, {"actor": author, "status": "accepted"}],
        ),
        make("RelatedPerson", patient=subject),
        make("Group", type="person", actual=True, member=[{"entity": subject}]),
    ]
    return {each["resourceType"]: each for each in found}


def open_samples() -> dict[str, Json]:
    """Resources of the types that everybody signed in reads."""
    canonical = {"status": "active", "url": "urn:test:canonical"}
    found: list[Json] = [
        team("open-organization"),
        practitioner("open-practitioner"),
        {"resourceType": "PractitionerRole"},
        {"resourceType": "Location"},
        {"resourceType": "HealthcareService"},
        {"resourceType": "Questionnaire", **canonical},
        {"resourceType": "Medication", "code": _TEXT},
        {"resourceType": "ValueSet", **canonical},
        {"resourceType": "CodeSystem", **canonical, "content": "complete"},
        {"resourceType": "Library", **canonical, "type": _TEXT},
        {"resourceType": "Measure", **canonical},
        {"resourceType": "PlanDefinition", **canonical},
    ]
    for each in found:
        each.setdefault("id", f"open-{each['resourceType'].lower()}")
        if len(each) == 2:
            each["meta"] = {"source": "urn:test"}
    return {each["resourceType"]: each for each in found}
