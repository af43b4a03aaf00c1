"""The people around a person ↔ RelatedPerson, Consent for a legal agent, and what the person wants to know.

RelatedPerson is a version of its own each time; the form's answers stay the source of truth. The Consent says only
what was told: who is named as agent. Whether a paper was seen stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.content import load
from app.domain.conversation_fields import INFORMATION
from app.domain.people import AGENTS, FORM, GROUP, WANTS, Known, Person, Told, Wants, person_of
from app.domain.visit import Entry, Visit
from app.sync.fhir import acp, codes, read
from app.sync.fhir.acp import Held
from app.sync.fhir.frame import Json, about, record, recorded_at
from app.sync.fhir.outside import find_origin
from app.sync.fhir.person import name_of, phone_of
from app.sync.fhir.responses import decode_responses
from app.sync.fhir.values import option_coding
from app.sync.fhir.versions import reference_of, replaced, stands
from app.sync.fhir.write import clean, part_id

TOLD = "urn:hearthside:may-be-told"
TOPIC = "urn:hearthside:may-be-told-about"
ROLE = "urn:hearthside:role"
AGENT_ACTIVE = "urn:hearthside:agent-active"
AGENT_PAPER = "urn:hearthside:agent-paper"
WANTS_TEXT = "How much the person wants to know"
_AGENT_CODES = {
    "primary": "agent-primary",
    "alternate": "agent-alternate",
    "second-alternate": "agent-second-alternate",
}
_SCOPE: codes.Coding = {
    "system": "http://terminology.hl7.org/CodeSystem/consentscope",
    "code": "adr",
    "display": "Advanced Care Directive",
}
_CATEGORY: codes.Coding = {
    "system": "http://terminology.hl7.org/CodeSystem/consentcategorycodes",
    "code": "acd",
    "display": "Advance Directive",
}
_PURPOSE: codes.Coding = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "PWATRNY",
    "display": "power of attorney",
}
_POLICY = "Health care agent as the person or the family told it; the paper is the source"


def person_reference(visit_id: str, entry: Entry) -> str:
    """Raises ValueError when the visit's id is no UUID."""
    return f"RelatedPerson/{part_id(visit_id, _part(entry))}"


def _part(entry: Entry) -> str:
    return f"related-person/{entry.id}"


def encode(visit: Visit) -> list[Json]:
    """A version of each person in the visit, a Consent for each agent, and what the person wants to know."""
    found: list[Json] = []
    for entry in visit.entries.get(GROUP, ()):
        if not entry.answers:
            continue
        person = person_of(entry, person_reference(visit.id, entry), visit.began_at, visit.nurse.name)
        found.append(_related(visit, entry, person))
        consent = _consent(visit, entry, person)
        found += [consent] if consent is not None else []
    wants = _wants(visit)
    return found + ([wants] if wants is not None else [])


def _related(visit: Visit, entry: Entry, person: Person) -> Json:
    members: Json = {"active": person.listed}
    relation = _relation(person)
    if relation:
        members["relationship"] = [relation]
    if name := clean(person.name):
        members["name"] = [{"text": name}]
    if phone := clean(person.phone):
        members["telecom"] = [{"system": "phone", "value": phone}]
    said: list[Json] = [{"url": ROLE, "valueCode": role} for role in person.roles]
    if person.told is not None:
        said.append({"url": TOLD, "valueCode": person.told.value})
    said += [{"url": TOPIC, "valueCode": topic} for topic in person.topics]
    if said:
        members["extension"] = said
    return record(visit, "RelatedPerson", _part(entry), at=visit.began_at, replaces=about(entry), **members)


def _relation(person: Person) -> Json:
    text = clean(", ".join(part for part in (person.relation, person.relation_words) if part))
    if person.relation_code is None:
        return {"text": text} if text else {}
    item = load()[FORM].get_item("person-relation")
    return codes.concept(option_coding(item, person.relation_code), text=text or person.relation_code)


def _consent(visit: Visit, entry: Entry, person: Person) -> Json | None:
    """Made for an agent; also, inactive, when somebody who was the agent no longer is."""
    old = tuple(one for one in person.consent.split() if one.startswith("Consent/"))
    if person.agent is None and not old:
        return None
    stands_now = person.agent is not None and person.listed
    named = acp.acp_concept(_AGENT_CODES[person.agent or AGENTS[0]], text="Health care agent")
    said: list[Json] = []
    if person.agent_active is not None:
        said.append({"url": AGENT_ACTIVE, "valueCode": person.agent_active})
    if person.agent_paper is not None:
        said.append({"url": AGENT_PAPER, "valueCode": person.agent_paper})
    more: Json = {"extension": said} if said else {}
    return record(
        visit,
        "Consent",
        f"consent/{entry.id}",
        at=visit.began_at,
        replaces=old,
        status="active" if stands_now else "inactive",
        scope=codes.concept(_SCOPE),
        category=[codes.concept(_CATEGORY)],
        policyRule={"text": _POLICY},
        provision={
            "type": "permit",
            "actor": [{"role": named, "reference": {"reference": person.id}}],
            "purpose": [dict(_PURPOSE)],
        },
        **more,
    )


