"""The cells of a report: how many units, of how many people, stand where, with every margin.

A cell has three coordinates: whose figures they are (a team, or the whole plan), which part of the units (all, or one
value of one grouping) and which place (a standing of one measure, its denominator, or everybody counted). Groupings
are shown one at a time and never crossed; the quarters of a year are one of them where each unit falls into just one
quarter. Measures that count the very same units stand in one cube: what is hidden in one must not be read off another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

PLAN = "*"
"""The scope of everybody."""
FEW = 10
"""Counts of 1 to 10 are not shown."""

Stratum = tuple[str, str]
Place = tuple[str, str]
EVERYBODY: Stratum = ("", "")
COUNTED: Place = ("", "all")
"""Every unit of the cube, whatever its standing. Never shown; kept because measures of one cube have it in common."""
DENOMINATOR = "denominator"
IN_DENOMINATOR = ("met", "missed")


class Cell(NamedTuple):
    """Where a number stands."""

    scope: str
    stratum: Stratum
    place: Place


class Profile(NamedTuple):
    """What the report knows of one unit. `strata`: one value a grouping; `standings`: one a measure of the cube."""

    scope: str
    strata: tuple[Stratum, ...]
    standings: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """`weight` units of one person with this profile."""

    profile: Profile
    member_id: str
    weight: int = 1


@dataclass(slots=True)
class Cube:
    """All cells that are not zero. `people` holds at most FEW + 1 ids a cell: nobody asks for more."""

    values: dict[Cell, int] = field(default_factory=dict)
    people: dict[Cell, set[str]] = field(default_factory=dict)
    examples: dict[Cell, Profile] = field(default_factory=dict)
    """Some unit that is counted there."""
    scopes: tuple[str, ...] = ()
    strata: Mapping[str, tuple[Stratum, ...]] = field(default_factory=dict)
    """By grouping."""
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    """By measure: its standings."""

    def is_small(self, cell: Cell) -> bool:
        """May this number not be shown? True for 1 to 10 units, and for any number of units of 1 to 10 people."""
        value = self.values.get(cell, 0) if cell.place != COUNTED else 0
        return value > 0 and (value <= FEW or len(self.people[cell]) <= FEW)


def make_cube(units: Iterable[Counted]) -> Cube:
    """Count units into cells, with every margin."""
    together: dict[Profile, int] = {}
    members: dict[Profile, set[str]] = {}
    for one in units:
        together[one.profile] = together.get(one.profile, 0) + one.weight
        who = members.setdefault(one.profile, set())
        if len(who) <= FEW:
            who.add(one.member_id)
    cube = Cube()
    for profile, weight in sorted(together.items()):
        if weight <= 0:
            continue
        for cell in cells_of(profile):
            cube.values[cell] = cube.values.get(cell, 0) + weight
            cube.examples.setdefault(cell, profile)
            who = cube.people.setdefault(cell, set())
            if len(who) <= FEW:
                who.update(members[profile])
    cube.scopes = tuple(sorted({profile.scope for profile in together}))
    cube.strata = _grouped({one for profile in together for one in profile.strata})
    cube.places = _grouped({one for profile in together for one in profile.standings})
    return cube


def cells_of(profile: Profile) -> Iterable[Cell]:
    """Every cell in which a unit of this profile is counted."""
    places = [COUNTED, *profile.standings]
    places += [
        (measure, DENOMINATOR) for measure, standing in profile.standings if standing in IN_DENOMINATOR
    ]
    strata = (EVERYBODY, *profile.strata)
    return (Cell(*one) for one in product((profile.scope, PLAN), strata, places))


def _grouped(found: set[tuple[str, str]]) -> Mapping[str, tuple[tuple[str, str], ...]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in sorted(found):
        groups.setdefault(one[0], []).append(one)
    return {name: tuple(held) for name, held in groups.items()}
