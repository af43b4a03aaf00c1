from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.outcomes.report import hiding
from plan.outcomes.report.cells import (
    COUNTED,
    PLAN,
    Cell,
    Counted,
    Cube,
    Profile,
    make_cube,
)
from tests.plan_report.solver_attack import find_betrayed, sums_of

LANGUAGES, LINES = ("en", "es", "vi"), ("d-snp", "medicaid")
STANDINGS = ("met", "missed", "preference", "died")


def units_of(seed: int, people: int, teams: int, quarters: int, measures: int) -> list[Counted]:
    """A population with a large first value of everything and small rests, as real ones are."""
    chance = random.Random(seed)

    def pick(values: Sequence[str]) -> str:
        return values[min(int(chance.expovariate(1.4)), len(values) - 1)]

    found = []
    for number in range(people):
        standings = tuple((f"m{one}", pick(STANDINGS)) for one in range(measures))
        strata = (("language", pick(LANGUAGES)), ("line", pick(LINES)))
        strata += (("quarter", pick([f"q{one}" for one in range(quarters)])),)
        profile = Profile(pick([f"t{one}" for one in range(teams)]), strata, standings)
        found.append(
            Counted(profile, f"p{number if chance.random() < 0.9 else 0}", chance.choice((1, 1, 1, 4)))
        )
    return found


shapes = st.tuples(
    st.integers(0, 2**16),
    st.sampled_from((12, 40, 160)),
    st.integers(1, 3),
    st.integers(1, 2),
    st.integers(1, 2),
)


def attack(cube: Cube, hidden: frozenset[Cell]) -> list[str]:
    small = {cell: 11 for cell, value in cube.values.items() if 1 <= value <= 10 and cell.place != COUNTED}
    assert small.keys() <= hidden
    return find_betrayed(list(sums_of(cube)), cube.values, hidden, small)


@settings(max_examples=6, deadline=None)
@given(shapes)
def test_nobody_can_work_out_that_a_number_is_small(
    shape: tuple[int, int, int, int, int],
) -> None:
    cube = make_cube(units_of(*shape))

    assert attack(cube, hiding.hide(cube)) == []


@settings(max_examples=3, deadline=None)
@given(shapes)
def test_a_team_cannot_work_out_what_is_left_of_the_plan_without_it(
    shape: tuple[int, int, int, int, int],
) -> None:
    units = units_of(*shape)
    cube = make_cube(units)
    hidden = hiding.hide_from_teams(cube, hiding.hide(cube))
    of_plan = {cell: value for cell, value in cube.values.items() if cell.scope == PLAN}
    relations = [
        (total, parts)
        for total, parts in sums_of(cube)
        if {total.scope, *(one.scope for one in parts)} == {PLAN}
    ]

    for team in cube.scopes:
        rest = make_cube(one for one in units if one.profile.scope != team)
        left = {cell: rest.values.get(cell, 0) for cell in of_plan}
        under = {cell: 11 for cell, value in left.items() if value < 11 and cell.place != COUNTED}
        assert under.keys() <= hidden
        assert find_betrayed(relations, left, hidden, under, floor=0) == []


POPULATION = units_of(7, 60, 2, 2, 1)


def only_the_small_ones(cube: Cube) -> frozenset[Cell]:
    return frozenset(cell for cell in cube.values if cube.is_small(cell) or cell.place == COUNTED)


def one_more_a_row(cube: Cube) -> frozenset[Cell]:
    """What is often done by hand: where one value of a grouping is hidden, the next smallest is hidden too."""
    hidden = set(only_the_small_ones(cube))
    for total, parts in sums_of(cube):
        here = [one for one in parts if one in cube.values]
        if (
            total not in hidden
            and total.place != COUNTED
            and len([one for one in here if one in hidden]) == 1
        ):
            left = [one for one in here if one not in hidden]
            hidden.update(sorted(left, key=lambda one: cube.values[one])[:1])
    return frozenset(hidden)


@pytest.mark.parametrize("bad", [only_the_small_ones, one_more_a_row])
def test_the_solver_finds_what_a_weaker_hiding_betrays(bad: Callable[[Cube], frozenset[Cell]]) -> None:
    cube = make_cube(POPULATION)

    assert attack(cube, bad(cube))
    assert not attack(cube, hiding.hide(cube))


def test_many_units_of_few_people_are_as_hidden_as_few() -> None:
    """Thirty hospital days of two people say how they are."""
    standing = (("days", "met"),)
    few = [Counted(Profile("t", (("language", "es"),), standing), f"p{n % 2}") for n in range(30)]
    many = [Counted(Profile("t", (("language", "en"),), standing), f"q{n}") for n in range(50)]
    cube = make_cube([*few, *many])
    hidden = hiding.hide(cube)

    for stratum in (("language", "es"), ("language", "en")):
        assert Cell("t", stratum, ("days", "met")) in hidden
    assert Cell("t", ("", ""), ("days", "met")) not in hidden


def test_measures_of_the_same_people_are_hidden_together() -> None:
    """One alone shows 25 met and 12 missed; the other says that there are 40: three died."""
    units = [
        Counted(
            Profile(
                "t",
                (("language", "en"),),
                (
                    ("a", "met" if n < 20 else "missed"),
                    ("b", "met" if n < 25 else "missed" if n < 37 else "died"),
                ),
            ),
            f"p{n}",
        )
        for n in range(40)
    ]
    cube = make_cube(units)
    alone = {cell for cell in cube.values if cell.place in (COUNTED, ("b", "died"))}

    assert any("'died'" in one and one.endswith("3") for one in attack(cube, frozenset(alone)))
    assert attack(cube, hiding.hide(cube)) == []
