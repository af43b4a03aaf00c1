"""A process of its own for tests that kill it. It says on standard output what has been committed."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
import sys
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from store_builders import CHEAP, KEY, NOON, PIN, STORE_ID, MemoryKeystore, answer, make_draft, make_patient

from app.domain.visit import Answer
from app.store import bases, migrations, patients, records, sessions, visits
from app.store.bases import BaseCopy
from app.store.engine import Store, open_store
from app.store.files import StoreFiles
from app.store.migrations import Migration
from app.store.records import NewChange
from app.store.sessions import SignInRow
from app.store.tables import StoreTable
from app.store.vault import Vault

NAME = "Zebulon Quartermaine"
NOTE = "Maranatha-note-7731"
TOKEN = "tok-9f3a-planted"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def wait_to_be_killed() -> None:
    sys.stdin.read()


def add_column(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE visit ADD COLUMN made_up TEXT"))


def fill_column(connection: Connection) -> None:
    connection.execute(text("UPDATE visit SET made_up = id"))


MADE_UP = (
    Migration(migrations.SCHEMA_VERSION + 1, "a made-up column", add_column),
    Migration(migrations.SCHEMA_VERSION + 2, "its content", fill_column),
)


def migrate(data_dir: str, store_id: str, stop_at: str) -> None:
    """Migrate with the made-up steps; die at one of them."""
    _migrate(data_dir, store_id, stop_at, MADE_UP)


def upgrade(data_dir: str, store_id: str, stop_at: str) -> None:
    """Migrate with the steps that ship; die at one of them."""
    _migrate(data_dir, store_id, stop_at, migrations.MIGRATIONS)


def _migrate(data_dir: str, store_id: str, stop_at: str, steps: tuple[Migration, ...]) -> None:
    def hook(step: str) -> None:
        say(step)
        if step == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)

    files = StoreFiles(Path(data_dir), store_id)
    migrations.bring_up_to_date(files, KEY, migrations=steps, target=steps[-1].to_version, hook=hook)


async def tap(path: str, first: str) -> None:
    """Tap for ever; each number is said once its commit is through."""
    store = await open_store(Path(path), KEY, store_id=STORE_ID)
    number = int(first)
    while True:
        tapped = Answer(at=NOON, value=number % 11, name=str(number))
        await store.write(lambda c, n=number, a=tapped: visits.put_answer(c, "visit-1", f"item-{n}", a))
        say(str(number))
        number += 1


async def hold(data_dir: str, store_id: str, keystore: str) -> None:
    """Open a store and keep it."""
    vault = Vault(Path(data_dir), MemoryKeystore(Path(keystore)), cost=CHEAP)
    store = await vault.unlock(store_id, PIN)
    say("open")
    await asyncio.to_thread(wait_to_be_killed)
    await store.close()


def plant_rows(connection: Connection) -> None:
    patients.upsert(connection, make_patient("p1", NAME))
    visits.begin(connection, make_draft("v1", "p1"), "1")
    visits.put_answer(connection, "v1", "esas-other", Answer(at=NOON, value=3, name=NOTE))
    visits.set_note(connection, "v1", NOTE)
    sessions.save(connection, SignInRow("u", "t", None, "c", "Practitioner/1", "A", "nurse", TOKEN, TOKEN))
    body = f'{{"name": "{NAME}", "note": "{NOTE}"}}'
    bases.put(connection, BaseCopy("Patient", "p1", "1", "t", body, "p1"))
    records.save_record(
        connection,
        group_id="g",
        patient_id="p1",
        changes=[NewChange("Patient", "p1", body)],
        at=NOON,
        write_row=lambda c: None,
    )


def plant_bulk(connection: Connection) -> None:
    """More than the page cache holds, a temporary table, and a large sort, in a transaction that never ends.

    With temporary files allowed, the sort's file would hold every marker in the clear.
    """
    connection.execute(text("PRAGMA cache_size = 50"))
    for n in range(3000):
        body = f"{n * 7919 % 3000:05d} {NAME} {NOTE} {TOKEN} " + "x" * 1500
        bases.put(connection, BaseCopy("Bulk", str(n), "1", "t", body))
    connection.execute(text("CREATE TEMP TABLE heap AS SELECT body FROM base"))
    cursor = connection.connection.cursor()
    cursor.execute("SELECT body FROM heap ORDER BY body")
    cursor.fetchone()
    say("planted")
    wait_to_be_killed()


async def plant(data_dir: str) -> None:
    """Write markers into every kind of row through the vault's store, meet an error, and wait with all of it open."""
    root = Path(data_dir)
    logging.basicConfig(filename=root / "app.log", level=logging.DEBUG)
    vault = Vault(root, MemoryKeystore(), cost=CHEAP)
    store = await vault.create(
        user_reference="Practitioner/1", user_name="Ana", plan_url="http://x", secret=PIN
    )
    await store.write(plant_rows)
    await fail(store)
    vault.note_unsent(store.store_id, 1)
    await store.write(plant_bulk)


async def fail(store: Store) -> None:
    """A database error with markers among its parameters, logged as a careless caller would."""
    try:
        await store.write(lambda c: visits.begin(c, make_draft("v1", NAME, {"esas-pain": answer(1)}), NOTE))
    except Exception:
        logging.getLogger("app.test").exception("it failed")


async def plant_plain(data_dir: str) -> None:
    """The same rows through a driver that ignores the key: the control that shows what the search can see."""
    path = Path(data_dir) / "plain.db"
    engine: Engine = create_engine(
        "sqlite+pysqlite://", creator=lambda: sqlite3.connect(path, check_same_thread=False), echo=False
    )
    keep = engine.connect()
    keep.execute(text(f"PRAGMA key = \"x'{KEY.hex()}'\""))
    keep.execute(text("PRAGMA journal_mode = WAL"))
    StoreTable.metadata.create_all(keep)
    plant_rows(keep)
    keep.commit()
    say("planted")
    await asyncio.to_thread(wait_to_be_killed)


COMMANDS = {
    "migrate": migrate,
    "upgrade": upgrade,
    "tap": tap,
    "hold": hold,
    "plant": plant,
    "plant_plain": plant_plain,
}

if __name__ == "__main__":
    outcome = COMMANDS[sys.argv[1]](*sys.argv[2:])
    if outcome is not None:
        asyncio.run(outcome)
