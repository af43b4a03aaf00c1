"""What a supervisor says of a signed visit ↔ Task of its own code. The visit's records stay as they were signed.

A countersign is a Task that is completed from the start. A question and a thank-you are for the nurse who signed; she
answers in how the Task stands (`output` names her addendum). The focus is the Encounter, and nothing of the visit
points here. Comments may touch what is private, so all of them carry the label of what is for the care team only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from app.domain.review import Comment, Review, ReviewKind, ReviewState
from app.domain.visit import PersonRef
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, restricted
from app.sync.fhir.stays import TASK_CODES
from app.sync.fhir.task import unstamped
from app.sync.fhir.write import clean, person, time_text

SECTIONS = "urn:hearthside:section"
MARK = '"review-'
"""Begins the code of each of these Tasks in its JSON text; for a quick look at many."""
_TITLES = {
    ReviewKind.COUNTERSIGN: "Visit reviewed",
    ReviewKind.QUESTION: "Question about a visit",
    ReviewKind.THANKS: "Thanks for a visit",
}
_STATE = {
    "completed": ReviewState.DONE,
    **dict.fromkeys(("cancelled", "rejected", "failed", "entered-in-error"), ReviewState.TAKEN_BACK),
}
"""What a status means; every other leaves it open."""


def encode_review(review: Review) -> Json:
    """The Task as it is made."""
    signed = review.kind is ReviewKind.COUNTERSIGN
    coding = {"system": TASK_CODES, "code": review.kind.value, "display": _TITLES[review.kind]}
    built: Json = {
        "resourceType": "Task",
        "id": review.id,
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": review.id}],
        "status": "completed" if signed else "requested",
        "intent": "order",
        "code": codes.concept(coding, text=_TITLES[review.kind]),
        "focus": {"reference": f"Encounter/{review.visit_id}"},
        "for": {"reference": f"Patient/{review.patient_id}"},
        "authoredOn": _stamp(review.at),
        "lastModified": _stamp(review.at),
        "requester": person(review.by),
        "owner": person(review.nurse),
    }
    if review.comments:
        built["input"] = [_comment(one) for one in review.comments]
    return restricted(built)


def answer_review(base: Mapping[str, Any], addendum_id: str | None, at: datetime) -> Json:
    """The same Task, answered by this addendum, or only seen; everything else stays."""
    done: Json = {"status": "completed", "lastModified": _stamp(at)}
    if addendum_id is not None:
        kind = {"text": "Answer"}
        value = {"reference": f"DocumentReference/{addendum_id}"}
        done["output"] = [*read.items(base, "output"), {"type": kind, "valueReference": value}]
    return unstamped(base) | done


def take_back_review(base: Mapping[str, Any], at: datetime) -> Json:
    """The same Task, asked by mistake."""
    return unstamped(base) | {"status": "entered-in-error", "lastModified": _stamp(at)}


def decode_reviews(resources: Iterable[tuple[Any, bool]]) -> tuple[Review, ...]:
    """Of these (record, whether the plan has not answered for it) those that are reviews. Never raises."""
    found = (decode_review(one, pending=pending) for one, pending in resources)
    return tuple(one for one in found if one is not None)


def decode_review(task: Any, *, pending: bool = False) -> Review | None:
    """None for any other Task. Never raises."""
    kind = next((one for one in ReviewKind if _is(task, one)), None)
    if kind is None or read.text(task, "resourceType") != "Task":
        return None
    task_id, visit = read.record_id(task), read.reference(task, "focus")
    patient, at = read.reference(task, "for"), read.instant(task, "authoredOn")
    if task_id is None or visit is None or visit[0] != "Encounter" or patient is None or at is None:
        return None
    state = _STATE.get(read.text(task, "status") or "", ReviewState.OPEN)
    answer = read.reference(task, "output", 0, "valueReference")
    return Review(
        id=task_id,
        visit_id=visit[1],
        patient_id=patient[1],
        kind=kind,
        by=_person(task, "requester"),
        at=at,
        nurse=_person(task, "owner"),
        comments=tuple(_comments(task)),
        state=state,
        done_at=None if state is ReviewState.OPEN else read.instant(task, "lastModified"),
        answer_id=answer[1] if answer is not None and answer[0] == "DocumentReference" else None,
        pending=pending,
    )


def _is(task: Any, kind: ReviewKind) -> bool:
    return read.has_code(read.find(task, "code"), kind.value, TASK_CODES)


def _comment(one: Comment) -> Json:
    coding = {"system": SECTIONS, "code": one.section}
    return {
        "type": codes.concept(coding, text=clean(one.title) or one.section),
        "valueString": clean(one.words),
    }


def _comments(task: Any) -> Iterable[Comment]:
    for one in read.items(task, "input"):
        kind = read.find(one, "type")
        section = next((code for system, code in read.codes(kind) if system == SECTIONS), None)
        words = read.text(one, "valueString")
        if section is not None and words:
            yield Comment(section, read.text(kind, "text") or section, words)


def _person(task: Any, member: str) -> PersonRef:
    found = read.reference(task, member)
    return PersonRef(f"{found[0]}/{found[1]}" if found else "", read.text(task, member, "display") or "")


def _stamp(moment: datetime) -> str:
    """In UTC, as on every Task: readers compare its two stamps as text."""
    return time_text(moment.astimezone(UTC))
