"""Somebody who adds up: what a whole-number solver can say of the hidden cells of a report, from all that is shown.

Written without a look at how the report hides: it knows only which sums a reader can check, that counts are whole
numbers and not negative, and that a hidden one is not zero, because zeros are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from plan.outcomes.report.cells import Cell, Cube

HIGH = 10_000
Sum = tuple[Cell, list[Cell]]


def sums_of(cube: Cube) -> Iterator[Sum]:
    """Every total that stands in a report, with its parts."""
    places = [("", "all"), *((name, "denominator") for name in cube.places)]
    places += [one for held in cube.places.values() for one in held]
    strata = [("", ""), *(one for held in cube.strata.values() for one in held)]
    scopes = ["*", *cube.scopes]
    for stratum, place in product(strata, places):
        yield Cell("*", stratum, place), [Cell(one, stratum, place) for one in cube.scopes]
    for scope in scopes:
        for place, held in product(places, cube.strata.values()):
            yield Cell(scope, ("", ""), place), [Cell(scope, one, place) for one in held]
        for stratum, (name, standings) in product(strata, cube.places.items()):
            every = [Cell(scope, stratum, one) for one in standings]
            inside = [one for one in every if one.place[1] in ("met", "missed")]
            yield Cell(scope, stratum, ("", "all")), every
            yield Cell(scope, stratum, (name, "denominator")), inside


def find_betrayed(
    sums: Collection[Sum],
    values: Mapping[Cell, int],
    hidden: Collection[Cell],
    at_least: Mapping[Cell, int],
    floor: int = 1,
) -> list[str]:
    """What can be worked out, in words; empty when nothing can.

    A hidden cell must have two possible values; one in `at_least` must be able to be as large as that.
    """
    order = sorted(hidden)
    column = {cell: number for number, cell in enumerate(order)}
    rows: list[tuple[dict[int, int], int]] = []
    for total, parts in sums:
        row: dict[int, int] = {}
        known = 0
        for cell, sign in [(total, 1), *((part, -1) for part in parts)]:
            if cell in column:
                row[column[cell]] = row.get(column[cell], 0) + sign
            else:
                known -= sign * values.get(cell, 0)
        if row:
            rows.append((row, known))
        else:
            assert known == 0, "the sums do not hold of the true values"
    if not order:
        return []
    table = csr_array(
        (
            np.array([sign for row, _ in rows for sign in row.values()], dtype=float),
            (
                np.array([number for number, (row, _) in enumerate(rows) for _ in row]),
                np.array([one for row, _ in rows for one in row]),
            ),
        ),
        shape=(len(rows), len(order)),
    )
    right = np.array([known for _, known in rows], dtype=float)
    constraint, bounds = LinearConstraint(table, right, right), Bounds(floor, HIGH)
    lowest, highest = [HIGH] * len(order), [0] * len(order)

    def push(number: int, way: int) -> None:
        aim = np.zeros(len(order))
        aim[number] = -way
        found = milp(aim, constraints=constraint, bounds=bounds, integrality=np.ones(len(order)))
        assert found.success, found.message
        for one, value in enumerate(np.rint(found.x).astype(int)):
            lowest[one], highest[one] = min(lowest[one], int(value)), max(highest[one], int(value))

    betrayed = []
    for number, cell in enumerate(order):
        if cell.place == ("", "all"):
            continue  # shown nowhere, and no secret
        if highest[number] < at_least.get(cell, 0):
            push(number, 1)
            if highest[number] < at_least.get(cell, 0):
                betrayed.append(f"{cell} is at most {highest[number]}")
                continue
        for way in (1, -1):
            if lowest[number] == highest[number] or highest[number] == 0:
                push(number, way)
        if lowest[number] == highest[number]:
            betrayed.append(f"{cell} is {lowest[number]}")
    return betrayed
