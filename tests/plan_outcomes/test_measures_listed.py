"""The list of measures, their page, the moment that each unit counts at, and months that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import Engine

from plan.outcomes.measures import page
from plan.outcomes.measures.listing import MEASURES, find_measure, get_measure, run
from plan.outcomes.measures.model import Measure, Unit
from plan.outcomes.periods import make_month, make_quarter
from tests.support.hand_tables import make_empty, read_table
from tests.support.hand_times import ZONE, ms

SEVENTEEN = (
    "NQF1634",
    "NQF1637",
    "NQF1639",
    "NQF1638",
    "NQF1617",
    "NQF1641",
    "NQF1647",
    "MIPS47",
    "MIPS495",
    "CBE3666",
    "MIPS342",
    "SEED48H",
    "UNSTABLE3",
    "GOC_FULL",
    "CONCORD_HOSP",
    "LANG",
    "REF_CLOSED",
)
"""In the order of the clinical document."""
MADE = ms("2027-06-01 00:00")
MOMENTS = {
    ("NQF1634", "nobody has been there"): "11-01 00:00",
    ("NQF1634", "came back to the roster"): "11-30 23:00",
    ("NQF1634", "left, and came back later"): "11-02 10:00",
    ("MIPS47", "65 on the day of the visit"): "11-10 10:00",
    ("GOC_FULL", "in two talks"): "11-03 10:00",
    ("SEED48H", "a minute late"): "11-10 14:00",
    ("REF_CLOSED", "care began"): "11-02 10:00",
    ("CONCORD_HOSP", "left at midnight"): "11-10 14:00",
    ("CONCORD_HOSP", "in from midnight"): "11-10 00:00",
    ("PHASE_LENGTH", "over the clock change"): "11-02 10:00",
}


@pytest.fixture(scope="module")
def empty() -> Iterator[Engine]:
    engine = make_empty()
    yield engine
    engine.dispose()


def test_the_seventeen_stand_in_their_order_and_two_that_give_a_time() -> None:
    assert [one.id for one in MEASURES[:17]] == list(SEVENTEEN)
    assert [one.id for one in MEASURES[17:]] == ["TIME_TO_COMFORT", "PHASE_LENGTH"]
    assert find_measure("NQF1634") is get_measure("NQF1634")
    assert find_measure("NQF9999") is None
    with pytest.raises(LookupError):
        get_measure("NQF9999")


@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one.id)
def test_each_says_whom_it_counts_where_from_and_what_is_not_verified(measure: Measure) -> None:
    may_be_empty = {"feed", "value_unit"}
    said = {one.name: getattr(measure, one.name) for one in fields(measure)}
    texts = {
        name: value for name, value in said.items() if isinstance(value, str) and name not in may_be_empty
    }
    assert all(value.strip() == value and value for name, value in texts.items() if name != "sql")
    assert measure.exclusions.endswith(".")
    assert measure.unverified.endswith(".")
    without = measure.data_source.startswith("None")
    assert bool(measure.feed) is without, "what has no data says how a plan can feed it"


def test_the_page_is_written_from_the_definitions() -> None:
    written = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
    assert written == page.render()


def test_a_unit_counts_at_the_moment_that_a_clinician_would_name(empty: Engine) -> None:
    found = {}
    for name in {measure for measure, _ in MOMENTS}:
        table = read_table(name)
        with empty.connect() as connection:
            table.write(connection)
            for row in run(connection, name, table.period, table.as_of_ms):
                found.setdefault((name, row.member_id), row.at_ms)
            connection.rollback()
    assert {key: found[key] for key in MOMENTS} == {key: ms(said) for key, said in MOMENTS.items()}


@pytest.mark.parametrize(
    "name", [one.id for one in MEASURES if one.unit is not Unit.MEMBER or one.id == "NQF1617"]
)
def test_what_happened_counts_in_one_month_and_months_add_up_to_their_quarter(
    name: str, empty: Engine
) -> None:
    with empty.connect() as connection:
        read_table(name).write(connection)
        months = [run(connection, name, make_month(2026, month, ZONE), MADE) for month in (10, 11, 12)]
        quarter = run(connection, name, make_quarter(2026, 4, ZONE), MADE)
        connection.rollback()
    assert quarter
    assert Counter(row for rows in months for row in rows) == Counter(quarter)
