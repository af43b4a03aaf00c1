"""Runs of schedules with a seed: for the tests, and for the soak."""

from __future__ import annotations

import asyncio
import gc
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.checker import Checker
from tests.faults.machine import FAST, STEPS, Schedules
from tests.faults.many import make_templates
from tests.faults.quick import in_one_thread
from tests.faults.steps import Tally

FLOOR = 0.5
"""Effective faults a schedule that a run must reach, else it proved too little."""
KINDS = 12
"""Kinds of fault that must have had effect in a run of fifty schedules or more."""


@contextmanager
def ground() -> Iterator[None]:
    """Templates, one event loop and one judge for many schedules, all in one thread."""
    with (
        tempfile.TemporaryDirectory(dir=FAST) as directory,
        in_one_thread(),
        asyncio.Runner() as runner,
        Checker() as checker,
    ):
        Schedules.templates, Schedules.runner, Schedules.checker = Path(directory), runner, checker
        runner.run(make_templates(Path(directory)))
        gc.collect()
        gc.freeze()  # what stays is not looked through again and again
        try:
            yield
        finally:
            gc.unfreeze()


def run(number: int, schedules: int, *, shrink: bool = True) -> Tally:
    """So many schedules from this seed, on a `ground`.

    Raises what the first bad one raised; with `shrink` it is made as short as can be first.
    """
    Schedules.tally = tally = Tally()
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    machine = seed(number)(type("Schedules", (Schedules,), {}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=schedules,
            stateful_step_count=STEPS,
            deadline=None,
            report_multiple_bugs=False,
            database=None,
            phases=phases,
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
