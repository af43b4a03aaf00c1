"""How a Patient says that nobody has matched her yet, and what such a Patient may hold.

It says what the nurse was told at the door and nothing else.
"""

from __future__ import annotations

from typing import Any

from plan.fhir.extract import walk
from plan.fhir.outcomes import Issue, Refusal
from plan.principal import NURSE, Principal

IDENTIFIER = "urn:hearthside:unmatched"
"""System of the identifier of a Patient that a nurse made; its value is the Patient's id."""
SAID = "urn:hearthside:said"
"""System of a member number as somebody said it: never taken for the plan's own."""

_ELEMENTS = frozenset(
    ("resourceType", "id", "meta", "text", "identifier", "active", "name", "birthDate", "address", "language")
)
_LONGEST = 200


def is_unmatched(patient: dict[str, Any]) -> bool:
    """Does it say of itself that a nurse made it?"""
    return IDENTIFIER in walk(patient, "identifier.system")


def check_new_person(principal: Principal, patient: dict[str, Any]) -> None:
    """Raises Refusal 403 for anybody but a nurse, 422 for what says more than a nurse can be told at the door."""
    if principal.role != NURSE:
        raise Refusal(403, "Only a nurse begins a visit with somebody whom the plan cannot name yet.")
    strange = sorted(set(patient) - _ELEMENTS)
    if strange:
        raise _no("Such a Patient holds name, birth date, member number and address only.", strange[0])
    own = [one for one in walk(patient, "identifier") if one.get("system") == IDENTIFIER]
    if len(own) != 1 or own[0].get("value") != patient.get("id"):
        raise _no("Its identifier is its own id.", "identifier")
    if any(one.get("system") not in (IDENTIFIER, SAID) for one in walk(patient, "identifier")):
        raise _no("A number that somebody said is not the plan's own number.", "identifier")
    if not any(str(text).strip() for text in walk(patient, "name.text")):
        raise _no("A name is needed, as it was said.", "name")
    texts = [*walk(patient, "name.text"), *walk(patient, "address.text"), *walk(patient, "identifier.value")]
    if any(len(str(text)) > _LONGEST for text in texts):
        raise _no(f"None of its texts is longer than {_LONGEST} characters.", "name")


def _no(text: str, element: str) -> Refusal:
    return Refusal(422, text, issues=[Issue(text, f"Patient.{element}")])
