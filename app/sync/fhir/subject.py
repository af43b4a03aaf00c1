"""Which person a record is about."""

from __future__ import annotations

from typing import Any

from app.sync.fhir import read

_MEMBERS = ("subject", "patient", "beneficiary", "for")


def patient_of(resource: Any) -> str | None:
    """The Patient's id, or None when the record names none (a Provenance, an Organization)."""
    if read.text(resource, "resourceType") == "Patient":
        return read.record_id(resource)
    for member in _MEMBERS:
        found = read.reference(resource, member)
        if found is not None and found[0] == "Patient":
            return found[1]
    if read.text(resource, "resourceType") == "Appointment":
        actors = (read.reference(one, "actor") for one in read.items(resource, "participant"))
        return next((actor[1] for actor in actors if actor is not None and actor[0] == "Patient"), None)
    return None
