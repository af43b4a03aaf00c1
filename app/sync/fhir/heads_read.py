"""Versions on record as a person chooses between them: the answers of each entry, who wrote it, what it replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from app.domain.merging_heads import Subject, Version
from app.domain.merging_subjects import FORMS
from app.domain.reconciliation import SAW, read_saw
from app.domain.visit import Entry, PersonRef
from app.sync.fhir import acp, code_status, codes, people, read
from app.sync.fhir.acp import Held
from app.sync.fhir.outside import find_marker, find_origin
from app.sync.fhir.responses import decode_responses
from app.sync.fhir.versions import reference_of, stands
from app.sync.fhir.write import part_id

_NEVER = datetime(1, 1, 2, tzinfo=UTC)


def _plan(origin: str, entry: Entry) -> tuple[str, ...]:
    return (
        f"CarePlan/{part_id(origin, f'care-plan/{entry.id}')}",
        f"Goal/{part_id(origin, f'goal/{entry.id}')}",
    )


_NAMES: Mapping[Subject, Callable[[str, Entry], tuple[str, ...]]] = {
    Subject.CODE_STATUS: lambda origin, entry: (code_status.reference_of_entry(origin, entry),),
    Subject.PEOPLE: lambda origin, entry: (people.person_reference(origin, entry),),
    Subject.MEDICINES: lambda origin, entry: (
        f"MedicationStatement/{part_id(origin, f'medication-statement/{entry.id}')}",
    ),
    Subject.PLAN: _plan,
}
"""The records that an entry made, the one that stands for it first. Raise ValueError where the origin is no UUID."""


def needle(subject: Subject) -> str:
    """What stands in the text of every response that is read for a subject."""
    return f"{codes.QUESTIONNAIRE}{FORMS[subject][0]}|"


def decode_versions(
    subject: Subject, responses: Iterable[Held], starts: Mapping[str, datetime]
) -> tuple[Version, ...]:
    """All versions of all records of a subject. `starts`: when each visit began, by id. Never raises."""
    form, group = FORMS[subject]
    by_origin: dict[str, list[Held]] = {}
    for resource, pending in responses:
        origin = find_origin(resource)
        if origin is not None and acp.answers_form(resource, form):
            by_origin.setdefault(origin, []).append((resource, pending))
    found: list[Version] = []
    for origin, held in by_origin.items():
        marker = find_marker(held[0][0])
        decoded = decode_responses([resource for resource, _ in held], _NEVER)
        for entry in decoded.entries.get(group, ()):
            names = _find_names(subject, origin, entry)
            if not names or not entry.answers:
                continue
            at = marker.as_of if marker is not None else starts.get(origin)
            found.append(
                Version(
                    names=names,
                    author=decoded.author or PersonRef("", ""),
                    at=at or max(answer.at for answer in entry.answers.values()),
                    answers=entry.answers,
                    replaces=_replaces(subject, entry),
                    visit_id=None if marker is not None else origin,
                    about=entry.about if subject is Subject.MEDICINES else None,
                    pending=any(pending for _, pending in held),
                    settled_at=None if marker is None else marker.at,
                    said_by=None if marker is None else marker.said_by or None,
                )
            )
    return tuple(found)


def _find_names(subject: Subject, origin: str, entry: Entry) -> tuple[str, ...]:
    try:
        return _NAMES[subject](origin, entry)
    except ValueError:  # a visit of another system, whose id is no UUID: its records cannot be named
        return ()


def _replaces(subject: Subject, entry: Entry) -> tuple[str, ...]:
    if subject is Subject.MEDICINES:
        return read_saw(entry.answers.get(SAW)) or ()
    return tuple((entry.about or "").split())


def list_withdrawn(records: Iterable[Any]) -> frozenset[str]:
    """References of those that were marked as a mistake: nobody has to choose about them."""
    return frozenset(reference_of(one) for one in records if isinstance(one, dict) and not stands(one))


def find_consents(records: Iterable[Any], sides: Iterable[str]) -> tuple[str, ...]:
    """Consents that name one of these people as agent, which a new version has to replace."""
    wanted = set(sides)
    found = []
    for one in records:
        actors = [read.reference(actor, "reference") for actor in read.items(one, "provision", "actor")]
        if read.text(one, "resourceType") == "Consent" and any(
            "/".join(actor) in wanted for actor in actors if actor is not None
        ):
            found.append(reference_of(one))
    return tuple(found)
