"""What the addenda say that are here: of one visit, and which answers that an alert rests on were corrected since."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection

from app.domain.addendum import Addendum
from app.domain.alert import Alert
from app.services.alert_models import CorrectedAnswer
from app.store import addendum_rows, current
from app.sync.fhir import json_text
from app.sync.fhir.addendum import CORRECTION, decode_addendum


def list_addenda(connection: Connection, patient_id: str, visit_id: str) -> tuple[Addendum, ...]:
    """What was added to one signed visit, oldest first; sent or not."""
    found: list[Addendum] = []
    for record in current.list_current(connection, patient_id, "DocumentReference"):
        try:
            document: Any = json_text.loads(record.body)
        except json_text.BadJson:
            continue
        addendum = decode_addendum(document, pending=record.pending or record.set_aside)
        if addendum is not None and addendum.visit_id == visit_id:
            found.append(addendum)
    return tuple(sorted(found, key=lambda one: (one.at, one.id)))


def read_corrected(connection: Connection, held: Collection[Alert]) -> dict[str, tuple[CorrectedAnswer, ...]]:
    """By alert the answers it rests on that were corrected since, the oldest correction first."""
    of_visits = [one for one in held if one.visit_id is not None and not one.private]
    people, ids = {one.patient_id for one in of_visits}, {one.id for one in of_visits}
    found: dict[str, list[CorrectedAnswer]] = {}
    for body in addendum_rows.list_marked(connection, CORRECTION, people) if people else ():
        addendum = decode_addendum(json_text.find_object(body))
        if addendum is None:
            continue
        for one in addendum.corrections:
            said = CorrectedAnswer(addendum.at.astimezone(), one)
            for alert_id in ids.intersection(one.alerts):
                found.setdefault(alert_id, []).append(said)
    return {alert_id: tuple(sorted(several, key=lambda one: one.at)) for alert_id, several in found.items()}
