"""One person's standing resources, as the facts are drawn from them.

Left out: what is deleted, entered in error, a draft, restricted (label R or V), and whatever belongs to a visit that
is itself left out. A practice visit never reaches the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from plan.outcomes.reading import (
    OF_VISIT,
    RECORDED_AT,
    REPLACES,
    Json,
    at,
    extension,
    extensions,
    find,
    full_reference,
    has_code,
    items,
    reference,
    text,
    words,
)

VISIT = "urn:hearthside:visit"
DRAFT = "urn:hearthside:draft"
SIGNED_AT = "urn:hearthside:signed-at"
NEEDED = (
    "CareTeam",
    "Condition",
    "Consent",
    "Coverage",
    "DocumentReference",
    "Encounter",
    "EpisodeOfCare",
    "Goal",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Patient",
    "Procedure",
    "QuestionnaireResponse",
    "ServiceRequest",
    "Task",
)
"""Types from which facts are drawn."""
_NOT_YET = frozenset({"entered-in-error", "draft", "preliminary", "registered", "proposed", "planned"})
_KIND_OF_TIME = {
    "Consent": ("dateTime",),
    "DocumentReference": ("date",),
    "Goal": ("startDate",),
    "MedicationStatement": ("dateAsserted", "effectiveDateTime"),
    "Observation": ("effectiveDateTime", "effectiveInstant", "issued"),
    "Procedure": ("performedDateTime",),
    "QuestionnaireResponse": ("authored",),
    "ServiceRequest": ("authoredOn",),
    "Task": ("authoredOn",),
}


@dataclass(frozen=True)
class Spell:
    """A time on the roster (ms, half open), with what the roster says of it."""

    since: int
    until: int
    line: str | None = None
    organisation: str | None = None
    rurality: str | None = None


@dataclass
class Record:
    """Everything about one person. `tasks_before`: all versions of her referral Tasks, oldest first, by Task id."""

    patient_id: str
    zone: ZoneInfo
    spells: Sequence[Spell] = ()
    tasks_before: dict[str, list[Json]] = field(default_factory=dict)
    _by_type: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    visits: dict[str, Json] = field(default_factory=dict)

    def of(self, kind: str) -> list[Json]:
        """Standing resources of a type, in the order of their ids."""
        return self._by_type.get(kind, [])

    def recorded(self, resource: Json) -> int | None:
        """When it was written down (ms): our own mark, else what its type says, else the server's stamp."""
        found = at(extension(resource, RECORDED_AT).get("valueDateTime"), self.zone)
        for name in _KIND_OF_TIME.get(str(resource.get("resourceType")), ()):
            found = found if found is not None else at(resource.get(name), self.zone)
        return found if found is not None else at(find(resource, "meta", "lastUpdated"), self.zone)

    def recorded_visit(self, encounter: Json) -> int:
        """When a visit was signed (ms); 0 where it does not say."""
        return at(extension(encounter, SIGNED_AT).get("valueDateTime"), self.zone) or 0

    def replaced(self, kind: str) -> dict[str, int]:
        """When each record (`Type/id`) of a type was replaced by a later standing one (ms)."""
        found: dict[str, int] = {}
        for resource in self.of(kind):
            own = f"{kind}/{resource.get('id')}"
            when = self.recorded(resource)
            for one in extensions(resource, REPLACES):
                named = full_reference(one, "valueReference")
                if named is not None and named != own:
                    found[named] = min(when or 0, found.get(named, when or 0))
        return found

    def heads(self, kind: str) -> list[Json]:
        """Those that no other replaces."""
        gone = self.replaced(kind)
        return [one for one in self.of(kind) if f"{kind}/{one.get('id')}" not in gone]


def make_record(
    patient_id: str,
    resources: Iterable[Json],
    zone: ZoneInfo,
    spells: Sequence[Spell] = (),
    tasks_before: dict[str, list[Json]] | None = None,
) -> Record:
    """Sort a person's current, unrestricted resources and leave out what does not count."""
    record = Record(patient_id, zone, spells, tasks_before or {})
    held = sorted((one for one in resources if _stands(one)), key=lambda one: str(one.get("id")))
    for one in held:
        if one.get("resourceType") == "Encounter" and is_visit(one):
            record.visits[str(one["id"])] = one
    for twin in _written_twice(record):
        # Its nurse has not chosen yet: until then it is one visit, and not two.
        del record.visits[twin]
        held = [one for one in held if (one["resourceType"], one["id"]) != ("Encounter", twin)]
    for one in held:
        visit = visit_of(one)
        if visit is None or visit in record.visits or not _is_ours(one):
            record._by_type[str(one["resourceType"])].append(one)
    return record


def _written_twice(record: Record) -> list[str]:
    """Visits that were signed from the same draft as another one, which was signed later."""
    newest: dict[str, str] = {}
    signed = {own: record.recorded_visit(one) for own, one in record.visits.items()}
    for own in sorted(record.visits, key=lambda one: (signed[one], one)):
        newest[_draft_of(record.visits[own]) or own] = own
    return [own for own in record.visits if own not in newest.values()]


def _draft_of(encounter: Json) -> str | None:
    named = (one for one in items(encounter, "identifier") if one.get("system") == DRAFT)
    return next((found for one in named if (found := text(one, "value")) is not None), None)


def _stands(resource: Json) -> bool:
    if text(resource, "resourceType") is None or text(resource, "id") is None:
        return False
    kind = resource["resourceType"]
    status = text(resource, "status") or text(resource, "lifecycleStatus")
    if kind in ("Goal", "Task"):
        return status not in ("entered-in-error", "draft", "proposed", "planned")
    if status in _NOT_YET or has_code(resource.get("verificationStatus"), "entered-in-error"):
        return False
    return kind != "QuestionnaireResponse" or status in ("completed", "amended")


def _is_ours(resource: Json) -> bool:
    found = resource.get("identifier")
    given = found if isinstance(found, list) else [found]
    return any(
        isinstance(one, dict) and str(one.get("system", "")).startswith("urn:hearthside:") for one in given
    )


def visit_of(resource: Json) -> str | None:
    """The id of the visit in which a record was made."""
    for path in (("encounter",), ("context",)):
        found = reference(resource, *path, kind="Encounter")
        if found is not None:
            return found
    marked = reference(extension(resource, OF_VISIT), "valueReference", kind="Encounter")
    named = (
        reference({"one": one}, "one", kind="Encounter") for one in items(resource, "context", "encounter")
    )
    return marked or next((one for one in named if one is not None), None)


def is_visit(encounter: Json) -> bool:
    """A nurse's visit that is over: by our identifier, or by palliative care as its reason and somebody who came.

    A cancelled one is a visit only where Hearthside wrote it: it did not take place.
    """
    ours = any(one.get("system") == VISIT for one in items(encounter, "identifier"))
    status = text(encounter, "status")
    if status != "finished" and not (status == "cancelled" and ours):
        return False
    if text(encounter, "period", "start") is None:
        return False
    palliative = any(has_code(one, "Z51.5") for one in items(encounter, "reasonCode"))
    came = any(reference(one, "individual", kind="Practitioner") for one in items(encounter, "participant"))
    return ours or (palliative and came)


def says(resource: Json, *names: str) -> bool:
    """Do the words of its type, code or category hold one of these?"""
    said = " ".join(words(one) for key in ("code", "type") for one in _concepts(resource.get(key)))
    return any(name in said for name in names)


def _concepts(value: object) -> list[Json]:
    given = value if isinstance(value, list) else [value]
    return [one for one in given if isinstance(one, dict)]
