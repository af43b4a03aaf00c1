"""The population around the demo panel: there once, in a team of its own, enough to count from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from plan.database import read_transaction, write_transaction
from plan.demo_panel.load import load_demo
from plan.demo_panel.population import TEAMS, UNSEEN, load_population
from plan.fhir.stamps import clock_ms
from plan.outcomes import tables as facts
from plan.outcomes.refresh import refresh
from plan.outcomes.roster_counts import count_roster
from plan.people import team_id
from plan.problems import PlanProblem
from plan.serving import serve
from tests.plan_seed.plan_commands import parse
from tests.support.facts import rows

PEOPLE = 66
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_population_is_loaded_once_and_gives_facts_of_every_kind(engine: Engine) -> None:
    load_demo(engine, None, now=NOW)
    with write_transaction(engine) as connection:
        assert load_population(connection, NOW, PEOPLE)
        assert not load_population(connection, NOW, PEOPLE)
    refresh(engine)
    for table in facts.FACTS:
        assert rows(engine, table), table.name
    with read_transaction(engine) as connection:
        counts = count_roster(connection, clock_ms())
    assert counts.people == 15 + PEOPLE + UNSEEN
    own = [rows(engine, facts.member, team_id=team_id(one)) for one in TEAMS]
    assert sum(map(len, own)) == PEOPLE, "nobody who signs in to the demo looks after them"
    assert max(map(len, own)) <= PEOPLE - 11, "or plan-wide figures would tell a team of one other team"


def test_a_population_without_the_demo_is_refused() -> None:
    with pytest.raises(PlanProblem, match="--population goes with --demo"):
        serve(parse("serve", "--population"))
