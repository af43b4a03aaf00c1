"""What runs over time: phases of illness, referrals and their loops, and what was declined."""

from __future__ import annotations

from typing import Any

from plan.outcomes.facts.conversations import topics_declined
from plan.outcomes.facts.declined import said_rows
from plan.outcomes.reading import Json, at, codes, find, full_reference, has_code, text
from plan.outcomes.record import Record
from plan.outcomes.tables import FOREVER
from plan.outcomes.zone import local_day

Row = dict[str, Any]

TARGETS, STATES = "urn:hearthside:referral-target", "urn:hearthside:referral-state"
_BY_STATUS = {
    "requested": "proposed",
    "received": "sent",
    "accepted": "accepted",
    "in-progress": "started",
    "completed": "closed",
    "cancelled": "declined",
    "rejected": "not-eligible",
    "failed": "lost",
}
"""What another system's Task status means in the words of the loop."""
OPEN = frozenset({"proposed", "sent", "accepted", "started"})
_UNANSWERED = frozenset({"proposed", "sent"})


def phase_rows(answers: list[Row], died_ms: int | None) -> list[Row]:
    """Runs of the same phase."""
    said = sorted(
        (one["at_ms"], one["code"])
        for one in answers
        if one["instrument"] == "phase" and one["turn"] == 0 and one["code"] is not None
    )
    runs: list[tuple[int, str]] = []
    for when, phase in said:
        if not runs or runs[-1][1] != phase:
            runs.append((when, phase))
    found = []
    for index, (when, phase) in enumerate(runs):
        ends, why = (runs[index + 1][0], "phase") if index + 1 < len(runs) else (FOREVER, None)
        if died_ms is not None and when < died_ms < ends:
            ends, why = died_ms, "death"
        found.append({"phase": phase, "from_ms": when, "until_ms": ends, "ended_by": why})
    return found


def referral_rows(record: Record) -> list[Row]:
    """One row a referral that stands."""
    loops: dict[str, Json] = {}
    for task in record.of("Task"):
        focus = full_reference(task, "focus")
        if focus is not None and has_code(task.get("code"), "referral", "urn:hearthside:task"):
            loops[focus] = task
    found = []
    for request in record.heads("ServiceRequest"):
        target = next((code for system, code in codes(request.get("code")) if system == TARGETS), None)
        when = record.recorded(request)
        if target is None or when is None or len(target) > 64:
            continue
        found.append(_referral(record, request, target, when, loops.get(f"ServiceRequest/{request['id']}")))
    return found


def _referral(record: Record, request: Json, target: str, when: int, task: Json | None) -> Row:
    history = record.tasks_before.get(str(task["id"]), []) if task is not None else []
    steps = [
        (state_of(one), _changed(record, one)) for one in [*history, *([task] if task is not None else [])]
    ]
    if task is None:
        steps = [("declined" if text(request, "status") == "revoked" else "proposed", when)]
    state, state_ms = steps[-1]
    answered = [moment for one, moment in steps if one not in _UNANSWERED and moment is not None]
    closed = [moment for one, moment in steps if one not in OPEN and moment is not None]
    started = at(find(task, "executionPeriod", "start"), record.zone)
    return {
        "request_id": request["id"],
        "task_id": None if task is None else task["id"],
        "target": target,
        "at_ms": when,
        "state": state,
        "state_ms": state_ms,
        "answered_ms": min(answered, default=None),
        "started_ms": started,
        # A loop that was opened again is not closed.
        "closed_ms": None if state in OPEN else min(closed, default=None),
        "local_date": local_day(when, record.zone),
    }


def state_of(task: Json) -> str:
    """Where a referral's loop stands, in our words."""
    said = next((code for system, code in codes(task.get("businessStatus")) if system == STATES), None)
    status = text(task, "status") or ""
    if said is not None and len(said) <= 64:
        return said
    return _BY_STATUS.get(status, "proposed")


def _changed(record: Record, task: Json) -> int | None:
    found = at(task.get("lastModified"), record.zone)
    return found if found is not None else record.recorded(task)


def decline_rows(
    record: Record,
    answers: list[Row],
    visits: list[Row],
    talks: list[Row],
    ways: list[Row],
    referrals: list[Row],
) -> list[Row]:
    """What a person did not want, as it was written down."""
    found = []
    who = {"person-no": "person", "family-no": "family", "asked-later": "later"}
    for one in visits:
        if one["why_not"] in who:
            found.append(_decline(one["visit_id"], "visit", who[one["why_not"]], one["began_ms"]))
        if one["interpreter_used"] == "not-wanted":
            found.append(_decline(one["visit_id"], "interpreter", None, one["began_ms"]))
    for one in talks:
        if one["voluntary"] in ("not-wanted", "put-off"):
            found.append(_decline(one["visit_id"], "conversation", one["voluntary"], one["at_ms"]))
    found += [_decline(None, "48-hour-visit", one["stay_id"], one["outcome_ms"] or one["left_ms"])
              for one in ways if one["outcome"] == "declined"]  # fmt: skip
    found += [_decline(None, "referral", one["target"], one["state_ms"] or one["at_ms"])
              for one in referrals if one["state"] == "declined"]  # fmt: skip
    found += [_decline(visit, "topic", link, when) for visit, link, when in topics_declined(record)]
    found += said_rows(record)
    for one in answers:
        if one["absent"] == "declined":
            found.append(_decline(one["visit_id"], "item", one["item"], one["at_ms"]))
        elif one["item"] == "naloxone" and one["code"] == "declined":
            found.append(_decline(one["visit_id"], "naloxone", None, one["at_ms"]))
    return found


def _decline(visit: str | None, what: str, scope: str | None, when: int) -> Row:
    return {"visit_id": visit, "what": what, "scope": scope, "at_ms": when, "until_ms": None}
