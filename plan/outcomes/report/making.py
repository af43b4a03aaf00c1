"""The whole report made anew from the facts: counted, hidden, and kept with nothing in it that may not be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product
from statistics import median

from sqlalchemy import Connection, Engine, delete, func, insert, select

from plan.database import read_transaction, write_transaction
from plan.outcomes.measures.listing import MEASURES, run
from plan.outcomes.measures.model import Measure, Standing, Unit, UnitRow
from plan.outcomes.periods import Period, list_periods
from plan.outcomes.refresh import find_freshness
from plan.outcomes.report.cells import (
    DENOMINATOR,
    EVERYBODY,
    FEW,
    PLAN,
    Cell,
    Counted,
    Cube,
    Profile,
    Stratum,
    make_cube,
)
from plan.outcomes.report.fhir_measure import put_measures
from plan.outcomes.report.figures import Figures, Row
from plan.outcomes.report.hiding import Hidden, hide, hide_from_teams
from plan.outcomes.report.people import Somebody, find_rare, fold, read_people
from plan.outcomes.report.tables import FOR_TEAMS, report
from plan.outcomes.zone import find_zone

QUARTERS = 4
"""So many make the report: the running one and those before it."""
QUARTER = "quarter"
DAY_MS = 86_400_000
FOR_TEAMS_STAND_MS = 28 * DAY_MS
"""How long the plan's figures as shown to a team stay: the difference of two days' figures, less what happened in one's
own team on that day, would be somebody of another team."""


Key = tuple[str, str]
"""A person and a unit of hers."""


@dataclass(slots=True)
class _Group:
    """Measures that count the very same units of one period, and where each unit stands in each of them.

    `quarters`: which quarter a unit falls into, where quarters add up to the period; else empty.
    """

    period: Period
    measures: list[str]
    units: dict[Key, list[UnitRow]]
    quarters: Mapping[Key, str] = field(default_factory=dict)


def make_report(engine: Engine, now_ms: int) -> int:
    """Work the report out and put it in the old one's place. Returns how many measures it has.

    It reads from one look at the database; nothing is locked meanwhile.
    """
    with read_transaction(engine) as connection:
        made = list(work_out(connection, now_ms))
    with write_transaction(engine) as connection:
        put_measures(connection)
        newer = connection.execute(select(func.max(report.c.made_ms))).scalar() or 0
        if newer <= now_ms:
            of_teams = report.c.scope == FOR_TEAMS
            shown = connection.execute(select(func.max(report.c.made_ms)).where(of_teams)).scalar()
            stays = shown is not None and now_ms - shown < FOR_TEAMS_STAND_MS
            connection.execute(delete(report).where(~of_teams) if stays else delete(report))
            connection.execute(
                insert(report),
                [
                    {
                        "scope": one.scope,
                        "measure": one.measure,
                        "made_ms": one.made_ms,
                        "as_of_ms": one.as_of_ms,
                        "body": one.text(),
                    }
                    for one in made
                    if not (stays and one.scope == FOR_TEAMS)
                ],
            )
    return len(MEASURES)


def find_window(connection: Connection, as_of_ms: int) -> tuple[Period, list[Period]]:
    """The four quarters that the report is about, as one period and each for itself."""
    quarters = list_periods("quarter", as_of_ms - 290 * DAY_MS, as_of_ms + 1, find_zone(connection))[
        -QUARTERS:
    ]
    first, last = quarters[0], quarters[-1]
    whole = replace(last, kind="year", label=f"{first.label}..{last.label}", start_ms=first.start_ms)
    return whole, quarters


def work_out(connection: Connection, now_ms: int) -> Sequence[Figures]:
    """Every measure in every scope, hidden as it must be."""
    as_of_ms = find_freshness(connection).as_of(now_ms)
    window, quarters = find_window(connection, as_of_ms)
    people = read_people(connection)
    groups: list[_Group] = []
    for measure in MEASURES:
        found = [_group(measure, one, run(connection, measure.id, one, as_of_ms)) for one in quarters]
        if measure.unit is Unit.MEMBER:
            groups.append(_group(measure, window, run(connection, measure.id, window, as_of_ms)))
            groups += found
        else:
            groups.append(_add_up(window, found))
    groups = _join(groups)
    rare = find_rare(people)
    days = {one.label: (_first_day(one), one.last_day.isoformat()) for one in (window, *quarters)}
    teams = sorted({one.team for one in people.values()})
    labels = [one.label for one in quarters]
    lines: dict[tuple[str, str], list[Row]] = {}
    for group in groups:
        for where, rows in _lines_of(group, _Frame(people, rare, teams, window, labels)).items():
            lines.setdefault(where, []).extend(rows)
    return [
        Figures(
            measure, scope, now_ms, as_of_ms, days, sorted(rows, key=lambda one: one.period != window.label)
        )
        for (measure, scope), rows in sorted(lines.items())
    ]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all groups have in common."""

    people: Mapping[str, Somebody]
    rare: frozenset[Stratum]
    teams: Sequence[str]
    window: Period
    quarters: Sequence[str]


