"""A wipe, killed at each step and finished by the next start: unsent work is kept, and without any nothing is."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from outbox_steps import receipt
from sqlalchemy import Connection, text
from store_builders import PIN, make_draft
from vault_fork import NEW_PIN, ORDER_ID
from vault_kills import ForkServer, Tablet, data_key_of, make_tablet, opens

from app.domain.visit import VisitStatus
from app.errors import HearthsideError, KeyMissing, KeyringUnavailable, StoreBusy
from app.store import outbox, unfinished, visits
from app.store.all_sent import MARK, is_all_sent
from app.store.courier_files import SealedFiles
from app.store.files import StoreLock
from app.store.order_files import Did, Stage, Wipe, WipeRecords, find_order_file
from app.store.vault import Vault
from app.store.wiping import Wiping

PLAN = "http://127.0.0.1:8600/fhir"
SEALED = "11111111-2222-4333-8444-555555555555"
WAYS_IN = ["slots dropped", "secret deleted", "ways in dropped", "ways in gone"]
KEYS = ["decided", "order remembered", *WAYS_IN, "bare", "done"]
ALL = ["decided", *WAYS_IN, "bare", *["file deleted"] * 5, "key file deleted", "directory deleted", "done"]


async def make_sent(tablet: Tablet) -> Tablet:
    """All that was written there is the plan's too, and nothing is open."""

    def settle(c: Connection) -> None:
        outbox.mark_attempted(c, "w", make_draft().began_at)
        receipts = [receipt("Encounter", "signed"), receipt("Observation", "signed-pain")]
        assert outbox.settle(c, "w", receipts, [], manifest=True)
        for table, column in (("answer", "visit_id"), ("visit", "id")):
            c.execute(text(f"DELETE FROM {table} WHERE {column} = 'draft'"))  # noqa: S608 - names of our own

    store = await tablet.vault.unlock(tablet.store_id, PIN)
    await store.write(settle)
    await store.close()
    tablet.vault.note_unsent(tablet.store_id, 0)
    return tablet


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tablet, Tablet]:
    """Made once; each test takes a copy. The first has nothing unsent, the second has."""
    root = tmp_path_factory.mktemp("wiping")

    async def make() -> tuple[Tablet, Tablet]:
        return await make_sent(await make_tablet(root / "sent")), await make_tablet(root / "unsent")

    return asyncio.run(make())


@pytest.fixture
def sent(first: tuple[Tablet, Tablet], tmp_path: Path) -> Tablet:
    return first[0].copy(tmp_path / "sent")


@pytest.fixture
def unsent(first: tuple[Tablet, Tablet], tmp_path: Path) -> Tablet:
    tablet = first[1].copy(tmp_path / "unsent")
    SealedFiles(tablet.files.directory / "sealed").lay(SEALED, {"sealed": "copy"})
    tablet.vault.note_unsent(tablet.store_id, 1)
    return tablet


def record(tablet: Tablet) -> Wipe:
    (wipe,) = WipeRecords(tablet.root / "data").list()
    return wipe


async def wipe(tablet: Tablet, vault: Vault | None = None) -> Wipe:
    wiping = Wiping(vault or tablet.vault, tablet.root / "data")
    return await wiping.wipe(tablet.store_id, ORDER_ID, PLAN)


@pytest.mark.parametrize(("step", "times"), [(step, ALL[: n + 1].count(step)) for n, step in enumerate(ALL)])
async def test_killed_at_any_step_with_nothing_unsent_nothing_is_left(
    server: ForkServer, sent: Tablet, cipher_driver: str, step: str, times: int
) -> None:
    steps, code = server.run(sent.order("wipe", step, cipher_driver, times=times))
    assert (steps.count(step), code) == (times, -9)
    assert server.run(sent.order("finish", "", cipher_driver))[1] == 0
    assert (record(sent).did, record(sent).stage, record(sent).visits) == (Did.ALL, Stage.DONE, 0)
    assert not sent.files.directory.exists()
    assert sent.keystore.entries == {}
    left = [path for path in (sent.root / "data").rglob("*") if path.is_file()]
    assert [path.parent.name for path in left] == ["orders"], "only the record of what was done"
    assert sent.vault.users() == []


