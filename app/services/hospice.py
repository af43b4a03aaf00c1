"""Whether a person is enrolled in hospice, as the plan's record says."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from app.domain.hospice import HOSPICE_CARE, Enrolment
from app.store.current import list_current
from app.sync.fhir import json_text
from app.sync.fhir.hospice import find_enrolment


def read_hospice(connection: Connection, patient_id: str) -> Enrolment:
    """From the person's problem list; only records that name the code are parsed. One that stands goes before any that
    is over, and of those the one that ended last.
    """
    over: list[Enrolment] = []
    for record in list_current(connection, patient_id, "Condition"):
        if HOSPICE_CARE not in record.body:
            continue
        try:
            found = find_enrolment(json_text.loads(record.body))
        except json_text.BadJson:
            continue
        if found.enrolled:
            return found
        over += [found] if found.over else []
    return max(over, key=lambda one: one.over_on or date.max, default=Enrolment())
