"""How many are on the roster, for whoever runs the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from plan.outcomes.tables import member, roster, visit


@dataclass(frozen=True)
class Counts:
    """`unseen`: nobody has been there; `unknown`: no CareTeam names a team for them."""

    people: int
    unseen: int
    unknown: int
    lines: Sequence[tuple[str, int]]


def count_roster(connection: Connection, now_ms: int) -> Counts:
    """As of now, out of the facts."""
    now = (
        select(roster.c.patient_id).where(roster.c.since_ms <= now_ms, roster.c.until_ms > now_ms).distinct()
    )
    seen = select(visit.c.patient_id).where(visit.c.seen == 1)
    rows = connection.execute(
        select(member.c.line, member.c.team_id, member.c.patient_id.in_(seen).label("seen")).where(
            member.c.patient_id.in_(now)
        )
    ).all()
    lines = Counter(row.line for row in rows)
    return Counts(
        len(rows),
        sum(not row.seen for row in rows),
        sum(row.team_id is None for row in rows),
        sorted(lines.items(), key=lambda one: (-one[1], one[0])),
    )
