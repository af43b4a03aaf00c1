"""Writing resources without a user: seeds and the plan's own loads."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, true

from plan.fhir.rights import author_of, find_type
from plan.fhir.rows import RowWriter
from plan.fhir.stamps import Stamper
from plan.fhir.store import find_current
from plan.fhir.writes import Write, check_content, find_patient


def put_as_system(connection: Connection, resource: dict[str, Any]) -> str:
    """Store one FHIR resource (with id) inside a `write_transaction`; validated, not access-checked.

    Returns the new version id. Raises plan.fhir.outcomes.Refusal when it is not valid R4.
    """
    kind = find_type(str(resource.get("resourceType")))
    resource_id = str(resource.get("id"))
    check_content(Write("PUT", kind, resource_id, resource))
    rows = RowWriter(connection, Stamper(connection))
    stored = rows.add(
        kind,
        resource,
        patient_id=find_patient(connection, kind, resource, {}),
        author_id=author_of(kind, resource),
        old=find_current(connection, kind.name, resource_id, true()),
    )
    rows.flush()
    return stored.version_id
