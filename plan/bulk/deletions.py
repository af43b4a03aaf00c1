"""What a client that exported before must take out again: names (`Type/id`) only.

Told of is what it could have had at the earlier stamp and has no right to now: deleted, moved to somebody else,
restricted since or naming what is, or of a member who left the group. What was restricted before then is not told of:
that it exists is private too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection, and_, func, not_, or_, select
from sqlmodel import col

from plan.bulk.kinds import GROUP
from plan.bulk.members import members_at
from plan.bulk.older import names_restricted
from plan.bulk.tables import BulkJob, BulkMember
from plan.fhir.access import IS_CURRENT, in_bulk, unrestricted
from plan.fhir.json_text import dumps
from plan.fhir.tables import reference_index, resource

_RESTRICTED = ("R", "V")
ENTRIES = 100
"""In one Bundle, which is one line."""
AT_ONCE = 500
"""Values in one statement."""
T = TypeVar("T")


def list_gone(connection: Connection, job: BulkJob) -> list[tuple[str, str]]:
    """Type and id of everything to take out, of the types of this export."""
    since = job.since_ms or 0
    now = set(
        connection.execute(
            select(col(BulkMember.patient_id)).where(col(BulkMember.job_id) == job.id)
        ).scalars()
    )
    before = members_at(connection, job.group_id, since) or set()
    found: set[tuple[str, str]] = set()
    for kind in job.types.split():
        if kind == GROUP:
            continue
        ids = set(_changed(connection, kind, since, now))
        ids |= set(_of_left(connection, kind, before - now))
        ids |= set(_beside_restricted(connection, kind, since, before | now))
        had = _had(connection, kind, sorted(ids), since, before)
        found |= {(kind, one) for one in had - _has(connection, kind, sorted(had), now)}
    return sorted(found)


def _changed(connection: Connection, kind: str, since: int, now: set[str]) -> Iterable[str]:
    """Ids of what was written to since and may be gone with that."""
    statement = select(resource.c.id, resource.c.patient_id, resource.c.deleted, resource.c.label).where(
        IS_CURRENT, resource.c.type == kind, resource.c.last_updated > since
    )
    return [
        row.id
        for row in connection.execute(statement)
        if row.deleted or row.label in _RESTRICTED or row.patient_id not in now
    ]


def _of_left(connection: Connection, kind: str, left: set[str]) -> Iterable[str]:
    """Ids of what those who left have. What is hidden since long was never told of, and is not now."""
    statement = select(resource.c.id).where(IS_CURRENT, resource.c.type == kind, unrestricted())
    found: list[str] = []
    for some in _chunks(sorted(left), AT_ONCE):
        found += connection.execute(statement.where(resource.c.patient_id.in_(some))).scalars()
    return found


def _beside_restricted(connection: Connection, kind: str, since: int, members: set[str]) -> Iterable[str]:
    """Ids of what names something that was restricted since, by whatever element."""
    secret = resource.alias("secret")
    fresh = (
        select(secret.c.type, secret.c.id)
        .where(secret.c.is_current == 1, secret.c.label.in_(_RESTRICTED), secret.c.last_updated > since)
        .subquery()
    )
    named = (
        select(reference_index.c.key)
        .join(
            fresh,
            and_(fresh.c.type == reference_index.c.target_type, fresh.c.id == reference_index.c.target_id),
        )
        .scalar_subquery()
    )
    visits = select(fresh.c.id).where(fresh.c.type == "Encounter").scalar_subquery()
    people = select(fresh.c.id).where(fresh.c.type == "Patient").scalar_subquery()
    statement = select(resource.c.id, resource.c.patient_id).where(
        IS_CURRENT,
        resource.c.type == kind,
        or_(
            resource.c.key.in_(named), resource.c.encounter_id.in_(visits), resource.c.patient_id.in_(people)
        ),
    )
    return [row.id for row in connection.execute(statement) if row.patient_id in members]


def _had(connection: Connection, kind: str, ids: Sequence[str], since: int, before: set[str]) -> set[str]:
    """Of these, what the client could have had at the earlier stamp."""
    found: set[str] = set()
    for some in _chunks(ids, AT_ONCE):
        newest = (
            select(func.max(resource.c.key))
            .where(resource.c.type == kind, resource.c.id.in_(some), resource.c.key <= since)
            .group_by(resource.c.id)
        )
        rows = connection.execute(
            select(resource.c.id, resource.c.patient_id, resource.c.is_open, resource.c.body).where(
                resource.c.key.in_(newest), resource.c.deleted == 0, not_(resource.c.label.in_(_RESTRICTED))
            )
        )
        # What named a secret then was never told of: that it is gone is not told of either.
        found |= {
            row.id
            for row in rows.all()
            if (row.patient_id in before or (row.patient_id is None and row.is_open))
            and not names_restricted(connection, kind, row.body, since)
        }
    return found


def _has(connection: Connection, kind: str, ids: Sequence[str], now: set[str]) -> set[str]:
    """Of these, what the client may still have."""
    found: set[str] = set()
    for some in _chunks(ids, AT_ONCE):
        mine = select(resource.c.id, resource.c.patient_id).where(
            in_bulk(resource.c.patient_id.is_not(None)),
            resource.c.type == kind,
            resource.c.id.in_(some),
            resource.c.deleted == 0,
        )
        rows = connection.execute(mine)
        found |= {row.id for row in rows if row.patient_id is None or row.patient_id in now}
    return found


def _chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for first in range(0, len(values), size):
        yield values[first : first + size]


def make_lines(gone: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Each a transaction Bundle of deletions, as the Bulk Data guide writes them."""
    for some in _chunks(gone, ENTRIES):
        entries = [{"request": {"method": "DELETE", "url": f"{kind}/{one}"}} for kind, one in some]
        yield dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})
