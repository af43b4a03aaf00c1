"""Each known-bad client is caught by its scenario, and the app as it is passes every one of them."""

from __future__ import annotations

import asyncio
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.checker import Checker, Verdict
from tests.faults.machine import FAST
from tests.faults.many import make_templates
from tests.faults.mutants.clients import MUTANTS
from tests.faults.mutants.making import Mutant, Scenario, Stage, play
from tests.faults.quick import in_one_thread
from tests.faults.world import make_templates as make_one_tablet

SCENARIOS = list(dict.fromkeys(mutant.scenario for mutant in MUTANTS))
HERE = str(Path(__file__).parents[1])


@pytest.fixture(scope="module")
def ground() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(dir=FAST) as directory, Checker() as checker:
        one = Path(directory) / "one"
        one.mkdir()
        make_one_tablet(one)
        with in_one_thread():
            asyncio.run(make_templates(Path(directory)))
        yield Stage(Path(directory), one, Path(directory), checker)


@contextmanager
def stage(ground: Stage) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(dir=FAST) as directory, in_one_thread():
        yield Stage(ground.templates, ground.one_tablet, Path(directory), ground.checker)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
def test_the_app_passes(ground: Stage, scenario: Scenario) -> None:
    with stage(ground) as here:
        asyncio.run(play(scenario, here))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_a_known_bad_client_is_caught(ground: Stage, mutant: Mutant) -> None:
    with stage(ground) as here, mutant.client(), pytest.raises(AssertionError) as caught:
        asyncio.run(play(mutant.scenario, here))
    assert mutant.used, "what was replaced never ran: nothing was proved"
    where = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert where.filename.startswith(HERE), f"not an assertion of ours: {where}"
    if mutant.rule:
        (verdict,) = caught.value.args
        assert isinstance(verdict, Verdict)
        assert mutant.rule in verdict.broken, f"caught, but not by {mutant.rule}: {verdict}"


def test_each_judgement_of_files_is_known_to_find_what_it_looks_for() -> None:
    assert {mutant.rule for mutant in MUTANTS if mutant.rule} >= {"I1", "I6", "I9", "I13", "I16"}


def test_there_are_twenty_of_them_at_least() -> None:
    assert len({mutant.name for mutant in MUTANTS}) >= 20
