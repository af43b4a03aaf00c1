"""What the plan and its care manager have on file beside the chart: people, papers, plans, hospice, answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from plan.demo_panel.model import Member, Polst
from plan.demo_panel.plans import PLANS, PlanOfCare
from plan.demo_panel.records import (
    SNOMED,
    TERMINOLOGY,
    Resource,
    concept,
    patient_id,
    resource,
    status,
    time_text,
)
from plan.people import derive_id
from plan.users import User

LOINC = "http://loinc.org"
REFERRAL_STATE = "urn:hearthside:referral-state"
_ADVANCE_DIRECTIVE = "advance-directive"


def coordination_resources(
    member: Member, number: int, users: Mapping[str, User], now: datetime
) -> list[Resource]:
    """All of it for one member. `number` makes the family's phone."""
    subject = {"reference": f"Patient/{patient_id(member)}"}

    def own(kind: str, key: str, content: Resource) -> Resource:
        return resource(kind, derive_id("demo", member.key, kind, key), content)

    found = []
    if member.caregiver is not None:
        found.append(own("RelatedPerson", "caregiver", _person(member.caregiver, number, subject)))
        if member.agent:
            person = f"RelatedPerson/{found[-1]['id']}"
            found.append(own("Consent", "agent", _agent(person, member.caregiver[0], subject, now)))
    if member.polst is not None:
        signed = now - timedelta(days=member.polst.signed_days_ago)
        document = own("DocumentReference", "polst", _document(member.polst, subject, signed))
        found += [document, own("Flag", "polst", _flag(member.polst, subject, signed))]
        paper = f"DocumentReference/{document['id']}"
        sections = [("100822-6", "CPR orders", member.polst.cpr)]
        if member.polst.treatment is not None:
            sections.append(("100823-4", "Initial treatment orders", member.polst.treatment))
        for code, name, answer in sections:
            found.append(
                own("Observation", f"polst/{code}", _section((code, name), answer, paper, subject, signed))
            )
    if member.hospice_days is not None:
        began = now - timedelta(days=member.hospice_days)
        found += [
            own("EpisodeOfCare", "hospice", _hospice(subject, began)),
            own("Condition", "hospice", _under_hospice(subject, began)),
        ]
    if member.care_manager is not None:
        for plan in (one for one in PLANS if one.member == member.key):
            found += _plan_of_care(plan, member, users[member.care_manager], subject, now)
    return found


def _person(caregiver: tuple[str, str], number: int, subject: Resource) -> Resource:
    who, relation = caregiver
    phone = {"system": "phone", "value": f"213-555-01{number + 50:02}", "use": "mobile"}
    return {
        "active": True,
        "patient": subject,
        "relationship": [{"text": relation}],
        "name": [{"text": who}],
        "telecom": [phone],
    }


def _agent(person: str, name: str, subject: Resource, now: datetime) -> Resource:
    scope = concept(None, (f"{TERMINOLOGY}/consentscope", ("adr", "Advanced Care Directive")))
    category = concept(None, (f"{TERMINOLOGY}/consentcategorycodes", ("acd", "Advance Directive")))
    agent = concept("Health care agent", (LOINC, ("75783-1", "Primary healthcare agent [Reported]")))
    return {
        "status": "active",
        "scope": scope,
        "category": [category],
        "patient": subject,
        "dateTime": (now - timedelta(days=700)).date().isoformat(),
        "policyRule": {"text": "California Probate Code, Division 4.7"},
        "provision": {
            "type": "permit",
            "actor": [{"role": agent, "reference": {"reference": person, "display": name}}],
            "purpose": [{"system": f"{TERMINOLOGY}/v3-ActReason", "code": "PWATRNY"}],
        },
    }


def _says(polst: Polst) -> str:
    treatment = f" {polst.treatment[1]}." if polst.treatment else ""
    return f"POLST: {polst.cpr[1]}.{treatment} Kept: {polst.kept.lower()}"


