"""What the report groups people by: their team, and one value of each grouping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from plan.outcomes import tables as facts
from plan.outcomes.report.cells import FEW, Stratum

GROUPINGS = ("language", "race", "setting", "line", "organisation", "rurality")
NO_TEAM = "none"
OTHER = "other"
"""Values of fewer than 11 people each, taken together."""
SEVERAL = "more-than-one"
HISPANIC = "2135-2"
"""OMB: Hispanic or Latino. Said first: whoever is counted here is of any race."""
_STAYS = frozenset({"unknown", "declined", SEVERAL, OTHER})


@dataclass(slots=True)
class Somebody:
    """One person's team and groupings; `enrolments`: (from, until, line, organisation)."""

    team: str
    strata: dict[str, str]
    enrolments: list[tuple[int, int, str, str]] = field(default_factory=list)

    def strata_at(self, at_ms: int) -> tuple[Stratum, ...]:
        """One value a grouping; what she was insured by is what it was then."""
        held = [one for one in self.enrolments if one[0] <= at_ms < one[1]]
        found = dict(self.strata)
        if held:
            found["line"] = _one({one[2] for one in held})
            found["organisation"] = _one({one[3] for one in held})
        return tuple((name, found[name]) for name in GROUPINGS)


def read_people(connection: Connection) -> Mapping[str, Somebody]:
    """Everybody in the facts, by Patient id."""
    m = facts.member.c
    columns = (
        m.patient_id,
        m.team_id,
        m.language,
        m.race,
        m.ethnicity,
        m.setting,
        m.line,
        m.organisation,
        m.rurality,
    )
    found = {}
    for row in connection.execute(select(*columns)):
        race = "hispanic" if row.ethnicity == HISPANIC else row.race
        strata = {
            "language": row.language,
            "race": race,
            "setting": row.setting,
            "line": row.line,
            "organisation": row.organisation,
            "rurality": row.rurality,
        }
        found[row.patient_id] = Somebody(row.team_id or NO_TEAM, strata)
    e = facts.enrolment.c
    for whose, *spell in connection.execute(
        select(e.patient_id, e.from_ms, e.until_ms, e.line, e.organisation)
    ):
        if whose in found:
            found[whose].enrolments.append((spell[0], spell[1], spell[2], spell[3]))
    return found


def find_rare(people: Mapping[str, Somebody]) -> frozenset[Stratum]:
    """Values that fewer than 11 people have: they are shown together."""
    counts = Counter((name, value) for one in people.values() for name, value in one.strata.items())
    return frozenset(one for one, many in counts.items() if many <= FEW and one[1] not in _STAYS)


def fold(strata: Sequence[Stratum], rare: frozenset[Stratum]) -> tuple[Stratum, ...]:
    """The same with rare values as "other"."""
    return tuple((name, OTHER) if (name, value) in rare else (name, value) for name, value in strata)


def _one(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else SEVERAL
