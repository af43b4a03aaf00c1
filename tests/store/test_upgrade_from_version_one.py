"""A store of the first version is opened by this one: nothing that was recorded is lost or changed."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import version_one
from sqlalchemy import Connection, inspect, text
from store_builders import ANA, KEY, NOON, STORE_ID

from app.domain.visit import Absent, Answer, Modality, Setting
from app.store import outbox, visits
from app.store.cipher import make_engine
from app.store.engine import Store, create_store, open_store
from app.store.files import Pointer, StoreFiles
from app.store.migrations import SCHEMA_VERSION, bring_up_to_date, read_version

ROOT = Path(__file__).parents[2]


@pytest.fixture
def files(tmp_path: Path) -> StoreFiles:
    files = StoreFiles(tmp_path, STORE_ID)
    files.make_directory()
    version_one.make_version_one(files.database("store-0001.db"), KEY, STORE_ID)
    files.write_pointer(Pointer("store-0001.db", "Ana", "pin"))
    files.finish_making()
    return files


async def check_all_is_there(files: StoreFiles) -> None:
    store = await open_store(bring_up_to_date(files, KEY), KEY, store_id=STORE_ID)
    try:
        await check_store(store)
    finally:
        await store.close()


async def check_store(store: Store) -> None:
    draft = await store.read(lambda c: visits.read_draft(c, "draft"))
    assert draft.answers == {
        "esas-pain": Answer(at=NOON, value=8),
        "esas-anx": Answer(at=NOON, absent=Absent.DECLINED),
        "esas-other": Answer(at=NOON, value=0, name="Señora's itch"),
    }
    assert draft.unfinished == {"esas-other": "itching at night"}
    assert (draft.note, draft.nurse, draft.entries) == ("Half a note", ANA, {})
    signed = await store.read(lambda c: visits.read_signed(c, "signed"))
    assert signed.answers == {
        "esas-pain": Answer(at=NOON, value=7),
        "esas-wb": Answer(at=NOON, absent=Absent.COULD_NOT_ANSWER),
    }
    assert (signed.note, signed.clock_offset_ms, signed.written_afterwards) == (
        "Sleeping better.",
        1500,
        False,
    )
    assert signed.began_at.isoformat() == "2026-03-02T05:00:00-07:00"
    assert (await store.read(lambda c: visits.get_row(c, "signed"))).highest_score == 7
    (group,) = await store.read(outbox.open_writes)
    assert group.body == version_one.BODY
    payloads = await store.read(lambda c: c.execute(text("SELECT payload FROM change")).scalars().all())
    assert list(payloads) == [version_one.PAYLOAD]


async def test_every_answer_draft_and_unsent_record_of_version_one_is_there(files: StoreFiles) -> None:
    before = files.database("store-0001.db").read_bytes()
    await check_all_is_there(files)
    assert files.read_pointer().file == "store-0002.db"
    assert files.database("store-0001.db").read_bytes() == before
    await check_all_is_there(files)
    assert not files.database("store-0001.db").exists()


async def test_a_migrated_store_takes_new_taps_and_signs(files: StoreFiles) -> None:
    store = await open_store(bring_up_to_date(files, KEY), KEY, store_id=STORE_ID)
    later = NOON.astimezone(timezone(timedelta(hours=-7)))
    await store.write(lambda c: visits.put_answer(c, "draft", "/44250-9", Answer(at=NOON, value="LA6571-9")))
    await store.write(lambda c: visits.put_answer(c, "draft", "esas-pain", Answer(at=NOON, value=2)))
    await store.write(lambda c: visits.set_times(c, "draft", later, later))
    draft = await store.read(lambda c: visits.read_draft(c, "draft"))
    assert (draft.answers["/44250-9"].value, draft.answers["esas-pain"].value) == ("LA6571-9", 2)
    assert (draft.written_afterwards, draft.modality, draft.setting) == (
        True,
        Modality.IN_PERSON,
        Setting.HOME,
    )
    await store.close()


def shapes(connection: Connection) -> dict[str, object]:
    """Columns, keys and indexes of every table, without the defaults that only an older file needs."""
    found: dict[str, object] = {}
    seen = inspect(connection)
    for table in seen.get_table_names():
        columns = {
            one["name"]: (str(one["type"]), one["nullable"], one["primary_key"])
            for one in seen.get_columns(table)
        }
        indexes = {one["name"]: (one["column_names"], one["unique"]) for one in seen.get_indexes(table)}
        found[table] = (columns, seen.get_pk_constraint(table)["constrained_columns"], indexes)
    return found


async def test_a_migrated_store_has_the_same_shape_as_a_new_one(files: StoreFiles, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    await (await create_store(new, KEY, store_id=STORE_ID)).close()
    kinds = []
    for path in (bring_up_to_date(files, KEY), new):
        engine = make_engine(path, KEY, read_only=True)
        with engine.begin() as connection:
            assert read_version(connection) == SCHEMA_VERSION
            kinds.append(shapes(connection))
        engine.dispose()
    assert kinds[0] == kinds[1]


@pytest.mark.parametrize("stop_at", ["copied", "ran 2", "migrated", "named", "switched"])
async def test_a_kill_while_version_one_is_migrated_loses_nothing(files: StoreFiles, stop_at: str) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}
    arguments = ["upgrade", str(files.directory.parent.parent), files.store_id, stop_at]
    killed = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "store_worker.py"), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr
    assert killed.stdout.split("\n")[-2] == stop_at
    await check_all_is_there(files)


def test_the_made_up_store_is_as_old_as_it_says() -> None:
    assert "written_afterwards" not in version_one.DDL
    assert datetime.fromisoformat(version_one.AT) == NOON.astimezone(UTC)
