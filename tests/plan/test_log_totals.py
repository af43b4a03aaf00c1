"""How many visits there are: exact where asked for, else up to a thousand; a team's people are read off an index."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, inspect

from plan.fhir.tables import membership_of_team
from plan.schema import create_schema
from plan.visit_log import reading
from tests.plan.log_visits import LOG, put, visit
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan


@pytest.fixture
def either(any_engine: Engine, clock: Clock) -> Plan:
    """The same on both databases."""
    load_panel(any_engine)
    return make_plan(any_engine, clock)


def told(plan: Plan, total: str, who: str = "sue", **more: str) -> dict[str, Any]:
    answer = plan.as_user(who).get(LOG, params={"_total": total, "_count": "1"} | more).json()
    return {one["name"]: one for one in answer["parameter"]}


def test_an_estimate_is_exact_up_to_its_end_and_says_that_there_are_more(
    either: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        put(either, visit(f"v{number}", 8 + number))
    put(either, visit("vb", 9, "b", "ben"), "ben")
    assert told(either, "estimate")["total"]["valueUnsignedInt"] == 4
    assert "more" not in told(either, "estimate")
    monkeypatch.setattr(reading, "COUNTED", 2)
    few = told(either, "estimate")
    assert (few["total"]["valueUnsignedInt"], few["more"]["valueBoolean"]) == (2, True)
    assert told(either, "estimate", patient="b")["total"]["valueUnsignedInt"] == 1
    exact = told(either, "accurate")
    assert (exact["total"]["valueUnsignedInt"], "more" in exact) == (4, False)
    assert told(either, "estimate", "tom")["total"]["valueUnsignedInt"] == 0, "another team's"
    assert "total" not in told(either, "none")


def test_a_total_of_another_word_is_refused(plan: Plan) -> None:
    assert plan.as_user("sue").get(LOG, params={"_total": "about"}).status_code == 400


def test_a_database_that_stands_already_gets_the_index_of_teams(engine: Engine) -> None:
    membership_of_team.drop(engine)
    create_schema(engine)
    names = {one["name"] for one in inspect(engine).get_indexes("membership")}
    assert "membership_of_team" in names
