"""Every measure against a table worked out by hand: who counts as what, at the edges of each window and period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from sqlalchemy import Connection, Engine

from plan.outcomes.measures.listing import MEASURES, get_measure, run
from plan.outcomes.measures.model import Standing
from tests.support.hand_tables import HandTable, counted, list_measures, make_empty, read_table


@cache
def table_of(measure: str) -> HandTable:
    return read_table(measure)


@pytest.fixture(scope="module")
def empty() -> Iterator[Engine]:
    engine = make_empty()
    yield engine
    engine.dispose()


@pytest.fixture
def people(empty: Engine, request: pytest.FixtureRequest) -> Iterator[tuple[HandTable, Connection]]:
    """A table and its people, in the database for this test alone."""
    table = table_of(request.param)
    with empty.connect() as connection:
        table.write(connection)
        yield table, connection
        connection.rollback()


def test_each_measure_has_a_table_of_six_people_or_more() -> None:
    assert list_measures() == sorted(one.id for one in MEASURES)
    for name in list_measures():
        assert len(table_of(name).lines) >= 6, name


@pytest.mark.parametrize("people", list_measures(), indirect=True)
def test_everybody_counts_as_worked_out_by_hand(people: tuple[HandTable, Connection]) -> None:
    table, connection = people
    rows = run(connection, table.measure, table.period, table.as_of_ms)
    assert counted(rows) == table.expected()
    values = {row.member_id: row.value for row in rows if row.member_id in table.values()}
    assert values == pytest.approx(table.values(), abs=0.01)
    measure = get_measure(table.measure)
    assert {row.reason for row in rows} <= set(measure.reasons), "a reason without words"
    assert all(row.at_ms in table.period for row in rows)
    units = Counter((row.member_id, row.unit) for row in rows)
    assert max(units.values()) == 1, "one unit in two places"


def test_the_tables_show_every_reason_and_standing_there_is() -> None:
    shown = {word for name in list_measures() for line in table_of(name).expected().values() for word in line}
    assert {word.partition(":")[0] for word in shown} == {one.value for one in Standing}
    reasons = {word.partition(": ")[2] for word in shown}
    assert {reason for one in MEASURES for reason in one.reasons} == reasons
