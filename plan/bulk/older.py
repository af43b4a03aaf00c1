"""Versions that are no longer current: what they name is in no index, and is looked up in their text."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, tuple_

from plan.fhir.access import IS_CURRENT
from plan.fhir.extract import extract
from plan.fhir.json_text import loads
from plan.fhir.tables import resource
from plan.fhir.types import TYPES


def names_restricted(connection: Connection, type_name: str, body: str, at: int | None = None) -> bool:
    """Does this version name a record that is restricted now, or was at the stamp `at`, by whatever element?"""
    drawn = extract(TYPES[type_name], loads(body))
    names = {(kind, one) for _, kind, one in drawn.references}
    if drawn.encounter_id:
        names.add(("Encounter", drawn.encounter_id))
    if not names:
        return False
    named = tuple_(resource.c.type, resource.c.id).in_(sorted(names))
    then = select(func.max(resource.c.key)).where(named, resource.c.key <= (at or 0))
    secret = select(resource.c.key).where(
        IS_CURRENT if at is None else resource.c.key.in_(then.group_by(resource.c.type, resource.c.id)),
        named,
        resource.c.label.in_(("R", "V")),
    )
    return connection.execute(secret.limit(1)).first() is not None
