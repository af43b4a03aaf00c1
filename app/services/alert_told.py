"""What became of alerts: since when they lie at the plan, who has seen them, to whom they went on, that she has one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.domain.alert import Alert, AlertState, say_you
from app.domain.seen import Seen
from app.services.alert_models import AlertLine
from app.store import bases, meta, outbox_rows
from app.store.current import list_current
from app.store.visit_rows import OWN
from app.sync.fhir import json_text
from app.sync.fhir.gone_on import find_gone_to
from app.sync.fhir.opened_by import find_opener
from app.sync.fhir.seen import find_note_by, find_seen
from app.sync.fhir.task import decode_task


def find_received(connection: Connection, held: Collection[Alert]) -> dict[str, datetime]:
    """When the plan confirmed those that were raised here and stand; each is a group of its own in the outbox."""
    own = [one.id for one in held if one.origin == OWN and one.state.stands]
    found = outbox_rows.read_received_at(connection, own) if own else {}
    return {one: at.astimezone() for one, at in found.items()}


def find_told(
    connection: Connection, ids: Collection[str]
) -> dict[str, tuple[Seen | None, Seen | None, bool]]:
    """As the plan's copies say (others have none of what was only done here): who has seen it, to whom it went on,
    and whether this user opened the record that it is about.
    """
    copies = bases.find_many(connection, [("Task", one) for one in ids])
    me = meta.find(connection, meta.USER_REFERENCE) or ""
    tasks = ((one.id, json_text.find_object(one.body)) for one in copies.values())
    return {own: (find_seen(task), find_gone_to(task), find_opener(task) == me) for own, task in tasks}


def find_taken(connection: Connection, held: Collection[Alert]) -> dict[str, datetime]:
    """When this user took it herself, also where the plan does not know of it yet."""
    taken = {one.id: one.patient_id for one in held if one.state is AlertState.ACKNOWLEDGED}
    me = meta.find(connection, meta.USER_REFERENCE) or ""
    found: dict[str, datetime] = {}
    for patient_id in dict.fromkeys(taken.values()):
        for record in list_current(connection, patient_id, "Task"):
            at = find_note_by(json_text.find_object(record.body), me) if record.id in taken else None
            if at is not None:
                found[record.id] = at.astimezone()
    return found


def find_taking_waits(connection: Connection, held: Collection[Alert]) -> frozenset[str]:
    """Of those that wait to be sent: the ones that the plan has just as they are, but for who took them.

    One that became worse meanwhile is not among them: of that nobody has heard.
    """
    copies = bases.find_many(connection, [("Task", one.id) for one in held])
    known = (decode_task(json_text.find_object(one.body)) for one in copies.values())
    told = {
        one.id: (one.level, one.rule, one.detail) for one in known if one is not None and one.state.stands
    }
    return frozenset(one.id for one in held if told.get(one.id) == (one.level, one.rule, one.detail))


def with_told(line: AlertLine, seen: Seen | None, gone: Seen | None, mine: bool) -> AlertLine:
    if mine and not line.private:
        line = replace(line, finding=say_you(line.finding), own_opening=True)
    if seen is not None:
        line = replace(line, seen_by=seen.by, seen_at=seen.at.astimezone())
    return line if gone is None else replace(line, gone_to=gone.by, gone_at=gone.at.astimezone())
