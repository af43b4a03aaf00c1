"""A newer schema: a copy is migrated and switched to, and a kill at any step leaves one whole store."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import store_worker
from sqlalchemy import Connection, text
from store_builders import KEY, STORE_ID, answer, make_changes, make_draft, make_visit

from app.errors import StoreDamaged, StoreNewer
from app.store import meta, migrations, outbox, records, visits
from app.store.cipher import make_engine
from app.store.engine import create_store
from app.store.files import Pointer, StoreFiles
from app.store.migrations import SCHEMA_VERSION, UNFINISHED, Migration, bring_up_to_date

TARGET = store_worker.MADE_UP[-1].to_version
ROOT = Path(__file__).parents[2]
STEPS = [
    "rested",
    "copied",
    *(f"ran {one.to_version}" for one in store_worker.MADE_UP),
    "migrated",
    "verified",
]
STEPS += ["named", "switched"]


@pytest.fixture
async def files(tmp_path: Path) -> StoreFiles:
    """A store with a signed, unsent visit and a draft with one tap."""
    files = StoreFiles(tmp_path, STORE_ID)
    files.make_directory()
    store = await create_store(files.database("store-0001.db"), KEY, store_id=STORE_ID)

    def fill(c: Connection) -> None:
        visits.begin(c, make_draft("signed"), "1")
        seqs = records.save_signed(c, make_visit("signed"), make_changes("signed"))
        outbox.cut_write(c, "w", seqs, '{"exact":  1.10}', make_visit().signed_at)
        visits.begin(c, make_draft("draft"), "1")
        visits.put_answer(c, "draft", "esas-pain", answer(8))

    await store.write(fill)
    await store.close()
    files.write_pointer(Pointer("store-0001.db", "Ana", "pin"))
    files.finish_making()
    return files


def look(path: Path) -> tuple[int, list[str], str, str | None, bool]:
    """Version, payloads, the write's body, the tap, and whether the made-up column is there."""
    engine = make_engine(path, KEY, read_only=True)
    try:
        with engine.begin() as c:
            payloads = list(c.execute(text("SELECT payload FROM change ORDER BY seq")).scalars())
            body = c.execute(text("SELECT body FROM write")).scalar_one()
            tap = c.execute(text("SELECT value FROM answer WHERE visit_id = 'draft'")).scalar_one()
            columns = [row[1] for row in c.exec_driver_sql("PRAGMA table_info(visit)")]
            return migrations.read_version(c), payloads, body, tap, "made_up" in columns
    finally:
        engine.dispose()


