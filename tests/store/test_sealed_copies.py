"""Files of sealed copies, and what the outbox says of them."""

from __future__ import annotations

import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from outbox_steps import change, receipt, save, sign
from sqlalchemy import Connection
from store_builders import KEY, NOON, STORE_ID

from app.store import outbox, sealed
from app.store.courier_files import LARGEST, SealedFiles, find_all
from app.store.engine import Store, create_store
from app.store.sealed import find_held, list_wanted, list_whole


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await create_store(tmp_path / "store-0001.db", KEY, store_id=STORE_ID)
    yield opened
    await opened.close()


def seal(connection: Connection, group: str) -> str:
    """Cut a group whole and mark it, as the sealer does; returns the write's id."""
    (found,) = [one for one in list_whole(connection) if one.group_id == group]
    write_id = str(uuid4())
    outbox.cut_write(connection, write_id, [one.seq for one in found.changes], "{}", NOON)
    sealed.mark_sealed(connection, NOON)
    return write_id


def settle(connection: Connection, write_id: str, *records: tuple[str, str]) -> None:
    assert outbox.settle(connection, write_id, [receipt(kind, one) for kind, one in records])


def whole(connection: Connection) -> list[str]:
    return [one.group_id for one in list_whole(connection)]


async def test_what_points_to_an_older_unsent_record_is_cut_and_held_until_that_has_come(
    store: Store,
) -> None:
    def run(connection: Connection) -> None:
        save(connection, "g1", change("a"))
        save(connection, "g2", change("b", "Task/a"))
        assert whole(connection) == ["g1", "g2"]
        first, second = seal(connection, "g1"), seal(connection, "g2")
        assert find_held(connection) == {second}
        found = sealed.find_write(connection, second)
        assert found is not None
        assert found.needs == ("Task/a",)
        settle(connection, first, ("Task", "a"))
        assert find_held(connection) == frozenset()
        assert list_wanted(connection) == {second}

    await store.write(run)


async def test_no_two_writes_wait_for_each_other(store: Store) -> None:
    def run(connection: Connection) -> None:
        save(connection, "g1", change("a"), change("a2", "Task/b"))
        save(connection, "g2", change("b", "Task/a"))
        assert whole(connection) == ["g2"], "the older one points to the younger, so it is not cut as a whole"

    await store.write(run)


async def test_what_cannot_be_cut_yet_or_is_no_copys_to_carry_is_left(store: Store) -> None:
    def run(connection: Connection) -> None:
        save(connection, "g1", change("a"))
        save(connection, "g2", change("a", base="own-latest"))
        save(connection, "file", change("binary-1", type="Binary"))
        save(connection, "document", change("d", "Binary/binary-1", type="DocumentReference"))
        assert whole(connection) == ["g1"]

    await store.write(run)


async def test_what_waits_for_somebodys_decision_is_told_apart_from_what_waits_its_turn(store: Store) -> None:
    def run(connection: Connection) -> None:
        save(connection, "g1", change("a"))
        save(connection, "g2", change("b", "Task/a"))
        first, second = seal(connection, "g1"), seal(connection, "g2")
        assert find_held(connection, stuck=True) == frozenset()
        outbox.refuse(connection, first, "no")
        assert find_held(connection, stuck=True) == {second}
        outbox.withdraw(connection, second, "apart")
        assert whole(connection) == []
        assert list_wanted(connection) == {first, second}, "until newer copies carry what is in them"

    await store.write(run)


async def test_a_closed_writes_copy_goes_when_a_newer_one_carries_all_of_it(store: Store) -> None:
    def run(connection: Connection) -> None:
        sign(connection)
        first = seal(connection, "visit-1")
        outbox.refuse(connection, first, "no")
        assert list_wanted(connection) == {first}
        outbox.put_back(connection, "visit-1")
        second = seal(connection, "visit-1")
        assert list_wanted(connection) == {second}
        settle(connection, second, ("Encounter", "visit-1"), ("Observation", "visit-1-pain"))
        assert list_wanted(connection) == frozenset()
        assert sealed.list_known(connection, frozenset({first, "unheard-of"})) == {first}

    await store.write(run)


def test_a_copy_is_private_whole_and_the_only_thing_that_counts(tmp_path: Path) -> None:
    files = SealedFiles(tmp_path / "sealed")
    assert files.list_ids() == frozenset()
    write_id = str(uuid4())
    files.lay(write_id, {"sealed": "x"})
    files.lay(write_id, {"sealed": "y"})
    assert files.read(write_id) == {"sealed": "y"}
    assert stat.S_IMODE(files.directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((files.directory / write_id).stat().st_mode) == 0o600
    (files.directory / f"{uuid4()}.new").write_text("half")
    (files.directory / "readme").write_text("hello")
    (files.directory / str(uuid4())).mkdir()
    (files.directory / str(uuid4())).symlink_to(tmp_path / "elsewhere")
    assert files.list_ids() == {write_id}
    files.drop_unfinished()
    assert not list(files.directory.glob("*.new"))
    files.delete(write_id)
    files.delete(write_id)
    assert files.read(write_id) is None


def test_names_that_lead_elsewhere_and_files_that_are_none_are_not_read(tmp_path: Path) -> None:
    files = SealedFiles(tmp_path)
    for name in ("../x", "x", ""):
        with pytest.raises(ValueError, match="not a write id"):
            files.read(name)
    write_id = str(uuid4())
    for content in ("[]", "{", "[" * 100_000):
        (tmp_path / write_id).write_text(content)
        assert files.read(write_id) is None
    with (tmp_path / write_id).open("wb") as file:
        file.truncate(LARGEST + 1)
    assert files.read(write_id) is None


def test_copies_are_found_from_a_data_directory_a_stores_or_their_own(tmp_path: Path) -> None:
    directory = tmp_path / "users" / STORE_ID / "sealed"
    directory.mkdir(parents=True)
    (directory / str(uuid4())).write_text(json.dumps({}))
    for place in (tmp_path, tmp_path / "users", directory.parent, directory):
        assert [files.directory for files in find_all(place)] == [directory], place
    assert list(find_all(tmp_path / "nowhere")) == []
