"""The model of a disk loses exactly what real ones may lose, and nothing that was synced."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.kills.disk import SECTOR, Disk, Leaving, PowerIsOff

HERE = Path("/made-up")
FILE, OTHER = HERE / "a.db", HERE / "a.db-wal"


def found(disk: Disk, leaving: Leaving, seed: int = 1) -> dict[str, bytes]:
    return dict(disk.after_power_loss(random.Random(seed), leaving, HERE))


def outcomes(disk: Disk, leaving: Leaving, name: str) -> set[bytes | None]:
    return {found(disk, leaving, seed).get(name) for seed in range(300)}


def durable_file(content: bytes = b"") -> Disk:
    disk = Disk()
    disk.create(FILE)
    disk.write(FILE, 0, content)
    disk.sync(FILE)
    disk.sync_names(HERE)
    return disk


def test_what_was_synced_is_there_and_what_was_not_may_be() -> None:
    disk = durable_file(b"first")
    disk.write(FILE, 0, b"later")
    assert found(disk, Leaving.NOTHING) == {"a.db": b"first"}
    assert found(disk, Leaving.ALL) == {"a.db": b"later"}
    assert outcomes(disk, Leaving.PREFIX, "a.db") == {b"first", b"later"}
    disk.sync(FILE)
    assert outcomes(disk, Leaving.ANY, "a.db") == {b"later"}


def test_a_new_name_needs_its_directory_synced() -> None:
    disk = Disk()
    disk.create(FILE)
    disk.write(FILE, 0, b"content")
    disk.sync(FILE)
    assert found(disk, Leaving.NOTHING) == {}
    disk.sync_names(HERE)
    assert found(disk, Leaving.NOTHING) == {"a.db": b"content"}


def test_later_writes_may_be_there_without_earlier_ones_also_across_files() -> None:
    disk = durable_file(b"....")
    disk.create(OTHER)
    disk.sync_names(HERE)
    disk.write(FILE, 0, b"1")
    disk.write(OTHER, 0, b"2")
    disk.write(FILE, 1, b"3")
    several = {(f["a.db"], f["a.db-wal"]) for f in (found(disk, Leaving.ANY, seed) for seed in range(300))}
    assert (b".3..", b"") in several
    assert (b"....", b"2") in several
    assert (b"1...", b"") in several
    ordered = {(f["a.db"], f["a.db-wal"]) for f in (found(disk, Leaving.PREFIX, seed) for seed in range(300))}
    assert (b".3..", b"") not in ordered


def test_a_write_is_torn_between_sectors_and_never_within_one() -> None:
    old, new = b"o" * 3 * SECTOR, b"n" * 3 * SECTOR
    disk = durable_file(old)
    disk.write(FILE, 0, new)
    torn = {bytes(content) for content in outcomes(disk, Leaving.ANY, "a.db") if content is not None}
    assert len(torn) > 4
    for content in torn:
        sectors = {content[at : at + SECTOR] for at in range(0, len(content), SECTOR)}
        assert sectors <= {old[:SECTOR], new[:SECTOR]}


def test_a_rename_is_whole_or_not_there() -> None:
    disk = durable_file(b"old")
    disk.create(OTHER)
    disk.write(OTHER, 0, b"new")
    disk.sync(OTHER)
    disk.sync_names(HERE)
    disk.rename(OTHER, FILE)
    for leaving in Leaving:
        assert outcomes(disk, leaving, "a.db") <= {b"old", b"new"}
    assert outcomes(disk, Leaving.ANY, "a.db") == {b"old", b"new"}


def test_a_truncation_waits_for_its_sync_too() -> None:
    disk = durable_file(b"content")
    disk.cut(FILE, 3)
    assert outcomes(disk, Leaving.ANY, "a.db") == {b"content", b"con"}
    disk.delete(FILE)
    assert found(disk, Leaving.NOTHING) == {"a.db": b"content"}
    assert found(disk, Leaving.ALL) == {}


def test_the_power_goes_at_its_operation_and_stays_away() -> None:
    disk = Disk(dies_at=3)
    disk.create(FILE)
    disk.write(FILE, 0, b"a")
    with pytest.raises(PowerIsOff):
        disk.sync(FILE)
    with pytest.raises(PowerIsOff):
        disk.write(FILE, 0, b"b")
    assert disk.off
    assert disk.seen == {"create": 1, "write": 1, "sync": 1}


def test_a_disk_that_lies_keeps_nothing_that_it_was_asked_to_sync() -> None:
    disk = Disk(lies=True)
    disk.create(FILE)
    disk.write(FILE, 0, b"a")
    disk.sync(FILE)
    disk.sync_names(HERE)
    assert found(disk, Leaving.NOTHING) == {}
