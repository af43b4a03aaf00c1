"""Who is in a group, now and at an earlier stamp."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from plan.fhir.access import DAY_MS
from plan.fhir.extract import find_interval, split_reference, walk
from plan.fhir.json_text import loads
from plan.fhir.tables import resource

PAST_MS = 400 * DAY_MS
"""Who left the group no longer ago than this is exported too: who died in a year belongs into its figures."""


def members_at(connection: Connection, group_id: str, stamp: int) -> set[str] | None:
    """Patient ids of those in the group at that stamp, or not long before; None where there was no such group."""
    version = (
        select(resource.c.body, resource.c.deleted)
        .where(resource.c.type == "Group", resource.c.id == group_id, resource.c.last_updated <= stamp)
        .order_by(resource.c.last_updated.desc())
        .limit(1)
    )
    row = connection.execute(version).first()
    if row is None or row.deleted:
        return None
    return {found for one in walk(loads(row.body), "member") if (found := _member(one, stamp))}


def _member(one: Any, at_ms: int) -> str | None:
    """The patient of an entry that holds at that time, or did not long ago."""
    if not isinstance(one, dict):
        return None
    ended = isinstance(one.get("period"), dict) and one["period"].get("end")
    if one.get("inactive") is True and not ended:
        return None
    if "period" in one:
        period = find_interval(one, ("period",))
        # A period that nobody can read makes nobody a member.
        if period is None or not period[0] <= at_ms <= period[1] + PAST_MS:
            return None
    target = split_reference(one.get("entity"))
    return target[1] if target and target[0] == "Patient" else None