def _group(measure: Measure, period: Period, rows: Sequence[UnitRow]) -> _Group:
    return _Group(period, [measure.id], {(row.member_id, row.unit): [row] for row in rows})


def _add_up(window: Period, parts: Sequence[_Group]) -> _Group:
    """A unit that two quarters count stays in the first."""
    units: dict[Key, list[UnitRow]] = {}
    quarters: dict[Key, str] = {}
    for one in parts:
        for key, rows in one.units.items():
            if key not in units:
                units[key], quarters[key] = rows, one.period.label
    return _Group(window, parts[0].measures, units, quarters)


def _join(groups: Sequence[_Group]) -> list[_Group]:
    """Measures of one period that count the same units are hidden together: each would tell of the other."""
    found: list[_Group] = []
    held: dict[tuple[str, frozenset[Key]], _Group] = {}
    for one in groups:
        mine = (one.period.label, frozenset(one.units))
        other = held.get(mine) if one.units else None
        if other is None:
            found.append(one)
            held[mine] = one
        else:
            other.measures += one.measures
            for key, rows in other.units.items():
                rows += one.units[key]
    return found


def _lines_of(group: _Group, frame: _Frame) -> Mapping[tuple[str, str], list[Row]]:
    """The lines of each measure in each scope. Quarters on their own are not broken down any further."""
    units: list[Counted] = []
    values: dict[Cell, list[float]] = {}
    for (member_id, unit), rows in group.units.items():
        who = frame.people.get(member_id)
        if who is None:
            continue
        strata: tuple[Stratum, ...] = ()
        if group.period is frame.window:
            strata = fold(who.strata_at(rows[0].at_ms), frame.rare)
        if group.quarters:
            strata = (*strata, (QUARTER, group.quarters[member_id, unit]))
        standings = tuple((name, row.standing.value) for name, row in zip(group.measures, rows, strict=True))
        units.append(Counted(Profile(who.team, strata, standings), member_id))
        for row, place in zip(rows, standings, strict=True):
            if row.value is not None and row.standing is Standing.MET:
                for scope, stratum in product((PLAN, who.team), (EVERYBODY, *strata)):
                    values.setdefault(Cell(scope, stratum, place), []).append(row.value)
    cube = make_cube(units)
    hidden = hide(cube)
    for_teams = hide_from_teams(cube, hidden)
    quarters = frame.quarters if group.quarters else ()
    found = {}
    for name in group.measures:
        for scope in (*frame.teams, PLAN, FOR_TEAMS):
            at, unseen = (PLAN, for_teams) if scope == FOR_TEAMS else (scope, hidden)
            lines = _Lines(cube, unseen, values, name, at)
            found[name, scope] = lines.make(group.period.label, quarters)
    return found


@dataclass(frozen=True, slots=True)
class _Lines:
    """One measure of a cube in one scope."""

    cube: Cube
    hidden: Hidden
    values: Mapping[Cell, list[float]]
    measure: str
    scope: str

    def make(self, period: str, quarters: Sequence[str]) -> list[Row]:
        """Everybody first; the quarters that add up to it; then one line a value of each grouping."""
        found = [self._line(period, EVERYBODY, EVERYBODY)]
        found += [self._line(label, (QUARTER, label), EVERYBODY) for label in quarters]
        held = [one for name, some in self.cube.strata.items() for one in some if name != QUARTER]
        return found + [line for one in held if (line := self._line(period, one, one)).counts]

    def _line(self, period: str, stratum: Stratum, shown: Stratum) -> Row:
        places = [(self.measure, DENOMINATOR), *((self.measure, one.value) for one in Standing)]
        counts: dict[str, int | None] = {}
        for place in places:
            cell = Cell(self.scope, stratum, place)
            if cell in self.hidden:
                counts[place[1]] = None
            elif value := self.cube.values.get(cell):
                counts[place[1]] = value
        met = Cell(self.scope, stratum, (self.measure, Standing.MET.value))
        some = self.values.get(met)
        tells = some and met not in self.hidden and len(self.cube.people[met]) > FEW
        return Row(period, shown, counts, round(median(some), 1) if some and tells else None)


def _first_day(period: Period) -> str:
    return datetime.fromtimestamp(period.start_ms / 1000, period.zone).date().isoformat()
