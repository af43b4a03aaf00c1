"""Whose record a resource is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection

from plan.fhir.extract import find_reference, split_reference, walk
from plan.fhir.outcomes import Refusal
from plan.fhir.store import find_current
from plan.fhir.types import ResourceType

if TYPE_CHECKING:
    from plan.fhir.writes import Write


def find_patient(
    connection: Connection,
    kind: ResourceType,
    content: dict[str, Any],
    pending: Mapping[tuple[str, str], Write],
    allowed: Callable[[], ColumnElement[bool]],
) -> str | None:
    """Whose record this is: its patient's id, None when it has none. Provenance is its targets' patient's.

    `allowed` gives the access predicate under which targets are looked up that are not among `pending`.
    Raises Refusal 422 for a Provenance over several patients.
    """
    if kind.name == "Patient":
        return str(content["id"])
    if kind.name != "Provenance":
        found = [find_reference(content, path, "Patient") for path in kind.patient_paths]
        return next(filter(None, found), None)
    patients: set[str | None] = set()
    for value in walk(content, "target"):
        target = split_reference(value)
        if target is None:
            continue
        other = pending.get(target)
        if target[0] == "Patient":
            patients.add(target[1])
        elif other is not None and other.kind.name != "Provenance" and other.content:
            patients.add(find_patient(connection, other.kind, other.content, pending, allowed))
        else:
            row = find_current(connection, *target, allowed())
            patients.add(row.patient_id if row is not None else None)
    if len(patients) > 1:
        raise Refusal(422, "A Provenance is about one patient's record only, and all of it must be here.")
    return next(iter(patients), None)
