"""Power loss while a nurse documents and syncs: what she saw saved is there, and both sides end whole.

The controls come with it: the same runs with a client that cares too little must be caught, or the harness proves
nothing. `make soak` runs many more.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.checker import Checker
from tests.kills.backend import FAST, Backend
from tests.kills.disk import Leaving
from tests.kills.power import LONGEST, Weakness, lose_power, run_power

RUNS = int(os.environ.get("HEARTHSIDE_POWER_LOSSES", "40"))
SEED = int(os.environ.get("HEARTHSIDE_POWER_SEED", "1"))
NOTHING = Leaving.NOTHING
CONTROLS = {
    "no syncing at all": Weakness(synchronous="OFF", leaving=NOTHING),
    "commits that are not synced": Weakness(synchronous="NORMAL", leaving=NOTHING),
    "a client without fsync": Weakness(lies=True, leaving=Leaving.PREFIX),
    "a tap called saved before its commit": Weakness(mutant="answers_before_the_commit", leaving=NOTHING),
    "a pointer that is not synced": Weakness(mutant="forgets_fsync", old=True, leaving=NOTHING),
    "a rename over the live store": Weakness(mutant="renames_over_the_live_store", old=True),
}
PER_CONTROL = 3


@pytest.fixture
def place() -> Iterator[Path]:
    with TemporaryDirectory(dir=FAST) as directory:
        yield Path(directory)


@pytest.fixture
async def backend(place: Path) -> AsyncIterator[Backend]:
    made = Backend(place, people=2 * PER_CONTROL * len(CONTROLS))
    await made.start()
    yield made
    made.close()


def test_f28_power_loss_at_any_moment_loses_nothing_that_was_seen_saved() -> None:
    report = run_power(RUNS, SEED)
    assert report.fine, "\n".join([str(report), *report.failures])
    assert report.saved >= 3 * RUNS
    stages = {stage.partition(",")[0] for stage in report.effective}
    kept = {stage.partition(", ")[2] for stage in report.effective}
    assert {"opening", "documenting", "syncing"} <= stages, report
    assert len(kept) == len(Leaving), report


async def test_the_harness_catches_clients_that_care_too_little(backend: Backend, place: Path) -> None:
    """Each control with seeds that are known to catch it: the power goes well within the shift."""
    missed = []
    with Checker() as checker:
        for number, (name, weakness) in enumerate(CONTROLS.items()):
            caught = 0
            for seed in range(number * PER_CONTROL, (number + 1) * PER_CONTROL):
                directory = place / f"run-{seed}"
                directory.mkdir()
                found, _, _ = await lose_power(backend, checker, directory, seed, weakness, at=LONGEST // 2)
                caught += bool(found.all)
            if not caught:
                missed.append(name)
    assert not missed
