"""A referral ↔ ServiceRequest (a proposal: nurses write no orders) with a Task that carries its loop.

Category 386053000 "Evaluation procedure" of SNOMED CT as in US Core ServiceRequest; targets are our own codes with
the name beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.domain.items import find_place
from app.domain.referrals import GROUP, Referral, get_state, list_states, list_targets
from app.domain.visit import Entry, PersonRef, Visit
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, record, recorded_at
from app.sync.fhir.versions import heads, reference_of
from app.sync.fhir.write import clean, person, time_text

TARGETS = "urn:hearthside:referral-target"
REASONS = f"{codes.OPTION}ref-why"
STATES = "urn:hearthside:referral-state"
LOOP: codes.Coding = {"system": "urn:hearthside:task", "code": "referral", "display": "Referral loop"}
EVALUATION: codes.Coding = {
    "system": codes.SNOMED,
    "code": "386053000",
    "display": "Evaluation procedure (procedure)",
}
_PRIORITY = {"routine": "routine", "soon": "urgent", "urgent": "asap"}
_HOW_SOON = {priority: how_soon for how_soon, priority in _PRIORITY.items()}


def say_option(link_id: str, code: str) -> str:
    """An option of the referral form in its own words; its code where this content does not know it."""
    place = find_place(link_id)
    option = place.item.find_option(code) if place is not None else None
    return option.display if option is not None else code


def encode(visit: Visit) -> list[Json]:
    """The request and its loop for each referral; none for an entry that names no target."""
    return [resource for entry in visit.entries.get(GROUP, ()) for resource in _encode_entry(visit, entry)]


def _one(entry: Entry, link_id: str) -> str | None:
    answer = entry.answers.get(link_id)
    return answer.value if answer is not None and isinstance(answer.value, str) and answer.value else None


def _encode_entry(visit: Visit, entry: Entry) -> list[Json]:
    target = _one(entry, "ref-to")
    if target is None:
        return []
    at = max(answer.at for answer in entry.answers.values())
    declined = _one(entry, "ref-agrees") == "declined"
    why = entry.answers.get("ref-why")
    reasons = why.value if why is not None and isinstance(why.value, tuple) else ()
    words = clean(_one(entry, "ref-words") or "")
    request = record(
        visit,
        "ServiceRequest",
        f"referral/{entry.id}",
        at=at,
        status="revoked" if declined else "active",
        intent="proposal",
        category=[codes.concept(EVALUATION, text="Referral")],
        priority=_PRIORITY.get(_one(entry, "ref-how-soon") or ""),
        code=codes.concept(
            {"system": TARGETS, "code": target, "display": say_option("ref-to", target)},
            text=f"Referral to {say_option('ref-to', target)}",
        ),
        reasonCode=[
            codes.concept(
                {"system": REASONS, "code": one, "display": say_option("ref-why", one)},
                text=say_option("ref-why", one),
            )
            for one in reasons
        ]
        or None,
        note=[{"text": words}] if words else None,
    )
    state = "declined" if declined else "proposed"
    task = record(
        visit,
        "Task",
        f"referral-loop/{entry.id}",
        at=at,
        intent="order",
        code=codes.concept(LOOP, text="Referral loop"),
        focus={"reference": reference_of(request)},
        **loop_state(state, at),
    )
    return [request, task]


def loop_state(state: str, at: datetime) -> Json:
    """The members of the loop's Task that say where it stands."""
    known = get_state(state)
    coding = {"system": STATES, "code": known.code, "display": known.display}
    built: Json = {
        "status": known.task,
        "businessStatus": codes.concept(coding, text=known.display),
        "lastModified": time_text(at),
    }
    if known.kind is not None:
        built["statusReason"] = codes.concept(coding, text=known.display)
    return built


def renew_loop(task: Json, state: str, words: str, author: PersonRef, at: datetime) -> Json:
    """The same Task in its new state, everything else kept; who said so and what was said goes into a note.

    `executionPeriod` keeps when care began: it outlives the closing of the loop, and ends when the loop goes back to
    before it.
    """
    kept = {name: value for name, value in task.items() if name not in ("statusReason", "executionPeriod")}
    began = read.text(task, "executionPeriod", "start")
    if state == "started":
        kept["executionPeriod"] = {"start": began or time_text(at)}
    elif began is not None and not get_state(state).open:
        kept["executionPeriod"] = {"start": began, "end": time_text(at)}
    note: Json = {"authorReference": person(author), "time": time_text(at)}
    note["text"] = get_state(state).display + (f": {said}" if (said := clean(words)) else "")
    return kept | loop_state(state, at) | {"note": [*read.items(task, "note"), note]}


def decode_referrals(resources: Iterable[Any], pending: frozenset[str] = frozenset()) -> tuple[Referral, ...]:
    """Standing referrals of one person, newest first. `pending`: references that the plan has not answered yet."""
    held = [one for one in resources if isinstance(one, dict)]
    tasks: dict[str, Json] = {}
    for task in (one for one in held if one.get("resourceType") == "Task"):
        focus = read.reference(task, "focus")
        if focus is not None and read.has_code(read.find(task, "code"), LOOP["code"], LOOP["system"]):
            tasks[f"{focus[0]}/{focus[1]}"] = task
    requests = heads(one for one in held if one.get("resourceType") == "ServiceRequest")
    found = (_decode(one, tasks.get(reference_of(one)), pending) for one in requests)
    return tuple(one for one in found if one is not None)


def _decode(request: Any, task: Any, pending: frozenset[str]) -> Referral | None:
    code = read.find(request, "code")
    target = next((one for system, one in read.codes(code) if system == TARGETS), None)
    if target is None:
        return None
    reference = reference_of(request)
    notes = [text for one in read.items(task, "note") if (text := read.text(one, "text"))]
    last = next(reversed(list(read.items(task, "note"))), None)
    return Referral(
        reference=reference,
        to=target,
        to_words=list_targets().get(target) or read.concept_text(code) or target,
        why=tuple(
            text for one in read.items(request, "reasonCode") if (text := read.concept_text(one)) is not None
        ),
        words=read.text(request, "note", 0, "text") or "",
        how_soon=_HOW_SOON.get(read.text(request, "priority") or ""),
        state=_state(request, task),
        state_at=read.instant(task, "lastModified") or recorded_at(request),
        state_by=(read.text(last, "authorReference", "display") or "") if notes else "",
        author=read.text(request, "requester", "display") or "",
        at=recorded_at(request),
        started_at=read.instant(task, "executionPeriod", "start"),
        pending=bool(pending & {reference, reference_of(task) if task else reference}),
    )


def _state(request: Any, task: Any) -> str:
    said = next(
        (one for system, one in read.codes(read.find(task, "businessStatus")) if system == STATES), None
    )
    status = read.text(task, "status")
    if said is not None and get_state(said).task == status:
        return said
    # Another system moved the Task and knows nothing of our words: the first of ours that means its status.
    by_status = next((one.code for one in list_states() if one.task == status), None)
    if by_status is not None:
        return by_status
    return "declined" if read.text(request, "status") == "revoked" else "proposed"
