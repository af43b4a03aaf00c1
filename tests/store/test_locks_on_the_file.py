"""SQLite's own locks on an open store's file hold, so that another program which looks into it takes nothing away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from store_builders import KEY, STORE_ID

from app.store import meta
from app.store.cipher import check_file
from app.store.engine import Store, open_store

ROOT = Path(__file__).parents[2]
LOCKS = Path("/proc/locks")
LOOK = """
import sys
from pathlib import Path
from app.store.cipher import open_raw
raw = open_raw(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
print(raw.execute("SELECT value FROM meta WHERE key = 'seen'").fetchone()[0])
raw.close()
"""
on_linux = pytest.mark.skipif(not LOCKS.exists(), reason="the kernel's list of locks is Linux's")


def locks_on(path: Path) -> list[str]:
    """POSIX locks that any process holds on a file."""
    inode = f":{path.stat().st_ino} "
    return [line for line in LOCKS.read_text().splitlines() if "POSIX" in line and inode in line]


@on_linux
async def test_an_open_store_holds_its_lock_on_the_file(store: Store) -> None:
    await store.close()
    again = await open_store(store.path, KEY, store_id=STORE_ID)
    await again.write(lambda c: meta.put(c, "seen", "before"))
    assert locks_on(again.path)
    await again.read(lambda c: c.exec_driver_sql("PRAGMA cipher_integrity_check").all())
    assert locks_on(again.path), "the seals are read without opening the file once more"
    await again.close()


@on_linux
async def test_looking_at_the_head_of_a_file_that_is_open_drops_its_locks(store: Store) -> None:
    """The control, and why `check_file` is for files that this process has not open."""
    await store.write(lambda c: meta.put(c, "seen", "before"))
    assert locks_on(store.path)
    check_file(store.path)
    assert not locks_on(store.path)


async def test_another_program_that_opens_and_closes_the_file_leaves_our_log_alone(store: Store) -> None:
    await store.write(lambda c: meta.put(c, "seen", "now"))
    wal = store.path.with_name(store.path.name + "-wal")
    before = wal.stat().st_ino
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-c", LOOK, str(store.path), KEY.hex()]
    done = subprocess.run(arguments, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.stdout.strip() == "now", done.stderr
    assert wal.stat().st_ino == before
