"""One step of an export: which versions belong into its files.

An export shows everything as it stood at its stamp. What was written since is found in the version before; what was
deleted, restricted or taken away since is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, LargeBinary, cast, false, func, select
from sqlmodel import col

from plan.bulk.asking import BATCH
from plan.bulk.kinds import GROUP, SHARED
from plan.bulk.older import names_restricted
from plan.bulk.tables import BulkJob, BulkMember
from plan.fhir.access import in_bulk, still_in_bulk
from plan.fhir.store import versions
from plan.fhir.tables import resource


@dataclass(frozen=True, slots=True)
class Line:
    """One version as a line of a file: its key, and its bytes with the line feed."""

    key: int
    size: int


@dataclass(frozen=True, slots=True)
class Step:
    """The records of one type; of the members from `first` on, or None where the type is about no member."""

    type: str
    first: int | None = None


DELETIONS = Step("")
"""The last step of an export since an earlier one."""


def plan_steps(types: Sequence[str], members: int, *, since: bool) -> Iterator[Step]:
    """Every step of an export, in their order. As many as the job says."""
    for name in types:
        if name in SHARED or name == GROUP:
            yield Step(name)
        else:
            yield from (Step(name, first) for first in range(0, members, BATCH))
    if since:
        yield DELETIONS


def gather(connection: Connection, job: BulkJob, step: Step) -> list[Line]:
    """The lines of a step; the group's own is made elsewhere (`plan.bulk.group_line`)."""
    joined: set[str] = set()
    if step.first is None:
        whose: ColumnElement[bool] = false()
        statement = versions(in_bulk(whose)).where(resource.c.patient_id.is_(None))
    else:
        here = col(BulkMember.position).between(step.first, step.first + BATCH - 1)
        rows = connection.execute(
            select(col(BulkMember.patient_id), col(BulkMember.joined)).where(
                col(BulkMember.job_id) == job.id, here
            )
        ).all()
        joined = {row.patient_id for row in rows if row.joined}
        whose = resource.c.patient_id.in_([row.patient_id for row in rows])
        # Named once more outside of the predicate, so that both databases walk the index of patients.
        statement = versions(in_bulk(whose)).where(whose)
    found = statement.where(
        resource.c.type == step.type, resource.c.is_current == 1, resource.c.deleted == 0
    ).with_only_columns(resource.c.key, resource.c.id, resource.c.patient_id, _size(connection))
    lines = []
    for row in connection.execute(found.order_by(resource.c.key)):
        key, size = row.key, row.size
        if key > job.stamp:
            earlier = _earlier(connection, job, step.type, row.id, whose)
            if earlier is None:
                continue
            key, size = earlier.key, earlier.size
        if job.since_ms is None or key > job.since_ms or row.patient_id in joined:
            lines.append(Line(key, size + 1))
    return lines


def _earlier(
    connection: Connection, job: BulkJob, kind: str, resource_id: str, whose: ColumnElement[bool]
) -> Line | None:
    """The version at the job's stamp of something that was written to since."""
    statement = (
        versions(still_in_bulk(whose))
        .where(resource.c.type == kind, resource.c.id == resource_id, resource.c.key <= job.stamp)
        .with_only_columns(resource.c.key, resource.c.deleted, resource.c.body, _size(connection))
        .order_by(resource.c.key.desc())
        .limit(1)
    )
    row = connection.execute(statement).first()
    if row is None or row.deleted or names_restricted(connection, kind, row.body):
        return None
    return Line(row.key, row.size)


def _size(connection: Connection) -> ColumnElement[int]:
    """Bytes of a version's text in UTF-8."""
    if connection.dialect.name == "postgresql":
        return func.octet_length(resource.c.body).label("size")
    return func.length(cast(resource.c.body, LargeBinary)).label("size")
