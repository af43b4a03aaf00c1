"""Which answers an alert rests on were corrected since, as the addenda say that are here."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from app.domain.alert import Alert
from app.services.alert_models import CorrectedAnswer
from app.store import addendum_rows
from app.sync.fhir import json_text
from app.sync.fhir.addendum import CORRECTION, decode_addendum


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
            said = CorrectedAnswer(addendum.at.astimezone(), one.name, one.was, one.now)
            for alert_id in ids.intersection(one.alerts):
                found.setdefault(alert_id, []).append(said)
    return {alert_id: tuple(sorted(several, key=lambda one: one.at)) for alert_id, several in found.items()}
