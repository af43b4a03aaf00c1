"""How one coordinate can change without any shown sum noticing: the building stones of a move.

A vector along one axis says which elements go up and which down by one so that every relation along that axis still
holds: two parts of one sum against each other, or a part together with its sum (and then with a part of every other
sum of the same total). The product of one vector an axis is a move over whole cells; this is the hypercube method of
D. Repsilber, as used in official statistics (GHMITER in tau-ARGUS), for several groupings that share one total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import TypeVar

from plan.outcomes.report.cells import (
    COUNTED,
    DENOMINATOR,
    EVERYBODY,
    IN_DENOMINATOR,
    PLAN,
    Cell,
    Cube,
    Place,
    Profile,
    Stratum,
    cells_of,
)

Element = TypeVar("Element")
TRIED = 4
"""So many partners are tried along one axis, the cheapest first."""

Vector = tuple[tuple[object, int], ...]
Move = tuple[tuple[Cell, int], ...]
Rank = Callable[[object], float | None]
"""How dear it is to put this element against the one that must go up; None where it cannot be done."""


def scope_vectors(cube: Cube, scope: str, rank: Rank, example: Profile) -> list[Vector]:
    """Teams add up to the plan."""
    if scope == PLAN:
        return [((PLAN, 1), (example.scope, 1)), *(((PLAN, 1), (one, 1)) for one in _best(cube.scopes, rank))]
    swaps: list[Vector] = [((scope, 1), (one, -1)) for one in _best(cube.scopes, rank, but=scope)]
    return [*swaps, ((scope, 1), (PLAN, 1))]


def stratum_vectors(cube: Cube, stratum: Stratum, rank: Rank, example: Profile) -> list[Vector]:
    """The values of each grouping add up to everybody."""
    if stratum == EVERYBODY:
        return [((EVERYBODY, 1), *((one, 1) for one in example.strata))]
    swaps: list[Vector] = [
        ((stratum, 1), (one, -1)) for one in _best(cube.strata[stratum[0]], rank, but=stratum)
    ]
    others = ((one, 1) for one in example.strata if one[0] != stratum[0])
    return [*swaps, ((stratum, 1), (EVERYBODY, 1), *others)]


def place_vectors(cube: Cube, place: Place, rank: Rank, example: Profile) -> list[Vector]:
    """Met and missed are the denominator; all standings of each measure are everybody counted."""
    if place == COUNTED:
        return [_clone(example)]
    measure, standing = place
    if standing == DENOMINATOR:
        inside = [one for one in cube.places[measure] if one[1] in IN_DENOMINATOR]
        outside = [one for one in cube.places[measure] if one[1] not in IN_DENOMINATOR]
        swaps = [_swap(one, other) for one in inside for other in _best(outside, rank)]
        return [*swaps, _clone(example)]
    swaps = [_swap(place, one) for one in _best(cube.places[measure], rank, but=place)]
    return [*swaps, _clone(example)]


def exchanges(
    cube: Cube, cell: Cell, up: Profile, rank_of: Callable[[int], Rank], *, one_scope: bool
) -> Iterator[Move]:
    """More units like one of this cell and as many fewer like another one that differs in one, two or three ways."""
    teams = [up.scope, *([] if one_scope else _best(cube.scopes, rank_of(0), but=up.scope)[:2])]
    strata: list[tuple[Stratum, ...]] = [up.strata]
    if cell.stratum != EVERYBODY:
        name = cell.stratum[0]
        for other in _best(cube.strata[name], rank_of(1), but=cell.stratum):
            strata.append(tuple(other if one[0] == name else one for one in up.strata))
    standings: list[tuple[Place, ...]] = [up.standings]
    if cell.place != COUNTED:
        name = cell.place[0]
        for one in cube.places[name]:
            if one not in up.standings:
                standings.append(tuple(one if held[0] == name else held for held in up.standings))
    for scope, values, places in product(teams, strata, standings):
        down = Profile(scope, values, places)
        change = Counter(cells_of(up))
        change.subtract(cells_of(down))
        if change[cell] == 1:
            yield tuple(
                (one, sign) for one, sign in change.items() if sign and not (one_scope and one.scope != PLAN)
            )


def _swap(up: Place, down: Place) -> Vector:
    change = (up[1] in IN_DENOMINATOR) - (down[1] in IN_DENOMINATOR)
    found: list[tuple[object, int]] = [(up, 1), (down, -1)]
    if change:
        found.append(((up[0], DENOMINATOR), change))
    return tuple(found)


def _clone(example: Profile) -> Vector:
    """One more unit that stands where this one does, in every measure of the cube."""
    found: list[tuple[object, int]] = [(COUNTED, 1)]
    for measure, standing in example.standings:
        found.append(((measure, standing), 1))
        if standing in IN_DENOMINATOR:
            found.append(((measure, DENOMINATOR), 1))
    return tuple(found)


def _best(elements: Sequence[Element], rank: Rank, but: object = None) -> list[Element]:
    ranked = [(cost, one) for one in elements if one != but and (cost := rank(one)) is not None]
    ranked.sort(key=lambda pair: (pair[0], str(pair[1])))
    return [one for _, one in ranked[:TRIED]]
