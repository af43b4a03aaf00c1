"""The group itself in an export: as it stood, but without members whose record is restricted.

Its text is kept with the export, because it is no version as the store holds it. Everything else in an export is.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from plan.bulk.kinds import GROUP
from plan.bulk.older import names_restricted
from plan.bulk.tables import BulkJob
from plan.fhir.access import IS_CURRENT
from plan.fhir.extract import split_reference
from plan.fhir.json_text import dumps, loads
from plan.fhir.tables import resource

_RESTRICTED = ("R", "V")
Json = dict[str, Any]


def find_group_line(connection: Connection, job: BulkJob) -> str | None:
    """The group at the job's stamp as one line; None where it is gone, or nothing of it is new to the client."""
    mine = (resource.c.type == GROUP, resource.c.id == job.group_id)
    stands = select(resource.c.key).where(IS_CURRENT, *mine, resource.c.deleted == 0)
    version = (
        select(resource.c.key, resource.c.deleted, resource.c.body)
        .where(*mine, resource.c.key <= job.stamp)
        .order_by(resource.c.key.desc())
        .limit(1)
    )
    row = connection.execute(version).first()
    if row is None or row.deleted or connection.execute(stands).first() is None:
        return None
    group: Json = loads(row.body)
    found = leave_out(connection, group)
    if found is None:
        return None
    is_new = job.since_ms is None or row.key > job.since_ms
    if is_new or _people(group) & _changed_labels(connection, job.since_ms or 0):
        return dumps(found)
    return None


def leave_out(connection: Connection, group: Json) -> Json | None:
    """The group without entries of people who are restricted now; None where it names something else that is."""
    hidden = _people(group) & _restricted_people(connection)
    found = group
    if hidden:
        kept = [one for one in group["member"] if _person(one) not in hidden]
        # How many they are would tell that somebody is missing.
        found = {name: value for name, value in group.items() if name not in ("member", "quantity")}
        found |= {"member": kept} if kept else {}
    beside = {**found, "member": [one for one in found.get("member", ()) if _person(one) is None]}
    return None if names_restricted(connection, GROUP, dumps(beside)) else found


def still_leaves(connection: Connection, text: str) -> bool:
    """Whether a line that was kept with an export may leave as it is: nobody in it was restricted since."""
    line: Json = loads(text)
    return line.get("resourceType") != GROUP or leave_out(connection, line) == line


def _people(group: Json) -> set[str]:
    members = group.get("member")
    found = (_person(one) for one in (members if isinstance(members, list) else ()))
    return {one for one in found if one is not None}


def _person(entry: Any) -> str | None:
    target = split_reference(entry.get("entity")) if isinstance(entry, dict) else None
    return target[1] if target is not None and target[0] == "Patient" else None


def _restricted_people(connection: Connection) -> set[str]:
    held = select(resource.c.id).where(
        IS_CURRENT, resource.c.type == "Patient", resource.c.label.in_(_RESTRICTED)
    )
    return set(connection.execute(held).scalars())


def _changed_labels(connection: Connection, since_ms: int) -> set[str]:
    """People written to since then who are restricted, or were once: the group shows them otherwise than before."""
    once = select(resource.c.id).where(resource.c.type == "Patient", resource.c.label.in_(_RESTRICTED))
    fresh = select(resource.c.id).where(
        IS_CURRENT, resource.c.type == "Patient", resource.c.last_updated > since_ms, resource.c.id.in_(once)
    )
    return set(connection.execute(fresh).scalars())
