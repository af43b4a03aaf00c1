"""What a locked app still holds in its memory, searched from outside (figures in ADR 0031)."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.memory import wipe_what_is_freed
from app.store.cipher import DRIVER_SETTING, DRIVERS
from tests.memory.memory_search import count_in_memory
from tests.memory.memory_store import Made, make_store

HELD = ("name", "note", "token", "secret", "key", "key-hex")
ENDS = 10.0
"""Seconds in which the last thread of the store has ended on a machine under load."""
ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/mem").exists() or not wipe_what_is_freed(),
    reason="only where the memory of a process can be read, and the C library writes over what is freed",
)


class Locked:
    """The process under test. It has the store open, then is told to lock."""

    def __init__(self, process: subprocess.Popen[str], made: Made) -> None:
        self._process, self._made = process, made

    def tell(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def count(self) -> dict[str, int]:
        return count_in_memory(self._process.pid, self._made.wanted())


@contextmanager
def opened(data: Path, made: Made, driver: str) -> Iterator[Locked]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.memory.memory_worker", str(data)],
        cwd=ROOT,
        env={**os.environ, DRIVER_SETTING: driver},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        locked = Locked(process, made)
        assert locked.tell(made.secret) == "open"
        yield locked
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(60)


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_locked_app_holds_no_name_no_note_no_secret_and_no_key(tmp_path: Path, driver: str) -> None:
    try:
        importlib.import_module(DRIVERS[driver])
    except ImportError:
        pytest.skip(f"{driver} is not installed")
    data = tmp_path / "data"
    made = await make_store(data)
    with opened(data, made, driver) as app:
        before = app.count()
        assert before["name"] > 50, "the search finds what is there"
        assert before["note"] > 0
        assert before["key"] + before["key-hex"] > 0
        assert app.tell("lock") == "locked"
        after = app.count()
        deadline = time.monotonic() + ENDS
        while any(after[one] for one in HELD) and time.monotonic() < deadline:
            after = app.count()
    # the user's own name is left out: whose records these are stands on the lock screen
    assert {one: after[one] for one in HELD} == dict.fromkeys(HELD, 0), f"open: {before}"
