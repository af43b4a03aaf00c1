"""One pass at a time over all programs that have the store open, held by a lock that a crash frees."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import StoreBusy
from app.sync.engine import SyncEngine
from tests.faults.one_tablet import make_double, open_tablet


async def test_f36_a_pass_in_another_process_keeps_this_one_out_until_it_dies(
    templates: Path, tmp_path: Path
) -> None:
    double = make_double("p1")
    tablet = await open_tablet(templates, tmp_path, double)
    command = [sys.executable, "-m", "tests.faults.pass_worker", str(tablet.path)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline().strip() == "in the pass"
            with pytest.raises(StoreBusy) as busy:
                await tablet.sync()
            assert busy.value.detail == "pass another process"
            assert not double.requests, "nothing left this process"
        finally:
            worker.kill()
    assert (await tablet.sync()).outcome == "ok"
    await tablet.close()


async def test_f36_two_windows_of_one_program_do_not_send_at_once(templates: Path, tmp_path: Path) -> None:
    """Two stores opened on one file in one process: the lock of the file counts, not the object."""
    double = make_double("p1")
    one = await open_tablet(templates, tmp_path, double)
    other = await open_tablet(templates, tmp_path, double)
    held = one.engine._hold()
    with pytest.raises(StoreBusy):
        await SyncEngine(other.store, other.client).run_pass()
    held.release()
    assert (await other.sync()).outcome == "ok"
    await one.close()
    await other.close()
