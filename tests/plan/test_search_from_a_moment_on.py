"""A search from a moment on is answered without its big statement where nothing is so new, and as with it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, event

from plan.fhir import search
from plan.fhir.stamps import clock_ms, instant
from tests.plan.fhir_builders import encounter
from tests.plan.plan_doubles import Clock, Plan

PREFIXES = ("ge", "gt", "le", "lt", "sa", "eq", "")
TOTALS = ("", "&_total=accurate", "&_summary=count")


@pytest.fixture
def moments(plan: Plan, clock: Clock) -> list[str]:
    """Just before two visits that were stored five seconds apart, at each of them, and just after; then coarser."""
    ana, made = plan.as_user("ana"), []
    clock.now = clock_ms() + 5_000  # the panel was stored by the real clock, and stamps never go back
    for name in ("e1", "e2"):
        clock.now += 5_000
        made.append(clock.now)
        said = ana.put(f"Encounter/{name}", json=encounter(name, "a", "ana")).raise_for_status().json()
        assert said["meta"]["lastUpdated"] == instant(clock.now)
    exact = [instant(at + shift) for at, shift in product(made, (-1, 0, 1))]
    return [*exact, *(one[:19] + "Z" for one in exact), instant(clock.now)[:10], "2019"]


def answers(plan: Plan, moments: list[str], kind: str) -> list[Any]:
    ana = plan.as_user("ana")
    asked = [
        f"{kind}?_lastUpdated={prefix}{moment}{more}"
        for prefix, moment, more in product(PREFIXES, moments, TOTALS)
    ]
    asked += [f"{kind}?_lastUpdated=gt{one},le{one}" for one in moments]
    asked += [
        f"{kind}?_lastUpdated=ge{one}&_lastUpdated=lt{other}" for one, other in product(moments, moments)
    ]
    return [(url, ana.get(url).raise_for_status().json()) for url in asked]


@pytest.mark.parametrize("kind", ["Encounter", "Goal"])
def test_it_says_the_same_as_the_whole_statement(
    plan: Plan, moments: list[str], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = answers(plan, moments, kind)
    monkeypatch.setattr(search, "_has_none", lambda *_: False)
    assert quick == answers(plan, moments, kind)
    assert any(said.get("entry") for _, said in quick) == (kind == "Encounter")


def test_what_is_new_to_nobody_costs_no_big_statement(plan: Plan, engine: Engine, moments: list[str]) -> None:
    big: list[str] = []
    event.listen(
        engine, "before_cursor_execute", lambda *args: big.append(args[2]) if "ORDER BY" in args[2] else None
    )
    for url in ("Goal", f"Encounter?_lastUpdated=gt{moments[4]}", f"Encounter?_lastUpdated=ge{moments[5]}"):
        assert "entry" not in plan.as_user("ana").get(url).raise_for_status().json()
    assert not [one for one in big if "FROM resource" in one]
    assert plan.as_user("ana").get(f"Encounter?_lastUpdated=ge{moments[4]}").json()["entry"]
    assert [one for one in big if "FROM resource" in one]
