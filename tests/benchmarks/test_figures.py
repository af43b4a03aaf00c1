"""What a figure says: the median, its spread, the ratio pair by pair, and whether the budget is met."""

from __future__ import annotations

from benchmarks.figures import Figure, spread, table

FIGURE = Figure("tap", "a tap", 100, (50.0, 60.0, 900.0), (25.0, 20.0, 300.0), "a bare tap")


def test_the_ratio_is_that_of_pairs_so_that_a_busy_moment_counts_for_both() -> None:
    assert FIGURE.ratio == 3.0
    assert FIGURE.median == 60.0


def test_a_budget_is_a_bound_of_the_median() -> None:
    assert FIGURE.met
    assert not Figure("tap", "a tap", 59, FIGURE.values, FIGURE.floors, "").met


def test_the_spread_of_one_value_is_that_value() -> None:
    assert spread([7.0]) == (7.0, 7.0)
    low, high = spread(FIGURE.values)
    assert 50 <= low < 60 < high <= 900


def test_the_table_and_the_json_say_the_same() -> None:
    assert "| a tap | 60 ms |" in table([FIGURE])
    assert "| 100 ms | met |" in table([FIGURE])
    said = FIGURE.as_json()
    assert (said["median"], said["ratio"], said["met"]) == (60.0, 3.0, True)
