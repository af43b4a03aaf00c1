"""Conversations on record: versions from their answers, and what other systems wrote down in the same codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from app.domain.conversation import ConversationVersion, PlanSaying, read_saw
from app.domain.conversation_fields import FORM, own_answers
from app.domain.visit import Answer, PersonRef
from app.sync.fhir import acp, read
from app.sync.fhir.acp import Held
from app.sync.fhir.conversation import list_parts, version_reference
from app.sync.fhir.outside import find_marker, find_origin
from app.sync.fhir.responses import decode_responses
from app.sync.fhir.versions import heads, reference_of, replaced, stands

_NEVER = datetime(1, 1, 2, tzinfo=UTC)


def decode(records: Iterable[Held]) -> tuple[ConversationVersion, ...]:
    """The versions on record, in no order. Takes anything and never raises.

    Answers come from the responses; the Procedure says which versions were seen where the response does not.
    """
    by_visit: dict[str, list[Held]] = {}
    procedures: dict[str, Any] = {}
    held = list(records)
    starts = acp.visit_starts(resource for resource, _ in held)
    for resource, pending in held:
        visit_id = find_origin(resource)
        if visit_id is None:
            continue
        if acp.answers_form(resource, FORM):
            by_visit.setdefault(visit_id, []).append((resource, pending))
        elif (
            resource.get("resourceType") == "Procedure"
            and stands(resource)
            and acp.is_acp(resource.get("code"), "conversation")
        ):
            procedures[visit_id] = resource
    found = (_version(v, responses, procedures.get(v), starts.get(v)) for v, responses in by_visit.items())
    return tuple(version for version in found if version is not None)


def _version(
    visit_id: str, held: list[Held], procedure: Any, began_at: datetime | None
) -> ConversationVersion | None:
    decoded = decode_responses([resource for resource, _ in held], _NEVER)
    answers = own_answers(decoded.answers)
    if not answers:
        return None
    saw, _ = read_saw(decoded.answers)
    marker = find_marker(held[0][0])
    if marker is not None:
        return ConversationVersion(
            id=reference_of(held[0][0]),
            visit_id=visit_id,
            at=marker.at,
            author=decoded.author or PersonRef("", ""),
            answers=answers,
            saw=saw or replaced(held[0][0]),
            parts=_parts(visit_id, answers),
            pending=any(pending for _, pending in held),
            settles=True,
        )
    own = read.record_id(procedure)
    began_at = read.instant(procedure, "performedPeriod", "start") or read.instant(
        procedure, "performedDateTime"
    )
    return ConversationVersion(
        id=f"Procedure/{own}" if own is not None else _own_reference(visit_id),
        visit_id=visit_id,
        at=began_at or max(answer.at for answer in answers.values()),
        author=decoded.author or PersonRef("", ""),
        answers=answers,
        saw=saw or replaced(procedure),
        parts=_parts(visit_id, answers),
        pending=any(pending for _, pending in held),
    )


def _own_reference(visit_id: str) -> str:
    try:
        return version_reference(visit_id)
    except ValueError:  # a visit of another system, whose id is no UUID
        return f"Procedure/{visit_id}"


def _parts(visit_id: str, answers: Mapping[str, Answer]) -> Mapping[str, str]:
    try:
        return list_parts(visit_id, answers)
    except ValueError:  # as above: its records cannot be named
        return {}


_TITLES = (
    ("personal-goal", "What matters most"),
    ("treatment-preference", "Treatment wishes"),
    ("care-experience-preference", "How the person wants to be cared for"),
    ("place-of-death", "Preferred place of death"),
    ("place-of-final-days", "Preferred place of death"),
)


def decode_others(records: Iterable[Held]) -> tuple[PlanSaying, ...]:
    """Goals and preferences that other systems recorded in these codes; ours are left out, newest first."""
    theirs = [r for r, _ in records if read.text(r, "resourceType") in ("Goal", "Observation")]
    found = (_saying(resource) for resource in heads(one for one in theirs if not acp.is_ours(one)))
    return tuple(saying for saying in found if saying is not None)


def _saying(resource: Any) -> PlanSaying | None:
    goal = resource.get("resourceType") == "Goal"
    concepts = list(read.items(resource, "category")) if goal else [resource.get("code")]
    title = next((t for name, t in _TITLES for c in concepts if acp.is_acp(c, name)), None)
    if title is None or read.text(resource, "lifecycleStatus") in ("cancelled", "rejected"):
        return None
    value = read.find(resource, "description") if goal else read.find(resource, "valueCodeableConcept")
    text = read.concept_text(value) or read.text(resource, "valueString")
    if text is None:
        return None
    when = read.text(resource, "startDate") or read.text(resource, "effectiveDateTime") or ""
    return PlanSaying(reference_of(resource), title, text, when[:10])


READ_TYPES = ("Encounter", "QuestionnaireResponse", "Procedure", "Goal", "Observation")
"""Types in which conversations may stand."""