def _wants(visit: Visit) -> Json | None:
    for form, link_id in ((FORM, WANTS), ("conversation", INFORMATION)):
        answer = visit.answers.get(link_id)
        if answer is None or not isinstance(answer.value, str):
            continue
        item = load()[form].get_item(link_id)
        option = item.find_option(answer.value)
        coding = {"system": f"{codes.OPTION}{WANTS}", "code": answer.value}
        return record(
            visit,
            "Observation",
            "observation/wants-to-know",
            at=visit.began_at,
            status="final",
            category=[codes.concept(codes.SURVEY)],
            code={"text": WANTS_TEXT},
            valueCodeableConcept=codes.concept(coding, text=option.display if option else answer.value),
        )
    return None


READ_TYPES = ("Encounter", "QuestionnaireResponse", "RelatedPerson", "Consent", "Observation")
"""Types in which people and what the person wants to know may stand."""
_NEVER = datetime(1, 1, 2, tzinfo=UTC)


def decode(records: Iterable[Held]) -> tuple[Person, ...]:
    """All versions of all people on record. Takes anything and never raises."""
    held = list(records)
    starts = acp.visit_starts(resource for resource, _ in held)
    consents = _agents(resource for resource, _ in held)
    found: dict[str, Person] = {}
    for resource, pending in held:
        for person in _own(resource, starts, consents, pending):
            found[person.id] = person
    for resource, _ in held:
        if read.text(resource, "resourceType") == "RelatedPerson" and stands(resource):
            person = _theirs(resource, consents)
            found.setdefault(person.id, person)
    return tuple(found.values())


def _own(
    response: Any, starts: Mapping[str, datetime], consents: Mapping[str, Any], pending: bool
) -> Iterator[Person]:
    visit_id = find_origin(response)
    if visit_id is None or not acp.answers_form(response, FORM):
        return
    at = starts.get(visit_id) or recorded_at(response) or _NEVER
    decoded = decode_responses([response], at)
    for entry in decoded.entries.get(GROUP, ()):
        if not entry.answers:
            continue
        try:
            own = person_reference(visit_id, entry)
        except ValueError:  # a visit of another system, whose id is no UUID
            own = f"QuestionnaireResponse/{read.record_id(response)}"
        by = decoded.author.name if decoded.author is not None else ""
        person = person_of(entry, own, at, by, pending=pending)
        consent = consents.get(own)
        yield replace(person, consent=reference_of(consent)) if consent is not None else person


def _agents(resources: Iterable[Any]) -> Mapping[str, Any]:
    """Consents that name a health care agent, by the agent's record."""
    found: dict[str, Any] = {}
    for resource in resources:
        if read.text(resource, "resourceType") != "Consent" or not stands(resource):
            continue
        for actor in read.items(resource, "provision", "actor"):
            who = read.reference(actor, "reference")
            if who is not None and acp.is_acp(read.find(actor, "role"), *_AGENT_CODES.values()):
                found["/".join(who)] = resource
    return found


def _theirs(resource: Any, consents: Mapping[str, Any]) -> Person:
    """Somebody whom the plan has on record, as far as it says; what they may be told nobody has asked yet."""
    own = reference_of(resource)
    relations = list(read.items(resource, "relationship"))
    item = load()[FORM].get_item("person-relation")
    known = {option.coding.code: option for option in item.options if option.coding is not None}
    option = next((known[code] for one in relations for _, code in read.codes(one) if code in known), None)
    text = next((t for one in relations if (t := read.concept_text(one))), "")
    consent = consents.get(own)
    active = read.text(consent, "status") == "active"
    told = _said(resource, TOLD)
    return Person(
        id=own,
        name=name_of(resource)[0],
        relation=option.display if option is not None else text,
        relation_code=option.code if option is not None else None,
        phone=phone_of(resource) or "",
        roles=_said(resource, ROLE),
        told=Told(told[0]) if told and told[0] in set(Told) else None,
        topics=_said(resource, TOPIC),
        agent=_agent(consent) if active else None,
        agent_active=None,
        listed=read.flag(resource, "active") is not False,
        at=recorded_at(resource),
        replaces=replaced(resource),
        consent=reference_of(consent) if consent is not None else "",
        from_plan=True,
    )


def _said(resource: Any, url: str) -> tuple[str, ...]:
    codes_said = (read.text(e, "valueCode") for e in read.items(resource, "extension") if e.get("url") == url)
    return tuple(code for code in codes_said if code is not None)


def _agent(consent: Any) -> str | None:
    for actor in read.items(consent, "provision", "actor"):
        for kind, code in _AGENT_CODES.items():
            if acp.is_acp(read.find(actor, "role"), code):
                return kind
    return None


def decode_wants(records: Iterable[Held]) -> Known | None:
    """What the person wants to know, as last said."""
    found: list[tuple[datetime, Wants]] = []
    for resource, _ in records:
        if read.text(resource, "resourceType") != "Observation" or not stands(resource):
            continue
        value = read.find(resource, "valueCodeableConcept")
        for system, code in read.codes(value):
            if system == f"{codes.OPTION}{WANTS}" and code in set(Wants):
                found.append((recorded_at(resource) or _NEVER, Wants(code)))
    if not found:
        return None
    at, wants = max(found, key=lambda one: one[0])
    return Known(wants, None if at == _NEVER else at)
