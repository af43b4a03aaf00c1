"""Runs of schedules with a seed: for the tests, and for the soak."""

from __future__ import annotations

import asyncio
import gc
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.checker import Checker
from tests.faults.drawing import drawn_evenly
from tests.faults.faulty_network import Fault
from tests.faults.machine import FAST, STEPS, Schedules
from tests.faults.many import make_templates
from tests.faults.quick import OneThread, in_one_thread
from tests.faults.serving import Serving
from tests.faults.steps import Tally

FLOOR = 1.5
"""Effective faults a schedule that a run must reach, else it proved too little."""
KINDS = 18
"""Kinds of fault that must have had effect in a run of fifty schedules or more."""
GARBAGE = 100_000
"""Objects more than there were, before the collector looks again: a schedule leaves few rings behind."""


EACH: Mapping[Fault, int] = {
    Fault.AGAIN_LATE: 6,
    Fault.CACHED: 5,
    Fault.CUT_AFTER: 9,
    Fault.CUT_BEFORE: 9,
    Fault.EMPTY: 5,
    Fault.ERROR_AFTER: 5,
    Fault.ERROR_BEFORE: 4,
    Fault.LATE: 9,
    Fault.LOST: 5,
    Fault.NOTHING: 3,
    Fault.OTHER: 5,
    Fault.PARTIAL: 7,
    Fault.PORTAL: 6,
    Fault.PORTAL_AFTER: 6,
    Fault.THROTTLED: 1,
    Fault.TIMEOUT_AFTER: 5,
    Fault.TOO_BIG: 2,
    Fault.TOO_MANY: 5,
    Fault.TRUNCATED: 9,
    Fault.TWICE: 4,
    Fault.UNAUTHORIZED: 5,
    Fault.WAIT: 9,
}
"""How often each kind must have had effect in `WORTH` schedules: a third of what it has on the average.

Not of a stale page, which in so few schedules is mostly the same as the fresh one: the scenario
`an_old_answer_comes_late` of the mutants asserts its own.
"""
WORTH = 150


@contextmanager
def ground() -> Iterator[None]:
    """Templates, one event loop and one judge for many schedules, all in one thread."""
    with (
        tempfile.TemporaryDirectory(dir=FAST) as directory,
        in_one_thread(),
        asyncio.Runner(loop_factory=OneThread) as runner,
        Checker() as checker,
    ):
        Schedules.templates, Schedules.runner, Schedules.checker = Path(directory), runner, checker
        runner.run(make_templates(Path(directory)))
        Schedules.serving = Serving(Path(directory) / "serving.db")
        gc.collect()
        gc.freeze()  # what stays is not looked through again and again
        usual = gc.get_threshold()
        gc.set_threshold(GARBAGE)
        try:
            yield
        finally:
            gc.set_threshold(*usual)
            gc.unfreeze()


def run(number: int, schedules: int, *, shrink: bool = True) -> Tally:
    """So many schedules from this seed, on a `ground`.

    Raises what the first bad one raised; with `shrink` it is made as short as can be first.
    """
    Schedules.tally = tally = Tally()
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    machine = seed(number)(type("Schedules", (Schedules,), {}))
    with drawn_evenly() as backend:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=schedules,
                stateful_step_count=STEPS,
                deadline=None,
                report_multiple_bugs=False,
                database=None,
                phases=phases,
                backend=backend,
                suppress_health_check=list(HealthCheck),
            ),
        )
    return tally


def assert_worth(tally: Tally) -> None:
    """A run whose faults changed too little is no proof of anything."""
    told = f"{tally.schedules} schedules, effective: {dict(tally.effective)}"
    assert tally.effective.total() >= FLOOR * tally.schedules, f"too few faults had effect: {told}"
    if tally.schedules >= 50:
        kinds = sum(1 for count in tally.effective.values() if count)
        assert kinds >= KINDS, f"too few kinds of fault had effect: {told}"


def assert_each_worth(tally: Tally, floors: Mapping[Fault, int] = EACH) -> None:
    """No kind of fault may fall asleep behind the others. Shorter runs prove nothing about single kinds."""
    if tally.schedules < WORTH:
        return
    few = {
        one.value: tally.effective[one.value]
        for one, least in floors.items()
        if tally.effective[one.value] < least
    }
    assert not few, f"had effect too seldom in {tally.schedules} schedules: {few}"
