"""SIGKILL of a real process that documents and syncs against a real backend: at named moments and at random times.

`make soak` runs many more. The controls show that a client which answers too early or keeps its cursor apart from its
page is caught.
"""

from __future__ import annotations

import os

import pytest

from tests.kills.deaths import MOMENTS
from tests.kills.sigkill import Death, plan_deaths, run_kills

RUNS = int(os.environ.get("HEARTHSIDE_KILLS", "40"))
SEED = int(os.environ.get("HEARTHSIDE_KILLS_SEED", "1"))


def test_f28_a_kill_at_any_moment_loses_and_doubles_nothing() -> None:
    report = run_kills(RUNS, SEED)
    assert report.fine, "\n".join([str(report), *report.failures])
    assert report.saved >= 3 * RUNS
    assert sum(report.effective.values()) == RUNS
    planned = {death.moment for death in plan_deaths(RUNS, SEED) if death.moment and death.times == 1}
    assert planned <= set(report.effective), "a moment that was planned never came"


def test_forty_deaths_plan_every_named_moment() -> None:
    planned = {death.moment for death in plan_deaths(40, SEED)}
    assert planned == {"", *MOMENTS}


CONTROLS_SEED = 1
THIRD_TAP = [Death("a tap is stored, not answered", 3)]
IN_A_BACKFILL = [Death("while closing"), Death("in a page, among its rows", 2)]


@pytest.mark.parametrize(
    ("mutant", "deaths", "lives"),
    [("answers_before_the_commit", THIRD_TAP, 1), ("cursor_before_page", IN_A_BACKFILL, 2)],
)
def test_the_harness_catches_bad_clients(mutant: str, deaths: list[Death], lives: int) -> None:
    report = run_kills(len(deaths), CONTROLS_SEED, mutant=mutant, deaths=deaths, lives=lives)
    assert not report.fine, report
