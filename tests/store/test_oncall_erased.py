"""The on-call pack on the disk: sealed under a key of its own, and unreadable with any key once that one is gone."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import Connection, select
from store_builders import KEY, STORE_ID

from app.domain.on_call import Given, Here, hear
from app.errors import StoreDamaged
from app.store import oncall, patients
from app.store.engine import Store, create_store, open_store
from app.store.oncall_tables import OnCallDuty, OnCallPerson
from app.store.table_base import table_of

EVENING = datetime(2026, 11, 22, 18, tzinfo=UTC)
WORD = "Quillfeather"
PAGE, RESERVE, IV = 4096, 80, 16
ROOT = Path(__file__).parents[2]


def given(*people: str, whole: bool = True, tag: str = "one") -> Given:
    found = dict.fromkeys(people, ('{"name": "' + WORD + '"}', '{"number": "' + WORD + '"}'))
    known = frozenset({"a", "b", "c"})
    return Given(EVENING, EVENING + timedelta(hours=13), EVENING, tag, whole, known, found)


def keep(connection: Connection, pack: Given) -> None:
    oncall.keep(connection, pack, hear(None, EVENING, Here(EVENING, "boot", 1.0)))


def key_of(connection: Connection) -> bytes:
    return bytes(connection.execute(select(table_of(OnCallDuty).c.key)).scalar_one())


def opened_pages(path: Path) -> bytes:
    """Everything in file and log as somebody reads it who has the store's key: every page, in use or not."""
    found = []
    whole = path.read_bytes()
    pages = [whole[at : at + PAGE] for at in range(0, len(whole), PAGE)]
    log = path.with_name(path.name + "-wal")
    if log.exists():
        frames = log.read_bytes()[32:]
        pages += [frames[at + 24 : at + 24 + PAGE] for at in range(0, len(frames), PAGE + 24)]
    for page in pages:
        for start in (0, 16):  # the first page begins with the salt
            body, iv = page[start : PAGE - RESERVE], page[PAGE - RESERVE : PAGE - RESERVE + IV]
            if len(page) == PAGE:
                reader = Cipher(algorithms.AES(KEY), modes.CBC(iv)).decryptor()
                found.append(reader.update(body) + reader.finalize())
    return b"".join(found)


@pytest.fixture
async def store(tmp_path: Path) -> Store:
    return await create_store(tmp_path / "store.db", KEY, store_id=STORE_ID)


async def test_it_is_readable_through_its_own_key_only_and_lies_beside_the_record(store: Store) -> None:
    await store.write(lambda c: keep(c, given("a", "b")))
    assert await store.read(lambda c: oncall.find_person(c, "a")) == given("a").people["a"]
    assert sorted(await store.read(oncall.read_heads)) == ["a", "b"]
    assert await store.read(patients.list_ids) == frozenset()
    assert await store.read(lambda c: patients.search(c, WORD)) == ()
    key = await store.read(key_of)
    await store.empty_log()
    pages = opened_pages(store.path)
    assert key in pages, "that this search would find it"
    assert WORD.encode() not in pages
    await store.close()


async def test_once_erased_no_key_opens_any_of_it(store: Store) -> None:
    await store.write(lambda c: keep(c, given(*"abc")))
    first = await store.read(key_of)
    await store.write(lambda c: keep(c, given(*"ab", tag="two")))
    second = await store.read(key_of)
    assert first != second, "another duty has another key"
    assert await store.write(oncall.erase)
    assert await store.empty_log()
    pages = opened_pages(store.path)
    assert STORE_ID.encode() in pages
    for gone in (first, second, WORD.encode()):
        assert gone not in pages
    assert not await store.write(oncall.erase)
    assert await store.read(oncall.find_duty) is None
    assert await store.read(oncall.read_heads) == {}
    await store.close()
    assert first not in opened_pages(store.path)


async def test_what_changed_comes_over_what_is_here_and_who_is_gone_goes(store: Store) -> None:
    await store.write(lambda c: keep(c, given(*"abc")))
    key = await store.read(key_of)
    less = given("b", whole=False, tag="two")
    news = Given(
        less.begins, less.until, less.as_of, "two", False, frozenset("bc"), {"b": ('{"name": "New"}', "{}")}
    )
    await store.write(lambda c: keep(c, news))
    assert await store.read(key_of) == key
    heads = await store.read(oncall.read_heads)
    assert (sorted(heads), heads["b"]) == (["b", "c"], '{"name": "New"}')
    assert await store.read(oncall.find_tag) == "two"
    await store.close()


async def test_a_person_sealed_for_another_is_noticed(store: Store) -> None:
    await store.write(lambda c: keep(c, given("a", "b")))
    person = table_of(OnCallPerson)

    def swap(connection: Connection) -> None:
        other = connection.execute(select(person.c.page).where(person.c.patient_id == "b")).scalar_one()
        connection.execute(person.update().where(person.c.patient_id == "a").values(page=other))

    await store.write(swap)
    with pytest.raises(StoreDamaged):
        await store.read(lambda c: oncall.find_person(c, "a"))
    await store.close()


KILLED = """
import asyncio, os, signal, sys
sys.path[:0] = sys.argv[2:4]
from test_oncall_erased import *
async def main():
    store = await open_store(Path(sys.argv[1]), KEY, store_id=STORE_ID)
    print((await store.read(key_of)).hex(), flush=True)
    await store.write(oncall.erase)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


async def test_killed_between_deletion_and_the_end_of_the_log_the_next_opening_ends_it(store: Store) -> None:
    await store.write(lambda c: keep(c, given(*"abc")))
    await store.close()
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(store.path), str(Path(__file__).parent), str(ROOT)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == -9, run.stderr
    key = bytes.fromhex(run.stdout.strip())
    assert key in opened_pages(store.path), "the log still had it"
    again = await open_store(store.path, KEY, store_id=STORE_ID)
    await again.close()
    assert key not in opened_pages(store.path)
