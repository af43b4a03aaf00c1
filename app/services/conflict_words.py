"""A Task's fields in words, for choosing between two versions of it: ours in the reader's language, what somebody wrote
as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.domain.alert import PRIVATE_TEXT, AlertState
from app.domain.said import say_when
from app.language import N_, NC_, tr, trc
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, is_restricted
from app.sync.fhir.promise import PROMISE, is_promise
from app.sync.fhir.review import decode_review
from app.sync.fhir.task import ALERT, decode_task
from app.sync.fhir.task_fields import EXTENSION, LABELS, PROGRESS

_TITLES = {
    PROGRESS: N_("Where it stands"),
    LABELS: N_("Who may read it"),
    "owner": N_("Who has it"),
    "note": N_("What was said about it"),
    "description": N_("What it is about"),
    "code": N_("What it is"),
    "priority": N_("How urgent it is"),
    "restriction": N_("By when"),
    "reasonCode": N_("Why"),
    EXTENSION + ALERT: N_("What the alert says"),
    EXTENSION + codes.REPLACES: N_("What it takes the place of"),
}
STATE = "task-state"
_STANDS = {
    AlertState.OPEN: NC_("task-state", "Nobody has taken it yet"),
    AlertState.ACKNOWLEDGED: NC_("task-state", "Somebody has taken it"),
    AlertState.DONE: NC_("task-state", "Done"),
    AlertState.CLOSED: NC_("task-state", "Closed"),
}
_STATUS = {
    "draft": NC_("task-state", "Being written"),
    "requested": NC_("task-state", "Asked for"),
    "received": NC_("task-state", "Received"),
    "accepted": NC_("task-state", "Taken"),
    "rejected": NC_("task-state", "Declined"),
    "ready": NC_("task-state", "Ready"),
    "in-progress": NC_("task-state", "Under way"),
    "on-hold": NC_("task-state", "On hold"),
    "completed": NC_("task-state", "Done"),
    "cancelled": NC_("task-state", "Closed"),
    "failed": NC_("task-state", "It failed"),
    "entered-in-error": NC_("task-state", "Entered by mistake"),
}
_URGENCY = {
    "stat": N_("Act now"),
    "asap": N_("As soon as possible"),
    "urgent": N_("Today"),
    "routine": N_("In the usual time"),
}
LONGEST = 600
"""Letters of a field that nobody here knows, at most."""


def say_title(task: Any) -> str:
    """What a list may call it: a private one says no more than that."""
    alert = decode_task(task)
    if alert is not None:
        return alert.finding
    if is_restricted(task):
        if is_promise(task) or decode_review(task) is not None:
            return read.concept_text(read.find(task, "code")) or PROMISE["display"]
        return PRIVATE_TEXT
    return read.concept_text(read.find(task, "code")) or read.text(task, "description") or "Task"


def field_title(name: str) -> str:
    """A name for a field; one that this app does not know is said as it is called in the record."""
    if name in _TITLES:
        return tr(_TITLES[name])
    return tr("Something else ({name})", name=name.removeprefix(EXTENSION).rpartition(":")[2])


def say_field(task: Json, name: str) -> str:
    """What a version says in one field, "" for nothing."""
    if name == PROGRESS:
        return _say_progress(task)
    if name == "note":
        return "\n".join(filter(None, map(_say_note, read.items(task, "note"))))
    if name == LABELS:
        return tr("Kept apart") if is_restricted(task) else tr("The whole team")
    if name == "owner":
        return read.text(task, "owner", "display") or read.text(task, "owner", "reference") or ""
    if name == "priority":
        said = read.text(task, "priority") or ""
        return tr(_URGENCY[said]) if said in _URGENCY else said
    if is_restricted(task):
        # What a private one is about opens with PIN or words on its own card, never in passing.
        return PRIVATE_TEXT
    if name == EXTENSION + ALERT:
        alert = decode_task(task)
        return "" if alert is None else alert.detail or alert.finding
    value = _value(task, name)
    return (read.concept_text(value) if isinstance(value, dict) else None) or _say_anything(value)


def _say_progress(task: Json) -> str:
    alert = decode_task(task)
    status = read.text(task, "status") or ""
    said = read.concept_text(read.find(task, "businessStatus"))
    if said is None:
        said = trc(STATE, _STATUS.get(status, status) if alert is None else _STANDS[alert.state])
    reason = read.concept_text(read.find(task, "statusReason"))
    return said if reason is None or reason == said else f"{said}: {reason}"


def _say_note(note: Json) -> str:
    who = read.text(note, "authorReference", "display") or read.text(note, "authorString") or ""
    text = read.text(note, "text") or ""
    return f"{who}: {text}" if who and text else text


def _value(task: Json, name: str) -> Any:
    if name.startswith(EXTENSION):
        url = name.removeprefix(EXTENSION)
        return [one for one in read.items(task, "extension") if one.get("url") == url]
    return task.get(name)


def _say_anything(value: Any) -> str:
    """Every word in it, so that nobody chooses blindly."""
    return ", ".join(dict.fromkeys(_leaves(value)))[:LONGEST]


def _leaves(value: Any, member: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, member)
    elif value is not None and member not in ("url", "system"):
        yield say_when(str(value))


def say_record(resource: Any) -> str:
    """A whole record that is chosen as one, in whatever words it holds."""
    if is_restricted(resource):
        return PRIVATE_TEXT
    kept = {
        k: v for k, v in resource.items() if k not in ("meta", "id", "identifier", "resourceType", "subject")
    }
    return _say_anything(kept)
