"""Calls to a prescriber ↔ Communication; a telephone order ↔ a proposal and the task to sign it.

The nurse never orders: the order goes as a ServiceRequest of intent "proposal" in the prescriber's words, with the
read-back, and a Task asks for the signature. The medicine list changes only when the plan's own orders do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.content import load
from app.domain.medicines import text_of
from app.domain.prescriber import (
    GROUP,
    OrderState,
    PrescriberCall,
    call_of,
    entry_time,
    has_order,
    read_back_of,
)
from app.domain.visit import Answer, Entry, Visit
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, record, recorded_at, visit_of
from app.sync.fhir.seen import find_seen
from app.sync.fhir.values import decode_value, encode_value
from app.sync.fhir.write import clean, part_id, time_text

PRESCRIBER_CALL = "urn:hearthside:prescriber-call"
READ_BACK = "urn:hearthside:read-back"
ORDERED_BY = "urn:hearthside:ordered-by"
TASK_KINDS = "urn:hearthside:task"
TELEPHONE_ORDER = "telephone-order"

_NOTIFICATION: codes.Coding = {
    "system": "http://terminology.hl7.org/CodeSystem/communication-category",
    "code": "notification",
    "display": "Notification",
}
_MEDIUM: dict[str, codes.Coding] = {
    "phone": {"system": codes.PARTICIPATION_MODE, "code": "PHONE", "display": "telephone"},
    "video": {"system": codes.PARTICIPATION_MODE, "code": "VIDEOCONF", "display": "videoconferencing"},
    "in-person": {"system": codes.PARTICIPATION_MODE, "code": "FACE", "display": "face-to-face"},
    "message": {"system": codes.PARTICIPATION_MODE, "code": "MAILWRIT", "display": "mail"},
}
_PAYLOAD = (
    ("pc-why", "Why now"),
    ("pc-findings", "Findings"),
    ("pc-ask", "Asked for"),
    ("pc-outcome-text", "Outcome"),
)
_STATES = {
    **dict.fromkeys(("completed",), OrderState.SIGNED),
    **dict.fromkeys(("rejected", "cancelled", "failed"), OrderState.REFUSED),
}


def _display(link_id: str, entry: Entry) -> str:
    """The words of the option chosen."""
    option = load()["prescriber-call"].get_item(link_id).find_option(text_of(entry, link_id))
    return option.display if option is not None else ""


def _who(entry: Entry) -> str:
    role = _display("pc-role", entry)
    name = clean(text_of(entry, "pc-name"))
    return ", ".join(part for part in (name, role) if part)


def _said(entry: Entry) -> Json:
    parts: list[Json] = [{"url": "entry", "valueString": entry.id}]
    for item in load()["prescriber-call"].get_item(GROUP).items:
        answer = entry.answers.get(item.link_id)
        if answer is not None and answer.value is not None:
            parts += [{"url": item.link_id, **value} for value in encode_value(item, answer.value)[:1]]
    return {"url": PRESCRIBER_CALL, "extension": parts}


def _status(entry: Entry) -> str:
    if text_of(entry, "pc-reached") == "no-answer":
        return "not-done"
    said = ("pc-reached", "pc-name", "pc-outcome", "pc-outcome-text", "pc-order")
    return "completed" if any(text_of(entry, link).strip() for link in said) else "unknown"


def _communication(visit: Visit, entry: Entry) -> Json:
    at = entry_time(entry, visit.left_at)
    missed = text_of(entry, "pc-reached") == "no-answer"
    medium = _MEDIUM.get(text_of(entry, "pc-how") or "phone")
    who = _who(entry)
    said = [(words, clean(text_of(entry, link))) for link, words in _PAYLOAD]
    payload = [{"contentString": f"{words}: {text}"} for words, text in said if text]
    outcome = _display("pc-outcome", entry)
    if outcome:
        payload.append({"contentString": f"Came of it: {outcome}"})
    return record(
        visit,
        "Communication",
        f"communication/{entry.id}",
        at=at,
        extension=[_said(entry)],
        status=_status(entry),
        statusReason={"text": "No answer"} if missed else None,
        category=[codes.concept(_NOTIFICATION)],
        medium=[codes.concept(medium)] if medium else None,
        recipient=[{"display": who}] if who else None,
        payload=payload or None,
    )


def _order(visit: Visit, entry: Entry, communication: Json) -> list[Json]:
    """The order as it was said, and the request that the prescriber sign it."""
    at = entry_time(entry, visit.left_at)
    who, said = _who(entry), clean(text_of(entry, "pc-order"))
    extensions: list[Json] = []
    read_back = read_back_of(entry)
    if read_back is not None:
        extensions.append({"url": READ_BACK, "valueBoolean": read_back})
    if who:
        extensions.append({"url": ORDERED_BY, "valueString": who})
    kind = {"system": TASK_KINDS, "code": TELEPHONE_ORDER}
    proposal = record(
        visit,
        "ServiceRequest",
        f"service-request/order/{entry.id}",
        at=at,
        extension=extensions,
        status="active",
        intent="proposal",
        category=[codes.concept(kind, text="Telephone order")],
        code={"text": "Telephone order, for the prescriber's signature"},
        orderDetail=[{"text": said}],
        supportingInfo=[{"reference": f"Communication/{communication['id']}"}],
    )
    task = record(
        visit,
        "Task",
        f"task/order/{entry.id}",
        at=at,
        status="requested",
        intent="proposal",
        code=codes.concept(kind, text="Sign a telephone order"),
        description=f"Telephone order{f' of {who}' if who else ''}: {said}",
        focus={"reference": f"ServiceRequest/{proposal['id']}"},
        lastModified=time_text(visit.signed_at),
    )
    return [proposal, task]


def encode(visit: Visit) -> list[Json]:
    """A Communication a call, and for a telephone order the proposal with its task."""
    found: list[Json] = []
    for entry in visit.entries.get(GROUP, ()):
        communication = _communication(visit, entry)
        found.append(communication)
        if has_order(entry):
            found += _order(visit, entry, communication)
    return found


def is_order_task(resource: Any) -> bool:
    """A request to sign a telephone order: no alert."""
    return read.has_code(read.find(resource, "code"), TELEPHONE_ORDER, TASK_KINDS)


def task_id(visit_id: str, entry_id: str) -> str:
    return part_id(visit_id, f"task/order/{entry_id}")


def decode_calls(
    communications: Iterable[Any], tasks: Iterable[Any] = (), *, pending: Iterable[str] = ()
) -> tuple[PrescriberCall, ...]:
    """Calls to a prescriber, the newest first, each order with where its signature is. `pending`: ids of records that
    only this device holds so far.
    """
    waiting = frozenset(pending)
    by_id = {read.record_id(task): task for task in tasks if is_order_task(task)}
    calls = (_decode(one, by_id, waiting) for one in communications)
    found = [call for call in calls if call is not None]
    return tuple(sorted(found, key=lambda call: (call.at, call.id), reverse=True))


def _decode(raw: Any, tasks: dict[str | None, Any], waiting: frozenset[str]) -> PrescriberCall | None:
    said = list(read.items(read.extension(raw, PRESCRIBER_CALL), "extension"))
    at, visit_id = recorded_at(raw), visit_of(raw)
    if not said or at is None or read.text(raw, "status") == "entered-in-error":
        return None
    entry_id = next((t for p in said if p.get("url") == "entry" and (t := read.text(p, "valueString"))), "")
    entry = Entry(entry_id, _answers(said, at))
    call = call_of(entry, visit_id, at)
    state, reason, seen = call.order_state, None, None
    if call.order and visit_id is not None:
        task = tasks.get(_task_id(visit_id, entry_id))
        state = _STATES.get(read.text(task, "status") or "", OrderState.WAITING)
        reason = read.concept_text(read.find(task, "statusReason"))
        seen = find_seen(task)
    own_id = read.record_id(raw) or entry_id
    return replace(
        call, id=own_id, order_state=state, state_reason=reason, pending=own_id in waiting, seen=seen
    )


def _task_id(visit_id: str, entry_id: str) -> str | None:
    try:
        return task_id(visit_id, entry_id)
    except ValueError:  # a visit of another system: its ids are its own
        return None


def _answers(said: list[Json], at: datetime) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for item in load()["prescriber-call"].get_item(GROUP).items:
        value = decode_value(item, [part for part in said if part.get("url") == item.link_id])
        if value is not None:
            found[item.link_id] = Answer(at=at, value=value)
    return found
