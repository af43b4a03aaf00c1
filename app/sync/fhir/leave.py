"""The Parameters resources by which leaves come from the plan and are entered there. Reading never raises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from app.domain.leave import Leave, LeaveWord
from app.domain.visit import PersonRef
from app.sync.fhir import read
from app.sync.fhir.frame import Json
from app.sync.fhir.write import time_text


def decode_leaves(parameters: Any) -> LeaveWord | None:
    """None for what is no such answer; a leave that cannot be read is left out."""
    if read.text(parameters, "resourceType") != "Parameters":
        return None
    found = (
        decode_leave(one) for one in read.items(parameters, "parameter") if read.text(one, "name") == "leave"
    )
    leaves = tuple(one for one in found if one is not None)
    others = _patients(read.items(parameters, "parameter"))
    return LeaveWord(leaves, frozenset(others).union(*(one.people for one in leaves)))


def decode_leave(parameter: Any) -> Leave | None:
    """One leave, out of its parts."""
    parts = {read.text(one, "name"): one for one in read.items(parameter, "part")}
    leave_id = read.text(parts.get("id"), "valueString")
    nurse, stand_in = _nurse(parts.get("nurse")), _nurse(parts.get("stand-in"))
    begins = read.instant(parts.get("from"), "valueInstant")
    until = read.instant(parts.get("until"), "valueInstant")
    if leave_id is None or nurse is None or stand_in is None or begins is None or until is None:
        return None
    taken_at = read.instant(parts.get("taken"), "valueInstant")
    return Leave(leave_id, nurse, stand_in, begins, until, taken_at, _patients(read.items(parameter, "part")))


def encode_ask(nurse: PersonRef, stand_in: PersonRef, begins: datetime, until: datetime) -> Json:
    """To enter one."""
    return _parameters(
        ("do", "valueCode", "enter"),
        ("nurse", "valueReference", {"reference": nurse.reference}),
        ("stand-in", "valueReference", {"reference": stand_in.reference}),
        ("from", "valueInstant", time_text(begins.astimezone(UTC))),
        ("until", "valueInstant", time_text(until.astimezone(UTC))),
    )


def encode_step(do: str, leave_id: str) -> Json:
    """`end`, or `taken` ("I have them")."""
    return _parameters(("do", "valueCode", do), ("id", "valueString", leave_id))


def _parameters(*parameters: tuple[str, str, Any]) -> Json:
    found = [{"name": name, member: value} for name, member, value in parameters]
    return {"resourceType": "Parameters", "parameter": found}


def _nurse(parameter: Any) -> PersonRef | None:
    reference = read.reference(parameter, "valueReference")
    if reference is None or reference[0] != "Practitioner":
        return None
    return PersonRef("/".join(reference), read.text(parameter, "valueReference", "display") or "")


def _patients(parameters: Iterable[Json]) -> tuple[str, ...]:
    named = [one for one in parameters if read.text(one, "name") == "patient"]
    found = (read.reference(one, "valueReference") for one in named)
    return tuple(one[1] for one in found if one is not None and one[0] == "Patient")