def run(files: StoreFiles, stop_at: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}
    arguments = ["migrate", str(files.directory.parent.parent), files.store_id, stop_at]
    return subprocess.run(
        [sys.executable, str(Path(__file__).parent / "store_worker.py"), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )


def migrate(files: StoreFiles) -> Path:
    return bring_up_to_date(files, KEY, migrations=store_worker.MADE_UP, target=TARGET)


def database_names(files: StoreFiles) -> set[str]:
    return {path.name for path in files.directory.iterdir() if path.name.startswith(("store-", UNFINISHED))}


PAYLOADS = [one.payload for one in make_changes("signed")]
OLD = (SCHEMA_VERSION, PAYLOADS, '{"exact":  1.10}', "8", False)
NEW = (TARGET, PAYLOADS, '{"exact":  1.10}', "8", True)


async def test_a_store_at_the_current_schema_is_used_as_it_is(files: StoreFiles) -> None:
    assert bring_up_to_date(files, KEY) == files.database("store-0001.db")
    assert database_names(files) == {"store-0001.db"}


async def test_a_migration_makes_a_new_file_and_the_old_one_stays_until_the_next_opening(
    files: StoreFiles,
) -> None:
    before = files.database("store-0001.db").read_bytes()
    assert migrate(files) == files.database("store-0002.db")
    assert files.read_pointer() == Pointer("store-0002.db", "Ana", "pin", previous="store-0001.db")
    assert look(files.database("store-0002.db")) == NEW
    assert files.database("store-0001.db").read_bytes() == before
    assert migrate(files) == files.database("store-0002.db")
    assert database_names(files) == {"store-0002.db"}
    assert files.read_pointer() == Pointer("store-0002.db", "Ana", "pin")
    assert look(files.database("store-0002.db")) == NEW


@pytest.mark.parametrize("stop_at", STEPS)
async def test_f28_a_kill_at_any_step_of_a_migration_loses_nothing(files: StoreFiles, stop_at: str) -> None:
    killed = run(files, stop_at)
    assert killed.returncode == -9, killed.stderr
    assert killed.stdout.split("\n")[-2] == stop_at
    current = files.database(files.read_pointer().file)
    assert look(current) == (NEW if stop_at == "switched" else OLD)
    assert look(migrate(files)) == NEW
    assert look(migrate(files)) == NEW
    assert UNFINISHED not in database_names(files)
    assert "store-0001.db" not in database_names(files)


async def test_the_worker_without_a_kill_runs_every_step(files: StoreFiles) -> None:
    done = run(files, "never")
    assert (done.returncode, done.stdout.split()) == (0, " ".join(STEPS).split())


async def test_a_file_that_no_pointer_names_is_never_written_over(files: StoreFiles) -> None:
    stranger = files.database("store-0002.db")
    stranger.write_bytes(b"may hold unsent work")
    assert migrate(files) == files.database("store-0003.db")
    migrate(files)
    assert stranger.read_bytes() == b"may hold unsent work"


def _fail(connection: Connection) -> None:
    connection.execute(text("DELETE FROM answer"))
    raise StoreDamaged(detail="made up")


def _touch_payload(connection: Connection) -> None:
    connection.execute(
        text("UPDATE change SET payload = replace(payload, '7', '8') WHERE type = 'Observation'")
    )


def _drop_write(connection: Connection) -> None:
    connection.execute(text("DELETE FROM write"))


@pytest.mark.parametrize("bad", [_fail, _touch_payload, _drop_write])
async def test_a_migration_that_fails_or_touches_the_outbox_leaves_the_old_store(
    files: StoreFiles, bad: object
) -> None:
    step = replace(store_worker.MADE_UP[0], run=bad)  # type: ignore[arg-type]  # each is a migration's function
    with pytest.raises(StoreDamaged):
        bring_up_to_date(files, KEY, migrations=[step], target=step.to_version)
    assert look(files.database(files.read_pointer().file)) == OLD
    assert look(migrate(files)) == NEW


async def test_a_gap_in_the_migrations_is_refused(files: StoreFiles) -> None:
    with pytest.raises(StoreDamaged):
        bring_up_to_date(files, KEY, migrations=store_worker.MADE_UP[1:], target=TARGET)
    assert look(files.database("store-0001.db")) == OLD


async def test_a_newer_store_is_not_touched(files: StoreFiles) -> None:
    migrate(files)
    before = {path.name: path.read_bytes() for path in files.directory.iterdir()}
    with pytest.raises(StoreNewer):
        bring_up_to_date(files, KEY)
    assert {path.name: path.read_bytes() for path in files.directory.iterdir()} == before


async def test_a_live_write_ahead_log_is_brought_in_before_the_copy(files: StoreFiles) -> None:
    path = files.database("store-0001.db")
    engine = make_engine(path, KEY, read_only=False)
    with engine.begin() as c:
        meta.put(c, "late", "commit")
    image, wal = path.read_bytes(), path.with_name(path.name + "-wal").read_bytes()
    engine.dispose()
    path.write_bytes(image)
    path.with_name(path.name + "-wal").write_bytes(wal)
    assert wal != b""
    migrated = migrate(files)
    engine = make_engine(migrated, KEY, read_only=True)
    with engine.begin() as c:
        assert meta.get(c, "late") == "commit"
    engine.dispose()


def test_the_shipped_migrations_lead_to_the_current_schema() -> None:
    assert [one.to_version for one in migrations.MIGRATIONS] == list(range(2, SCHEMA_VERSION + 1))
    assert Migration(2, "x", lambda c: None).to_version == 2