@pytest.mark.parametrize("step", KEYS)
async def test_killed_at_any_step_with_unsent_work_all_of_it_comes_back(
    server: ForkServer, unsent: Tablet, cipher_driver: str, step: str
) -> None:
    data_key = await data_key_of(unsent)
    database = unsent.files.database("store-0001.db").read_bytes()
    assert server.run(unsent.order("wipe", step, cipher_driver))[1] == -9
    assert server.run(unsent.order("finish", "", cipher_driver))[1] == 0
    found = record(unsent)
    assert (found.did, found.stage, found.visits, found.sealed) == (Did.KEYS, Stage.DONE, 1, 1)
    with pytest.raises(KeyMissing):
        await unsent.vault.unlock(unsent.store_id, PIN)
    assert unsent.keystore.entries == {}, "no device secret, no count of tries"
    assert unsent.files.database("store-0001.db").read_bytes() == database
    assert SealedFiles.beside(unsent.files.key).list_ids() == {SEALED}
    known = find_order_file(unsent.files.directory)
    assert known is not None
    assert known.obeyed == (ORDER_ID,)
    assert server.run(unsent.order("reset", "", cipher_driver, data_key))[1] == 0
    assert await opens(unsent, NEW_PIN), "signed visit, its exact write and the draft are all there"


async def test_what_is_written_before_the_next_start_is_kept_although_nothing_was_unsent(
    server: ForkServer, sent: Tablet, cipher_driver: str
) -> None:
    """The decision was "everything"; then the app died, and somebody came in once more before it was carried out."""
    assert server.run(sent.order("wipe", "decided", cipher_driver))[1] == -9
    assert record(sent).did is Did.ALL
    store = await sent.vault.unlock(sent.store_id, PIN)
    await store.write(lambda c: visits.begin(c, make_draft("new"), "1"))
    await store.close()
    data_key = await data_key_of(sent)
    assert server.run(sent.order("finish", "", cipher_driver))[1] == 0
    assert record(sent).did is Did.KEYS
    store = await sent.vault.reset_secret(sent.store_id, [data_key], NEW_PIN)
    assert (await store.read(lambda c: visits.read_draft(c, "new"))).id == "new"
    await store.close()


async def test_with_unsent_work_and_no_way_back_nothing_goes(unsent: Tablet) -> None:
    raw = json.loads(unsent.files.key.read_text())
    raw["slots"] = [slot for slot in raw["slots"] if slot["kind"] != "recovery"]
    unsent.files.key.write_text(json.dumps(raw))
    unsent.files.way_back.unlink()
    before = unsent.files.key.read_bytes()
    done = await wipe(unsent)
    assert (done.did, done.stage) == (Did.NOTHING, Stage.DONE)
    assert unsent.files.key.read_bytes() == before
    assert find_order_file(unsent.files.directory) is None, "not obeyed: it waits until the work is sent"
    assert await opens(unsent, PIN)


class AwayKeystore:
    """A keystore that is locked: entries of another keystore that cannot be deleted now."""

    name = "memory"

    def __init__(self, entries: dict[str, str]) -> None:
        self.entries = entries

    async def get(self, key: str) -> str | None:
        return self.entries.get(key)

    async def set(self, key: str, value: str) -> None:
        raise KeyringUnavailable

    async def delete(self, key: str) -> None:
        raise KeyringUnavailable


async def test_a_keystore_that_is_away_holds_nothing_up_but_its_own_entries(sent: Tablet) -> None:
    away = AwayKeystore(sent.keystore.entries)
    done = await wipe(sent, Vault(sent.root / "data", away))
    assert (done.did, done.stage) == (Did.ALL, Stage.BARE)
    left = sorted(path.name for path in sent.files.directory.iterdir())
    assert [name for name in left if not name.endswith("lock")] == ["key.json"], (
        "it names what is to be deleted"
    )
    assert sent.key_file().slots == ()
    assert sent.secrets() != set()
    with pytest.raises(HearthsideError):
        await sent.vault.unlock(sent.store_id, PIN)
    done = await Wiping(sent.vault, sent.root / "data").finish(done)
    assert done.stage is Stage.DONE
    assert not sent.files.directory.exists()
    assert sent.keystore.entries == {}


