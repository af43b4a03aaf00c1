"""Each rule of each measure, broken once: the table worked out by hand must tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
from sqlalchemy import Connection, Engine

from plan.outcomes.measures.listing import MEASURES, get_measure, run_measure
from plan.outcomes.measures.model import Measure
from tests.support.hand_tables import HandTable, counted, make_empty, read_table

RULES = {
    "NQF1634": (
        ("r.since_ms < :end_ms", "r.since_ms <= :end_ms"),
        ("r.until_ms > :start_ms", "r.until_ms >= :start_ms"),
        ("v.began_ms < :end_ms\n      AND NOT", "v.began_ms <= :end_ms\n      AND NOT"),
        ("v.began_ms >= :start_ms", "v.began_ms > :start_ms"),
        ("b.seen = 1", "b.seen = 0"),
        ("q.scope = 'person'", "q.scope IS NOT NULL"),
        ("q.at_ms + :quiet_ms", "q.at_ms + :quiet_ms - 1"),
        ("q.at_ms + :quiet_ms", "q.at_ms + :quiet_ms + 1"),
        ("absent = 'declined' THEN 'preference'", "absent = 'declined' THEN 'missed'"),
    ),
    "NQF1637": (("a.symptom = :symptom", "1 = 1"), ("OR a.visit_id = p.visit_id", "")),
    "NQF1638": (("'pending'\n                ELSE 'missed'", "'missed'\n                ELSE 'missed'"),),
    "NQF1617": (
        ("b.until_ms > o.from_ms - :new_after_ms", "b.until_ms > o.from_ms"),
        ("r.taken = 1", "1 = 1"),
    ),
    "NQF1641": (("d.until_ms > f.began_ms)\n", "d.until_ms > 0)\n"), ("c.preferences = 'said'", "1 = 1")),
    "NQF1647": (("s.code IS NOT NULL", "1 = 1"), ("c.spiritual = 'said'", "1 = 1")),
    "MIPS47": (
        ("age >= :age", "age > :age"),
        ("v.seen = 1 AND", ""),
        ("d.until_ms > :start_ms", "1 = 1"),
        ("MIN(v.local_date)", "MAX(v.local_date)"),
        ("h.until_ms > :start_ms", "1 = 1"),
    ),
    "MIPS495": ((">= 18", ">= 17"), ("OR own = 0", ""), ("s.instrument = :survey", "1 = 1")),
    "CBE3666": (("s.instrument = :survey", "1 = 1"),),
    "MIPS342": (
        (">= 18", ">= 17"),
        ("AND a.answered_by IN ('patient', 'caregiver-assisted')", ""),
        ("l.instrument = 'comfort-level' AND", "1 = 0 AND"),
    ),
    "SEED48H": (
        ("visit_ms <= due_ms", "visit_ms < due_ms"),
        ("v.at_home = 1", "v.seen = 1"),
        ("v.began_ms >= t.left_ms", "v.began_ms >= 0"),
        ("died_ms <= due_ms", "1 = 0"),
        ("WHEN 'readmitted' THEN 'excluded'", "WHEN 'readmitted' THEN 'missed'"),
        ("s.place <> 'assisted-living'", "1 = 1"),
        ("s.place <> 'assisted-living'", "s.place = 'hospital'"),
        ("t.left_ms < :end_ms", "t.left_ms <= :end_ms"),
        ("r.since_ms <= t.left_ms AND r.until_ms > t.left_ms", "1 = 1"),
    ),
    "UNSTABLE3": (("ended_by = 'death' AND until_ms", "ended_by = 'phase' AND until_ms"),),
    "GOC_FULL": (
        ("= 10 THEN", ">= 8 THEN"),
        ("c.at_ms < :end_ms", "1 = 1"),
        ("WHEN 'not-wanted' THEN 1", ""),
    ),
    "CONCORD_HOSP": (
        ("b.from_ms < h.from_ms", "b.from_ms > h.from_ms"),
        ("y.from_ms <= :as_of_ms", "1 = 1"),
        ("WHEN 'no' THEN 'missed'", "WHEN 'no' THEN 'no-data'"),
    ),
    "LANG": (
        ("d.at_ms + :quiet_ms", "d.at_ms + :quiet_ms + 1"),
        ("p.language <> 'en' AND", "p.language = 'es' AND"),
        ("v.seen = 1 AND", ""),
    ),
    "REF_CLOSED": (("r.state IN ('lost', 'declined')", "1 = 0"), ("AND r.target IN", "AND 'x' NOT IN")),
    "TIME_TO_COMFORT": (("(was_severe IS NULL OR was_severe = 0)", "1 = 1"), ("'esas-wb', ", "")),
    "PHASE_LENGTH": (
        ("f.phase <> 'bereavement' AND", ""),
        ("f.until_ms >= :start_ms", "f.until_ms > :start_ms"),
    ),
}
"""What would be easy to get wrong: (as it stands, as it would be wrong)."""
SAME_ELSEWHERE = {
    ("NQF1639", "observed_items"),
    ("NQF1638", "observed_items"),
    ("NQF1638", "day_ms"),
    ("NQF1647", "day_ms"),
    ("CBE3666", "answer_ms"),
}
"""Numbers whose edge another measure's table has, in the same SQL."""


@cache
def table_of(measure: str) -> HandTable:
    return read_table(measure)


@pytest.fixture(scope="module")
def empty() -> Iterator[Engine]:
    engine = make_empty()
    yield engine
    engine.dispose()


@pytest.fixture
def told(
    empty: Engine, request: pytest.FixtureRequest
) -> Iterator[tuple[Measure, Callable[[Measure], bool]]]:
    """A measure, and whether its table tells that a changed one is wrong."""
    table = table_of(request.param)
    with empty.connect() as connection:
        table.write(connection)
        yield get_measure(request.param), lambda changed: _differs(connection, table, changed)
        connection.rollback()


def _differs(connection: Connection, table: HandTable, measure: Measure) -> bool:
    return counted(run_measure(connection, measure, table.period, table.as_of_ms)) != table.expected()


@pytest.mark.parametrize("told", [one.id for one in MEASURES], indirect=True)
def test_a_number_that_is_off_by_the_least_is_told(told: tuple[Measure, Callable[[Measure], bool]]) -> None:
    measure, tells = told
    assert not tells(measure)
    for name, value in measure.parameters.items():
        used = re.search(rf":{name}\b", measure.sql) is not None
        if not isinstance(value, int) or not used or (measure.id, name) in SAME_ELSEWHERE:
            continue
        for off in (-1, 60_000) if name.endswith("_ms") else (-1, 1):
            broken = replace(measure, parameters={**measure.parameters, name: value + off})
            assert tells(broken), f"{name} {off:+}"


@pytest.mark.parametrize("told", sorted(RULES), indirect=True)
def test_a_rule_that_is_broken_is_told(told: tuple[Measure, Callable[[Measure], bool]]) -> None:
    measure, tells = told
    for stands, wrong in RULES[measure.id]:
        assert stands in measure.sql, f"no such rule: {stands}"
        assert tells(replace(measure, sql=measure.sql.replace(stands, wrong))), f"{stands} → {wrong}"


def test_every_measure_has_a_rule_that_is_broken_here() -> None:
    shared = {"NQF1639": "NQF1634"}  # the same SQL with another symptom
    assert {one.id for one in MEASURES} == set(RULES) | set(shared)
    assert all(get_measure(one).sql == get_measure(other).sql for one, other in shared.items())
