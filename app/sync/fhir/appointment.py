"""Appointment → a planned visit. Reading only: the plan's scheduling owns these.

Free text (comment, description, patientInstruction, reasons) is never read: a day's list is seen by others.
"""

from __future__ import annotations

from typing import Any

from app.domain.day import Planned
from app.sync.fhir import read
from app.sync.fhir.subject import patient_of

VISIT_KIND = "urn:hearthside:visit-kind"
"""System of the codes in `serviceType` that say which kind of visit is planned."""
_STANDS = frozenset({"booked", "pending", "arrived", "checked-in"})
_OFF = "cancelled"


def decode_appointment(appointment: Any) -> Planned | None:
    """None for one that is over, only proposed, has no time, or is about nobody. Never raises.

    A nurse who said that she cannot come is not among those who are to go.
    """
    record_id, patient_id = read.record_id(appointment), patient_of(appointment)
    start, status = read.instant(appointment, "start"), read.text(appointment, "status")
    if read.text(appointment, "resourceType") != "Appointment" or record_id is None or patient_id is None:
        return None
    if start is None or status not in (*_STANDS, _OFF):
        return None
    kinds = (
        code
        for service in read.items(appointment, "serviceType")
        for system, code in read.codes(service)
        if system == VISIT_KIND
    )
    actors = [
        read.reference(one, "actor")
        for one in read.items(appointment, "participant")
        if read.text(one, "status") != "declined"
    ]
    return Planned(
        id=record_id,
        patient_id=patient_id,
        start=start,
        end=read.instant(appointment, "end"),
        kind=next(kinds, None),
        nurses=tuple(f"{a[0]}/{a[1]}" for a in actors if a is not None and a[0] == "Practitioner"),
        cancelled=status == _OFF,
    )
