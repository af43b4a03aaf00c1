"""What the encoders of conversation, code status and people share: coded concepts and which records are ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.content import load
from app.content.acp_codes import acp_code
from app.domain.visit import Answer
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json
from app.sync.fhir.responses import find_instrument
from app.sync.fhir.values import code_coding, encode_value
from app.sync.fhir.write import sendable

Held = tuple[Any, bool]
"""A resource, and whether it still waits to be sent."""

CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
TREATMENT_PREFERENCE: codes.Coding = {
    "system": CATEGORY,
    "code": "treatment-intervention-preference",
    "display": "Treatment Intervention Preference",
}
CARE_PREFERENCE: codes.Coding = {
    "system": CATEGORY,
    "code": "care-experience-preference",
    "display": "Care Experience Preference",
}
DIRECTIVE_DOCUMENTATION: codes.Coding = {
    "system": CATEGORY,
    "code": "observation-adi-documentation",
    "display": "Observation ADI Documentation",
}
"""US Core: the preference categories exist from 7.0.0, documentation of directives from 8.0.0. A server that does not
know one keeps it as any other code."""


def acp_concept(*names: str, text: str) -> Json:
    """A concept from the table of codes, with our words beside it."""
    return codes.concept(*(code_coding(acp_code(name)) for name in names), text=text)


def is_acp(concept: Any, *names: str) -> bool:
    """Whether a concept carries one of these codes of the table."""
    return any(read.has_code(concept, acp_code(n).code, acp_code(n).system) for n in names)


def coded_answer(form: str, link_id: str, answer: Answer) -> Json | None:
    """A chosen answer as a CodeableConcept with its words, None where there is no choice or a reason for none."""
    if answer.value is None:
        return None
    item = load()[form].get_item(link_id)
    codings = [one["valueCoding"] for one in encode_value(item, answer.value) if "valueCoding" in one]
    shown = [option.display for option in item.options if option.code == answer.value]
    return codes.concept(*codings, text=shown[0] if shown else str(answer.value)) if codings else None


def fhir_text(parts: Iterable[str]) -> str:
    """Words joined to one text that FHIR can hold; "" where nothing is left."""
    return ". ".join(clean for part in parts if (clean := sendable(part).strip()))


def is_ours(resource: Any) -> bool:
    """Made by this app, on any device: its answers say the same, and more."""
    return any(one.get("system") == codes.RECORD_IDENTIFIER for one in read.items(resource, "identifier"))


def answers_form(resource: Any, form: str) -> bool:
    """Whether this is a response to one of our forms."""
    if read.text(resource, "resourceType") != "QuestionnaireResponse":
        return False
    instrument = find_instrument(resource)
    return instrument is not None and instrument.id == form


def visit_starts(resources: Iterable[Any]) -> Mapping[str, datetime]:
    """When each visit among these records began, by its id."""
    found = {}
    for resource in resources:
        own, began_at = read.record_id(resource), read.instant(resource, "period", "start")
        if read.text(resource, "resourceType") == "Encounter" and own is not None and began_at is not None:
            found[own] = began_at
    return found
