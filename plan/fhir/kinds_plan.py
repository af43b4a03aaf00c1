"""Types that nurses only read: open ones, and the plan's own record of its members."""

from __future__ import annotations

from plan.fhir.kinds import OPEN, PLAN, make_type

PLAN_KINDS = [
    # Whoever signed in reads these.
    make_type(
        "Organization",
        OPEN,
        status=False,
        tokens="type active",
        strings="name=name/alias",
        references="partof=partOf",
    ),
    make_type("Practitioner", OPEN, status=False, tokens="active", strings="name=name family=name.family"),
    make_type(
        "PractitionerRole",
        OPEN,
        status=False,
        tokens="active role=code specialty",
        references="practitioner organization location",
    ),
    make_type(
        "Location",
        OPEN,
        tokens="type",
        strings="name=name/alias",
        references="organization=managingOrganization",
    ),
    make_type(
        "HealthcareService",
        OPEN,
        status=False,
        tokens="active",
        strings="name",
        references="organization=providedBy",
    ),
    make_type("Questionnaire", OPEN, tokens="url version code", strings="title", date="date=date"),
    make_type("Medication", OPEN, tokens="code"),
    make_type("ValueSet", OPEN, tokens="url version"),
    make_type("CodeSystem", OPEN, tokens="url version"),
    make_type("Library", OPEN, tokens="url version"),
    make_type("Measure", OPEN, tokens="url version"),
    make_type("PlanDefinition", OPEN, tokens="url version"),
    # The plan's own record: nurses and supervisors read it.
    make_type(
        "Patient",
        PLAN,
        status=False,
        tokens="active gender language=communication.language",
        date="birthdate=birthDate",
        strings="name=name family=name.family given=name.given",
        references="general-practitioner=generalPractitioner organization=managingOrganization",
    ),
    make_type(
        "CareTeam",
        PLAN,
        patient="subject",
        date="date=period",
        encounter="encounter",
        tokens="category",
        references="participant=participant.member",
        loop="participant",
    ),
    make_type(
        "Group",
        PLAN,
        status=False,
        tokens="type code",
        references="managing-entity=managingEntity member=member.entity",
    ),
    make_type(
        "Coverage",
        PLAN,
        patient="beneficiary",
        patient_params="patient beneficiary",
        tokens="type",
        references="payor",
    ),
    make_type(
        "Condition",
        PLAN,
        patient="subject",
        encounter="encounter",
        status=False,
        date="recorded-date=recordedDate",
        tokens="clinical-status=clinicalStatus verification-status=verificationStatus category code severity",
        authors="recorder",
    ),
    make_type(
        "MedicationRequest",
        PLAN,
        patient="subject",
        encounter="encounter",
        date="authoredon=authoredOn",
        tokens="code=medicationCodeableConcept intent category",
        references="requester medication=medicationReference",
        authors="requester recorder",
    ),
    make_type(
        "Appointment",
        PLAN,
        patient="participant.actor",
        patient_params="patient",
        date="date=start",
        tokens="appointment-type=appointmentType service-type=serviceType part-status=participant.status",
        references="actor=participant.actor practitioner=participant.actor based-on=basedOn",
        loop="participant",
    ),
    make_type("MeasureReport", PLAN, patient="subject", date="period=period"),
    make_type(
        "EpisodeOfCare", PLAN, patient="patient", patient_params="patient", date="date=period", tokens="type"
    ),
]
