"""Writing resources without a user: seeds and the plan's own loads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, true

from plan.fhir.rights import author_of, find_type
from plan.fhir.rows import RowWriter
from plan.fhir.stamps import Stamper
from plan.fhir.store import find_current
from plan.fhir.whose import find_patient
from plan.fhir.writes import Write, check_content


def put_as_system(connection: Connection, resource: dict[str, Any]) -> str:
    """Store one FHIR resource (with id) inside a `write_transaction`; validated, not access-checked.

    Returns the new version id. Raises plan.fhir.outcomes.Refusal when it is not valid R4.
    """
    return put_all_as_system(connection, [resource])[0]


def put_all_as_system(connection: Connection, resources: Iterable[dict[str, Any]]) -> list[str]:
    """The same for several at once, no two with the same type and id: much faster than one by one."""
    writes = []
    for each in resources:
        write = Write("PUT", find_type(str(each.get("resourceType"))), str(each.get("id")), each)
        check_content(write)
        writes.append(write)
    pending = {write.reference: write for write in writes}
    rows = RowWriter(connection, Stamper(connection))
    versions = []
    for write in writes:
        stored = rows.add(
            write.kind,
            write.content,
            patient_id=find_patient(connection, write.kind, write.content, pending, true),
            author_id=author_of(write.kind, write.content),
            old=find_current(connection, *write.reference, true()),
        )
        versions.append(stored.version_id)
    rows.flush()
    return versions
