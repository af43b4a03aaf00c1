"""What must not be shown in a report, so that nobody can work out that a number is one of 1 to 10.

Small numbers are hidden first. Then each of them needs a move: a set of hidden cells whose values can change against
each other so that this one reaches 11, every sum that is shown stays true and no hidden cell falls below what everybody
knows (a hidden number is not 0: zeros are shown). Cells that are missing for a move are hidden too, the least telling
first. A move stays good when more is hidden later, so that nothing has to be looked at twice. Sums and rates of hidden
cells are no better known than the cells. docs/adr/0052 says what this does not promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import inf, log10

from plan.outcomes.report.axes import (
    Move,
    Rank,
    Vector,
    exchanges,
    place_vectors,
    scope_vectors,
    stratum_vectors,
)
from plan.outcomes.report.cells import (
    COUNTED,
    DENOMINATOR,
    EVERYBODY,
    FEW,
    PLAN,
    Cell,
    Cube,
)

Hidden = frozenset[Cell]


@dataclass(frozen=True, slots=True)
class _Layer:
    """One set of values behind the same cells: what is published, or what is left of it for somebody who knows a part.

    `cube` is what is published: only its cells can be hidden. `floor`: what everybody knows of a hidden value. `needs`:
    by cell how far it must be able to rise.
    """

    cube: Cube
    values: Mapping[Cell, int]
    floor: int
    needs: Mapping[Cell, int]
    one_scope: bool = False


def hide(cube: Cube) -> Hidden:
    """The cells of this cube that may not be shown to anybody."""
    small = [cell for cell in cube.values if cube.is_small(cell)]
    needs = {cell: _rise(cube.values[cell]) for cell in small}
    unseen = [cell for cell in cube.values if cell.place == COUNTED]
    return _protect(_Layer(cube, cube.values, 1, needs), frozenset([*small, *unseen]))


def hide_from_teams(cube: Cube, hidden: Hidden) -> Hidden:
    """The cells of the whole plan that may not be shown to a team, `hidden` among them.

    A team knows its own people. What is left of the plan's figures without any one team must not be under 11 anywhere,
    nothing (0) included, and must not be worked out either.
    """
    shown = frozenset(cell for cell in hidden if cell.scope == PLAN)
    for team in cube.scopes:
        left, needs = _without(cube, team)
        shown = _protect(_Layer(cube, left, 0, needs, one_scope=True), shown | needs.keys())
    return shown


def _without(cube: Cube, team: str) -> tuple[dict[Cell, int], dict[Cell, int]]:
    """What is left of the plan's cells without one team, and how far each must be able to rise where that is small."""
    left: dict[Cell, int] = {}
    needs: dict[Cell, int] = {}
    others = [one for one in cube.scopes if one != team]
    for cell, value in cube.values.items():
        if cell.scope == PLAN:
            left[cell] = value - cube.values.get(cell._replace(scope=team), 0)
            people = sum(len(cube.people.get(cell._replace(scope=one), ())) for one in others)
            if cell.place != COUNTED and (left[cell] <= FEW or people <= FEW):
                needs[cell] = _rise(left[cell])
    return left, needs


def _rise(value: int) -> int:
    """To 11 at least; many units of few people by 11 more."""
    return FEW + 1 - value if value <= FEW else FEW + 1


def _protect(layer: _Layer, hidden: Hidden) -> Hidden:
    found = set(hidden)
    risen: dict[Cell, float] = {}
    order = sorted(layer.needs, key=lambda cell: (cell.stratum != EVERYBODY, layer.needs[cell], cell))
    for cell in order:
        if risen.get(cell, 0) < layer.needs[cell]:
            move = _find_move(layer, cell, layer.needs[cell], found)
            found.update(one for one, _ in move)
            _note(layer, move, risen)
    return frozenset(found)


def _note(layer: _Layer, move: Move, risen: dict[Cell, float]) -> None:
    """How far this move, and its reverse, can raise each of its cells."""
    for way in (1, -1):
        room = min(
            (layer.values.get(cell, 0) - layer.floor for cell, sign in move if sign == -way), default=inf
        )
        for cell, sign in move:
            if sign == way and room > risen.get(cell, 0):
                risen[cell] = room


def _find_move(layer: _Layer, cell: Cell, rise: int, hidden: set[Cell]) -> Move:
    """The cheapest move that lets this cell rise so far. There always is one: more units like one of those in it."""
    best: Move = ()
    least = inf
    cube, example = layer.cube, layer.cube.examples[cell]

    def rank_of(axis: int) -> Rank:
        return _rank(layer, cell, axis, rise, hidden)

    strata = stratum_vectors(cube, cell.stratum, rank_of(1), example)
    places = place_vectors(cube, cell.place, rank_of(2), example)
    scopes: list[Vector] = [((PLAN, 1),)]
    if not layer.one_scope:
        scopes = scope_vectors(cube, cell.scope, rank_of(0), example)
    for vectors in product(scopes, strata, places):
        move = _multiply(vectors)
        cost = _price(layer, move, rise, hidden, least)
        if cost < least:
            best, least = move, cost
        if not cost:
            return best
    for move in exchanges(cube, cell, example, rank_of, one_scope=layer.one_scope):
        cost = _price(layer, move, rise, hidden, least)
        if cost < least:
            best, least = move, cost
    return best


def _multiply(vectors: tuple[Vector, Vector, Vector]) -> Move:
    return tuple(
        (Cell._make((scope, stratum, place)), a * b * c)
        for (scope, a), (stratum, b), (place, c) in product(*vectors)
    )


def _price(layer: _Layer, move: Move, rise: int, hidden: set[Cell], least: float) -> float:
    """What this move would hide; more than anything where it cannot be made."""
    cost = 0.0
    for cell, sign in move:
        if cell not in layer.cube.values:
            return inf
        if sign < 0 and layer.values.get(cell, 0) + sign * rise < layer.floor:
            return inf
        if cell not in hidden:
            cost += _worth(layer.cube, cell)
            if cost >= least:
                return inf
    return cost


def _rank(layer: _Layer, cell: Cell, axis: int, rise: int, hidden: set[Cell]) -> Rank:
    def rank(element: object) -> float | None:
        partner = Cell._make((*cell[:axis], element, *cell[axis + 1 :]))
        if partner not in layer.cube.values or layer.values.get(partner, 0) - rise < layer.floor:
            return None
        return 0.0 if partner in hidden else _worth(layer.cube, partner)

    return rank


def _worth(cube: Cube, cell: Cell) -> float:
    """How much is lost when this cell is not shown: sums tell more than their parts, large numbers more than small."""
    worth = 1 + log10(cube.values[cell])
    worth *= 6 if cell.stratum == EVERYBODY else 1
    worth *= 10 if cell.scope == PLAN else 1
    return worth * (3 if cell.place[1] == DENOMINATOR else 1)
