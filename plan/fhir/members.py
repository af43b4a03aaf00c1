"""Memberships: who was on whose team, and when. Drawn out of every CareTeam version.

A member who disappears from a CareTeam keeps her row, ended at that moment, so that work done while she was a member
can still be taken in.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from plan.fhir.extract import date_interval, find_reference, split_reference, walk
from plan.fhir.tables import membership

FOREVER = 253_402_300_799_999


def _bounds(period: Any, otherwise: tuple[int, int]) -> tuple[int, int]:
    low, high = otherwise
    if isinstance(period, dict):
        try:
            if isinstance(period.get("start"), str):
                low = max(low, date_interval(period["start"])[0])
            if isinstance(period.get("end"), str):
                high = min(high, date_interval(period["end"])[1] + 1)
        except ValueError:
            return 0, 0  # a period nobody can read gives nobody rights
    return low, high


def record_careteam(
    connection: Connection, careteam: dict[str, Any], patient_id: str | None, at_ms: int
) -> None:
    """Bring the membership rows of one CareTeam in line with its new version, written at `at_ms`.

    That is a time of the clock by which rights are judged, so that who left loses them at once.
    """
    wanted: dict[tuple[str, str, str], tuple[int, int]] = {}
    if patient_id is not None and careteam.get("status") == "active":
        whole = _bounds(careteam.get("period"), (0, FOREVER))
        team = find_reference(careteam, "managingOrganization", "Organization") or ""
        wanted[patient_id, "", team] = whole
        for participant in walk(careteam, "participant"):
            target = split_reference(participant.get("member")) if isinstance(participant, dict) else None
            if target and target[0] == "Practitioner":
                bounds = _bounds(participant.get("period"), whole)
                known = wanted.get((patient_id, target[1], team))
                # Named twice, for two periods: the span of both.
                wanted[patient_id, target[1], team] = (
                    (min(known[0], bounds[0]), max(known[1], bounds[1])) if known else bounds
                )
    mine = membership.c.careteam_id == careteam["id"]
    for row in connection.execute(select(membership).where(mine)).all():
        found = wanted.pop((row.patient_id, row.practitioner_id, row.team_id), None)
        start, end = found or (row.start_ms, min(row.end_ms, at_ms))
        if (start, end) != (row.start_ms, row.end_ms):
            statement = update(membership).where(membership.c.row == row.row)
            connection.execute(statement.values(start_ms=start, end_ms=end))
    for (patient, practitioner, team), (start, end) in wanted.items():
        connection.execute(
            insert(membership).values(
                careteam_id=careteam["id"],
                patient_id=patient,
                practitioner_id=practitioner,
                team_id=team,
                start_ms=start,
                end_ms=end,
            )
        )