async def test_a_store_that_is_open_is_not_wiped_under_anybody(sent: Tablet) -> None:
    lock = StoreLock.acquire(sent.files.lock)
    with pytest.raises(StoreBusy):
        await wipe(sent)
    lock.release()
    assert WipeRecords(sent.root / "data").list() == ()


async def test_the_mark_is_there_only_while_a_store_is_closed_and_all_was_sent(sent: Tablet) -> None:
    assert is_all_sent(sent.files)
    store = await sent.vault.unlock(sent.store_id, PIN)
    assert not (sent.files.directory / MARK).exists(), "lifted before anybody can write"
    await store.write(lambda c: visits.begin(c, make_draft("new"), "1"))
    await store.close()
    assert not is_all_sent(sent.files), "a visit that is not signed is unsent work"
    store = await sent.vault.unlock(sent.store_id, PIN)
    assert await store.write(lambda c: visits.discard(c, "new"))
    await store.close()
    assert is_all_sent(sent.files)


async def test_a_damaged_way_back_is_none(unsent: Tablet) -> None:
    """A recovery slot that nobody can open must not count as the way to what is unsent."""
    for path in (unsent.files.key, unsent.files.way_back):
        content = json.loads(path.read_text())
        for slot in content["slots"]:
            if slot["kind"] == "recovery":
                slot["sealed"] = slot["sealed"][:-8]
        path.write_text(json.dumps(content))
    assert (await wipe(unsent)).did is Did.NOTHING
    assert await opens(unsent, PIN)


@pytest.mark.parametrize("what", ["spoilt", "gone"])
async def test_with_the_way_back_in_the_second_file_only_the_ways_in_go(unsent: Tablet, what: str) -> None:
    """Its device secrets go too, which only the second file still names when the first is lost."""
    data_key = await data_key_of(unsent)
    if what == "gone":
        unsent.files.key.unlink()
    else:
        raw = json.loads(unsent.files.key.read_text())
        raw["slots"] = [slot for slot in raw["slots"] if slot["kind"] != "recovery"]
        unsent.files.key.write_text(json.dumps(raw))
    assert (await wipe(unsent)).did is Did.KEYS
    assert unsent.keystore.entries == {}
    with pytest.raises(KeyMissing):
        await unsent.vault.unlock(unsent.store_id, PIN)
    store = await unsent.vault.reset_secret(unsent.store_id, [data_key], NEW_PIN)
    await store.close()
    assert await opens(unsent, NEW_PIN)


async def test_an_addition_that_is_half_written_is_unsent_work(sent: Tablet) -> None:
    """It was called saved while she typed it, and nobody else has it."""
    store = await sent.vault.unlock(sent.store_id, PIN)
    await store.write(
        lambda c: unfinished.put(c, "signed", unfinished.ADDENDUM, "Her son called.", VisitStatus.SIGNED)
    )
    await store.close()
    assert not is_all_sent(sent.files)


@pytest.mark.parametrize("doubt", ["other time", "other file", "log", "sealed", "no pointer", "no mark"])
def test_any_doubt_counts_as_unsent_work(sent: Tablet, doubt: str) -> None:
    database = sent.files.database(sent.files.read_pointer().file)
    mark = sent.files.directory / MARK
    match doubt:
        case "other time":
            mark.write_text(json.dumps(json.loads(mark.read_text()) | {"written": 1}))
        case "other file":
            mark.write_text(json.dumps(json.loads(mark.read_text()) | {"file": "store-0009.db"}))
        case "log":
            database.with_name(f"{database.name}-wal").write_bytes(b"frames")
        case "sealed":
            SealedFiles.beside(database).lay(SEALED, {"sealed": "copy"})
        case "no pointer":
            sent.files.pointer.unlink()
        case _:
            mark.unlink()
    assert not is_all_sent(sent.files)