def _document(polst: Polst, subject: Resource, signed: datetime) -> Resource:
    return {
        "status": "current",
        "docStatus": "final",
        "type": concept("POLST", (LOINC, ("93037-0", "Portable medical order form"))),
        "subject": subject,
        "date": time_text(signed),
        "description": _says(polst),
        "content": [{"attachment": {"contentType": "application/pdf", "title": "POLST, the plan's copy"}}],
        "context": {"period": {"start": signed.date().isoformat()}},
    }


def _flag(polst: Polst, subject: Resource, signed: datetime) -> Resource:
    category = concept(None, (f"{TERMINOLOGY}/flag-category", (_ADVANCE_DIRECTIVE, "Advance Directive")))
    return {
        "status": "active",
        "category": [category],
        "code": {"text": _says(polst)},
        "subject": subject,
        "period": {"start": signed.date().isoformat()},
    }


def _section(
    code: tuple[str, str], answer: tuple[str, str], paper: str, subject: Resource, signed: datetime
) -> Resource:
    return {
        "status": "final",
        "code": concept(code[1], (LOINC, code)),
        "subject": subject,
        "effectiveDateTime": signed.date().isoformat(),
        "valueCodeableConcept": concept(answer[1], (LOINC, answer)),
        "derivedFrom": [{"reference": paper}],
    }


def _hospice(subject: Resource, began: datetime) -> Resource:
    return {
        "status": "active",
        "type": [{"text": "Hospice care"}],
        "patient": subject,
        "period": {"start": began.date().isoformat()},
    }


def _under_hospice(subject: Resource, began: datetime) -> Resource:
    return {
        "clinicalStatus": status("condition-clinical", "active"),
        "verificationStatus": status("condition-ver-status", "confirmed"),
        "category": [status("condition-category", "problem-list-item")],
        "code": concept("Under hospice care", (SNOMED, ("551781000124102", "Under hospice care"))),
        "subject": subject,
        "onsetDateTime": began.date().isoformat(),
    }


def _plan_of_care(
    plan: PlanOfCare, member: Member, author: User, subject: Resource, now: datetime
) -> list[Resource]:
    began = now - timedelta(days=plan.days_ago)
    who = {"reference": f"Practitioner/{author.practitioner_id}", "display": author.display_name}
    goals = [
        resource(
            "Goal",
            derive_id("demo", member.key, "Goal", text),
            {
                "lifecycleStatus": "active",
                "description": {"text": text},
                "subject": subject,
                "startDate": began.date().isoformat(),
                "expressedBy": subject,
                "target": [{"dueDate": (began + timedelta(days=60)).date().isoformat()}],
            },
        )
        for text in plan.goals
    ]
    category = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
    activities = [
        {"detail": {"status": "in-progress", "description": text, "performer": [who]}}
        for text in plan.actions
    ]
    content: dict[str, Any] = {
        "status": "active",
        "intent": "plan",
        "category": [
            concept("Care management", (category, ("assess-plan", "Assessment and Plan of Treatment")))
        ],
        "title": plan.title,
        "description": plan.note,
        "subject": subject,
        "period": {"start": began.date().isoformat()},
        "created": time_text(began),
        "author": who,
        "goal": [{"reference": f"Goal/{goal['id']}"} for goal in goals],
        "activity": activities,
    }
    return [*goals, resource("CarePlan", derive_id("demo", member.key, "CarePlan", plan.title), content)]


def answered(task: Resource, state: tuple[str, str, str], words: str, by: User, at: datetime) -> Resource:
    """A referral's Task as the care manager answers it. `state` is (code, words, Task status) of the loop."""
    code, shown, task_status = state
    said = concept(shown, (REFERRAL_STATE, (code, shown)))
    who = {"reference": f"Practitioner/{by.practitioner_id}", "display": by.display_name}
    tags = [tag for tag in task["meta"]["tag"] if tag["system"] != "urn:hearthside:write"]
    changed = {
        "meta": task["meta"] | {"tag": tags},
        "status": task_status,
        "businessStatus": said,
        "owner": who,
        "lastModified": time_text(at),
        "note": [*task.get("note", []), {"authorReference": who, "time": time_text(at), "text": words}],
    }
    if task_status == "rejected":
        changed["statusReason"] = said
    return task | changed
