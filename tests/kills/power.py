"""Power loss, many times: documenting and syncing on a disk that loses what was not synced, then opened again.

`run_power(500, seed)` is what `make soak` calls. Each run draws from its own seed the work, the operation at which the
power goes, and what the disk makes of everything that was not synced.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.domain.visit import PersonRef
from app.services.clock import SystemClock
from app.store.files import StoreFiles
from tests.faults.checker import Checker
from tests.faults.nurse import Nurse
from tests.kills import bad_clients, judging
from tests.kills.backend import FAST, Backend, connected, open_tablet
from tests.kills.disk import Disk, Leaving
from tests.kills.file_calls import watched
from tests.kills.judging import Device, Findings, Report
from tests.kills.power_driver import on_power
from tests.kills.shift import document, work

RUNS_A_PLAN = 20
"""A plan's database grows with each run, and so does what the judge reads."""
LONGEST = 400
"""Disk operations of a shift, about; the power goes at one of them."""
OLD = 0.2
"""Share of stores that are migrated as they are opened; with half of them the power goes within that."""
OPENED = 180
"""Operations of a migration, about."""


@dataclass(frozen=True)
class Weakness:
    """A client that is known to be bad, for the controls."""

    synchronous: str = ""
    lies: bool = False
    """The disk takes syncs and does not do them: a client without fsync."""
    mutant: str = ""
    """A name of `bad_clients`."""
    old: bool | None = None
    """Whether its store is migrated as it is opened. None: now and then."""
    leaving: Leaving | None = None


SOUND = Weakness()


class _Line(httpx.AsyncHTTPTransport):
    """A connection that ends with the power: nothing is sent or heard afterwards."""

    def __init__(self, disk: Disk) -> None:
        super().__init__(verify=False)  # see `make_line`
        self._disk = disk

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._disk.off:
            raise httpx.ConnectError("the power is off")
        response = await super().handle_async_request(request)
        await response.aread()
        if self._disk.off:
            raise httpx.ReadError("the power is off")
        return response


def run_power(count: int, seed: int, weakness: Weakness = SOUND) -> Report:
    """So many power losses; the report says what they cost. Starts and ends its own plan backends."""
    began = time.monotonic()
    report = Report(count=count, seed=seed)
    with tempfile.TemporaryDirectory(dir=FAST) as directory, Checker() as checker:
        for first in range(0, count, RUNS_A_PLAN):
            place = Path(directory) / f"plan-{first}"
            place.mkdir()
            seeds = [seed * 100_000 + number for number in range(first, min(first + RUNS_A_PLAN, count))]
            asyncio.run(_run_on_one_plan(place, checker, seeds, weakness, report))
            shutil.rmtree(place)
    report.seconds = time.monotonic() - began
    return report


async def _run_on_one_plan(
    place: Path, checker: Checker, seeds: list[int], weakness: Weakness, report: Report
) -> None:
    backend = Backend(place, people=2 * len(seeds))
    try:
        await backend.start()
        for seed in seeds:
            directory = place / str(seed)
            directory.mkdir()
            found, moment, saved = await lose_power(backend, checker, directory, seed, weakness)
            report.effective[moment] += 1
            report.saved += saved
            found.count_into(report, f"seed {seed}, {moment}")
            shutil.rmtree(directory)
    finally:
        backend.close()


async def lose_power(
    backend: Backend,
    checker: Checker,
    directory: Path,
    seed: int,
    weakness: Weakness = SOUND,
    *,
    at: int | None = None,
) -> tuple[Findings, str, int]:
    """One shift, one power loss: what is found afterwards, when it came, and how much had been seen saved.

    `at`: number of the disk operation at which the power goes; None: any.
    """
    rng = random.Random(seed)
    before, after = directory / "before", directory / "after"
    people = [backend.admit(), backend.admit()]
    nurse = Nurse("ana", PersonRef(backend.nurse.reference, backend.nurse.name))
    old = rng.random() < OLD if weakness.old is None else weakness.old
    if old:
        files = await backend.old_tablet(before, lambda store: document(nurse, store, rng, people[0]))
    else:
        files = backend.new_tablet(before)
    disk = Disk(at or rng.randint(1, OPENED if old and rng.random() < 0.5 else LONGEST), lies=weakness.lies)
    with (
        watched(disk, files.directory),
        on_power(disk, weakness.synchronous),
        pytest.MonkeyPatch.context() as patch,
    ):
        if weakness.mutant:
            bad_clients.become(weakness.mutant, patch)
        stage, trouble = await _work_until_dark(backend, nurse, people, files, disk, rng)
    if trouble:
        return Findings(damaged=(f"with power on: {trouble}",)), stage, len(nurse.saved())
    leaving = weakness.leaving or rng.choice(list(Leaving))
    found_files = StoreFiles(after, files.store_id)
    found_files.directory.mkdir(parents=True)
    for name, content in disk.after_power_loss(rng, leaving, files.directory).items():
        (found_files.directory / name).write_bytes(content)
    device = Device(found_files, nurse, people)
    found = await judging.judge(backend, checker, device)
    for patient_id in people:
        backend.discharge(patient_id)
    return found, f"{stage}, {leaving.name.lower()} left", len(nurse.saved())


async def _work_until_dark(
    backend: Backend, nurse: Nurse, people: list[str], files: StoreFiles, disk: Disk, rng: random.Random
) -> tuple[str, str]:
    """The stage at which the power went, at the latest when the shift is over; and what failed before that, if any."""
    stage, trouble = "opening", ""
    store = None
    try:
        store = await open_tablet(files)
        nurse.take(store, SystemClock())
        async with connected(store, _Line(disk)) as engine:

            async def sync() -> None:
                nonlocal stage
                stage = "syncing"
                backend.colleague_visits(rng.choice(people), rng.randint(0, 10))
                await engine.run_pass()
                disk.need_power()
                stage = "documenting"

            await sync()
            await work(nurse, sync, rng, people)
            stage = "at rest"
    except Exception as error:  # noqa: BLE001 - a known-bad client may fail in any way; with power on it is a finding
        trouble = "" if disk.off else type(error).__name__
    disk.off = True
    if store is not None:
        await store.close()
    return stage, trouble
