"""A promise ↔ Task of its own code. It names its visit by identifier only, so that it can leave before that is signed.

It may hold what somebody said in trust, so it carries the label of what is for the care team only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from app.domain.promise import COMMON, Promise, PromiseState
from app.domain.visit import PersonRef
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, restricted
from app.sync.fhir.seen import note_by
from app.sync.fhir.task import unstamped
from app.sync.fhir.write import clean, person, time_text

PROMISE: codes.Coding = {"system": "urn:hearthside:task", "code": "promise", "display": "Promise"}
KINDS = "urn:hearthside:promise"
STATES = "urn:hearthside:promise-state"
_WORDS = {
    PromiseState.OPEN: "Open",
    PromiseState.KEPT: "Kept",
    PromiseState.NOT_KEPT: "Not kept",
    PromiseState.TAKEN_BACK: "Taken back",
}
_STATUS = {
    PromiseState.OPEN: "requested",
    PromiseState.KEPT: "completed",
    PromiseState.NOT_KEPT: "cancelled",
    PromiseState.TAKEN_BACK: "entered-in-error",
}
_STATE = {
    "completed": PromiseState.KEPT,
    **dict.fromkeys(("cancelled", "rejected", "failed"), PromiseState.NOT_KEPT),
    "entered-in-error": PromiseState.TAKEN_BACK,
}
"""What another system's status means."""


def encode_promise(promise: Promise) -> Json:
    """The Task of a promise that was just made."""
    coding = [dict(PROMISE)]
    if promise.kind:
        coding.append({"system": KINDS, "code": promise.kind, "display": COMMON[promise.kind]})
    built: Json = {
        "resourceType": "Task",
        "id": promise.id,
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": promise.id}],
        "intent": "plan",
        "code": {"coding": coding, "text": PROMISE["display"]},
        "description": clean(promise.words),
        "for": {"reference": f"Patient/{promise.patient_id}"},
        "authoredOn": _stamp(promise.made_at),
        "requester": person(promise.by),
        **_progress(promise.state, promise.made_at),
    }
    if promise.visit_id is not None:
        visit = {"system": codes.VISIT_IDENTIFIER, "value": promise.visit_id}
        built["encounter"] = {"type": "Encounter", "identifier": visit}
    return restricted(built)


def amend_promise(base: Mapping[str, Any], state: PromiseState, by: PersonRef, at: datetime) -> Json:
    """The same Task with what became of the promise; who said so goes into a note, everything else stays."""
    note = note_by(by, at, _WORDS[state])
    kept = {name: value for name, value in unstamped(base).items() if name != "statusReason"}
    return kept | _progress(state, at) | {"note": [*read.items(base, "note"), note]}


def decode_promises(resources: Iterable[Any], pending: frozenset[str] = frozenset()) -> tuple[Promise, ...]:
    """The promises among these records. `pending`: ids that the plan has not answered yet. Never raises."""
    found = (decode_promise(one, pending=(read.record_id(one) or "") in pending) for one in resources)
    return tuple(one for one in found if one is not None)


def decode_promise(resource: Any, *, pending: bool = False) -> Promise | None:
    """None for a Task that is none. Never raises."""
    if read.text(resource, "resourceType") != "Task" or not is_promise(resource):
        return None
    own_id, patient = read.record_id(resource), read.reference(resource, "for")
    made_at, words = read.instant(resource, "authoredOn"), read.text(resource, "description")
    if own_id is None or patient is None or patient[0] != "Patient" or made_at is None:
        return None
    code = read.find(resource, "code")
    kind = next((one for system, one in read.codes(code) if system == KINDS and one in COMMON), "")
    state = _state(resource)
    answered = state is not PromiseState.OPEN
    last = next(reversed(list(read.items(resource, "note"))), None)
    return Promise(
        id=own_id,
        patient_id=patient[1],
        kind=kind,
        words=words or COMMON.get(kind) or read.concept_text(code) or "",
        by=PersonRef(
            read.text(resource, "requester", "reference") or "",
            read.text(resource, "requester", "display") or "",
        ),
        made_at=made_at,
        visit_id=_visit_of(resource),
        state=state,
        said_at=read.instant(resource, "lastModified") if answered else None,
        said_by=(read.text(last, "authorReference", "display") or "") if answered else "",
        pending=pending,
    )


def is_promise(resource: Any) -> bool:
    return read.has_code(read.find(resource, "code"), PROMISE["code"], PROMISE["system"])


def _progress(state: PromiseState, at: datetime) -> Json:
    coding = {"system": STATES, "code": state.value, "display": _WORDS[state]}
    return {
        "status": _STATUS[state],
        "businessStatus": codes.concept(coding, text=_WORDS[state]),
        "lastModified": _stamp(at),
    }


def _stamp(moment: datetime) -> str:
    # In UTC: readers of the specification compare a Task's two stamps as text.
    return time_text(moment.astimezone(UTC))


def _state(resource: Any) -> PromiseState:
    # Its status leads: another system may have moved it and knows nothing of our words.
    return _STATE.get(read.text(resource, "status") or "", PromiseState.OPEN)


def _visit_of(resource: Any) -> str | None:
    if read.text(resource, "encounter", "identifier", "system") == codes.VISIT_IDENTIFIER:
        return read.text(resource, "encounter", "identifier", "value")
    return None
