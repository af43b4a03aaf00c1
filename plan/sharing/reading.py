"""What a shared record may be made of: current records of one person, nothing kept apart and nothing that names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from plan.fhir.access import IS_CURRENT, unrestricted
from plan.fhir.extract import date_interval, split_reference, walk
from plan.fhir.json_text import loads
from plan.fhir.tables import resource

Json = dict[str, Any]
TYPES = (
    *("Patient", "AllergyIntolerance", "CarePlan", "Condition", "Consent", "DocumentReference", "Encounter"),
    *("Flag", "Goal", "MedicationRequest", "MedicationStatement", "Observation", "Procedure"),
    *("QuestionnaireResponse", "RelatedPerson"),
)
_REPLACES = "urn:hearthside:replaces"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OLDEST_FIRST = (
    "effectiveDateTime",
    "authored",
    "dateAsserted",
    "date",
    "created",
    "recordedDate",
    "authoredOn",
)


def read_record(connection: Connection, patient_id: str) -> dict[str, list[Json]]:
    """By type, oldest version stamps first. A person whose own record is restricted has nothing here."""
    statement = select(resource.c.type, resource.c.body).where(
        IS_CURRENT,
        resource.c.deleted == 0,
        resource.c.patient_id == patient_id,
        resource.c.type.in_(TYPES),
        unrestricted(),
    )
    found: dict[str, list[Json]] = {name: [] for name in TYPES}
    for row in connection.execute(statement.order_by(resource.c.key)):
        held = loads(row.body)
        if not is_mistaken(held):
            found[row.type].append(held)
    return found


def is_mistaken(held: Json) -> bool:
    """Was this entered in error?"""
    codes = walk(held, "verificationStatus.coding.code")
    return "entered-in-error" in (held.get("status"), held.get("lifecycleStatus"), *codes)


def reference_of(held: Json) -> str:
    return f"{held['resourceType']}/{held['id']}"


def heads(records: Iterable[Json]) -> list[Json]:
    """Those that no other of them replaces, newest first."""
    held = list(records)
    replaced = set()
    for one in held:
        named = [e.get("valueReference") for e in walk(one, "extension") if e.get("url") == _REPLACES]
        for target in map(split_reference, [*named, *walk(one, "replaces")]):
            if target is not None and "/".join(target) != reference_of(one):
                replaced.add("/".join(target))
    found = [one for one in held if reference_of(one) not in replaced]
    return sorted(found, key=lambda one: moment(when(one)), reverse=True)


def when(held: Json) -> str:
    """When it is about, as it is written; "" where it does not say."""
    return next((str(held[name]) for name in _OLDEST_FIRST if isinstance(held.get(name), str)), "")


def moment(text: str) -> tuple[int, str]:
    """What times are compared by: they are written in offsets of their own. What is no time comes first."""
    try:
        return date_interval(text)[0], text
    except ValueError:
        return 0, text


def concept_text(concept: Any) -> str:
    """The words of a CodeableConcept."""
    if not isinstance(concept, dict):
        return ""
    return str(concept.get("text") or next(walk(concept, "coding.display"), "") or "").strip()


def has_code(concept: Any, *codes: str) -> bool:
    return any(code in codes for code in walk(concept, "coding.code"))


def extension_values(held: Json, url: str) -> Iterator[Any]:
    """Values of the extensions of this name, whatever their type."""
    for one in walk(held, "extension"):
        if isinstance(one, dict) and one.get("url") == url:
            yield from (value for name, value in one.items() if name.startswith("value"))


def say_day(text: str) -> str:
    """`Nov 3, 2026` of a FHIR date or time in its own offset; as it is where it has no day."""
    parts = text[:10].split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or not 1 <= int(parts[1]) <= 12:
        return text
    return f"{_MONTHS[int(parts[1]) - 1]} {int(parts[2])}, {parts[0]}"
