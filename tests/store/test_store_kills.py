"""What is on the disk, open and after SIGKILL; what survives one; who may open a store at the same time."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import store_worker
from store_builders import CHEAP, KEY, PIN, STORE_ID, MemoryKeystore, make_draft

from app.errors import StoreBusy
from app.store import visits
from app.store.engine import create_store, open_store
from app.store.vault import Vault

MARKERS = [marker.encode() for marker in (store_worker.NAME, store_worker.NOTE, store_worker.TOKEN)]
ROOT = Path(__file__).parents[2]
KILLS = 8


@contextmanager
def worker(*arguments: str, tmp: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}
    if tmp is not None:
        environment |= {"TMPDIR": str(tmp), "SQLITE_TMPDIR": str(tmp)}
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "store_worker.py"), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()


def read_line(process: subprocess.Popen[bytes], seconds: float = 60.0) -> str:
    """The next line; fails when none comes in time or the process ended."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], seconds)
    line = process.stdout.readline() if ready else b""
    assert line, f"the worker said nothing (exit code {process.poll()})"
    return line.decode().strip()


def find_markers(*roots: Path, pid: int | None = None) -> dict[str, int]:
    """How often a marker lies in the clear, by file; with a process id also in what it holds open, deleted or not."""
    files = {str(path): path for root in roots for path in root.rglob("*") if path.is_file()}
    if pid is not None:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            target = str(link.readlink())
            if link.is_file() and not target.startswith(("/dev", "/proc", str(ROOT / "app"), sys.prefix)):
                files.setdefault(target, link)
    counted = {
        name: sum(path.read_bytes().count(marker) for marker in MARKERS) for name, path in files.items()
    }
    assert len(counted) >= 1
    return counted


def test_no_marker_is_in_any_file_open_or_after_a_kill(tmp_path: Path) -> None:
    data, temporary = tmp_path / "data", tmp_path / "tmp"
    data.mkdir()
    temporary.mkdir()
    with worker("plant", str(data), tmp=temporary) as process:
        assert read_line(process) == "planted"
        seen = find_markers(data, temporary, pid=process.pid)
        names = {Path(name).name for name in seen}
        assert {"store-0001.db", "store-0001.db-wal", "app.log", "key.json", "unsent.json"} <= names
        assert "it failed" in (data / "app.log").read_text()
        assert sum(seen.values()) == 0, seen
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert sum(find_markers(tmp_path).values()) == 0


def test_the_search_finds_markers_where_a_driver_ignores_the_key(tmp_path: Path) -> None:
    with worker("plant_plain", str(tmp_path), tmp=tmp_path) as process:
        assert read_line(process) == "planted"
        assert sum(find_markers(tmp_path, pid=process.pid).values()) >= 6
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert sum(find_markers(tmp_path).values()) >= 6


async def test_f28_every_acknowledged_tap_survives_a_kill_in_mid_commit(tmp_path: Path) -> None:
    path = tmp_path / "store-0001.db"
    store = await create_store(path, KEY, store_id=STORE_ID)
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    await store.close()
    acknowledged = 0
    for round_number in range(KILLS):
        with worker("tap", str(path), str(acknowledged)) as process:
            for _ in range(1 + 3 * round_number):
                assert int(read_line(process)) == acknowledged
                acknowledged += 1
            process.kill()  # while it taps on: the moment within a commit is another one each round
            assert process.stdout is not None
            rest = process.stdout.read().decode()
        acknowledged += len(rest.split("\n")) - 1
        store = await open_store(path, KEY, store_id=STORE_ID)
        answers = (await store.read(lambda c: visits.read_draft(c, "visit-1"))).answers
        assert await store.read(lambda c: c.exec_driver_sql("PRAGMA integrity_check").scalar_one()) == "ok"
        assert await store.read(lambda c: c.exec_driver_sql("PRAGMA cipher_integrity_check").all()) == []
        await store.close()
        taps = {int(one.name or -1) for one in answers.values()}
        assert set(range(acknowledged)) <= taps
        assert len(taps) <= acknowledged + 1, "more than the one tap that was under way"
        acknowledged = len(taps)
    assert acknowledged >= KILLS


async def test_f36_a_store_open_in_another_program_is_busy_until_that_one_dies(tmp_path: Path) -> None:
    data, secrets = tmp_path / "data", tmp_path / "keystore.json"
    vault = Vault(data, MemoryKeystore(secrets), cost=CHEAP)
    store = await vault.create(
        user_reference="Practitioner/1", user_name="Ana", plan_url="http://x", secret=PIN
    )
    await store.close()
    with worker("hold", str(data), store.store_id, str(secrets)) as process:
        assert read_line(process) == "open"
        with pytest.raises(StoreBusy, match="another program"):
            await vault.unlock(store.store_id, PIN)
        process.send_signal(signal.SIGKILL)
        process.wait()
    again = await vault.unlock(store.store_id, PIN, wait=10)
    await again.close()
