"""10,000 wrong PINs through the vault's own code: none opens, none wipes, and all are slowed as documented."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from store_builders import CHEAP, PIN, FakeBoot, MemoryKeystore
from vault_kills import Tablet, make_tablet, opens

from app.errors import WrongPin
from app.store.attempts import FREE_TRIES, WAITS
from app.store.vault import Vault

TRIES = 10_000
REAL_TRIES = 20
LAST_WAIT = WAITS[-1]
SHM = Path("/dev/shm")
FAST = str(SHM) if SHM.is_dir() else None
"""Memory where the system offers it: each try is synced to its disk twice, and the disk is not the point here."""


@pytest.fixture
async def tablet() -> AsyncIterator[Tablet]:
    with tempfile.TemporaryDirectory(dir=FAST) as directory:
        yield await make_tablet(Path(directory) / "first")


def documented_wait(count: int) -> int:
    """Seconds after the `count`-th wrong try in a row: docs/adr/0014."""
    return 0 if count <= 4 else (30, 60, 120, 300, 600, 900)[min(count, 10) - 5]


class Thief:
    """Tries and tries. He may end the app, delete and put back files of the store's directory, and set the date."""

    def __init__(self, tablet: Tablet, seed: int) -> None:
        self.tablet = tablet
        self.boot = FakeBoot()
        self.keystore = MemoryKeystore(tablet.root / "keystore.json")
        self.keystore._path = None  # kept in memory: the file is only for other processes
        self.rng = random.Random(seed)
        self.restart()
        self.waited = self.refused = self.counted = 0

    def restart(self) -> None:
        """Another process: nothing but files and keystore is left of the one before."""
        self.vault = Vault(self.tablet.root / "data", self.keystore, cost=CHEAP, boot_clock=self.boot)

    def wrong(self) -> str:
        pin = f"{self.rng.randrange(10**6):06d}"
        return pin if pin != PIN else "000000"

    async def try_once(self, secret: str) -> WrongPin:
        with pytest.raises(WrongPin) as caught:
            await self.vault.verify(self.tablet.store_id, secret)
        return caught.value

    async def guess(self) -> None:
        """One wrong PIN that is really tried, after as short a wait as he can get by."""
        told = await self.try_once(self.wrong())
        self.counted += 1
        assert (told.attempts, told.wait_seconds) == (self.counted, documented_wait(self.counted))
        self.waited += told.wait_seconds
        self.boot.pass_seconds(told.wait_seconds)


def spoil(thief: Thief, turn: int) -> None:
    counter = thief.tablet.files.attempts
    match turn % 5:
        case 0:
            counter.unlink(missing_ok=True)
        case 1:
            counter.write_text('{"count": 0, "boot": "boot-1", "seconds": 0}')
        case 2:
            counter.write_text("")
        case 3:
            thief.restart()
        case _:
            shutil.rmtree(counter, ignore_errors=True)


async def test_ten_thousand_wrong_pins_never_open_never_wipe_and_are_slowed(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in tablet.files.directory.glob("store-*")}
    key_file, thief = tablet.files.key.read_bytes(), Thief(tablet, 5)
    days = iter(range(10**6, 0, -1))
    monkeypatch.setattr("time.time", lambda: float(next(days)) * 86_400)  # the date only goes back
    for turn in range(TRIES):
        await thief.guess()
        if turn % 50 == 49:
            spoil(thief, turn // 50)
        if (
            turn % 500 == 499
        ):  # during a wait nothing is tried, not even the right PIN, and nothing is counted
            told = await thief.try_once(thief.wrong())
            thief.counted += 1
            thief.waited += LAST_WAIT
            thief.boot.pass_seconds(LAST_WAIT - 1)
            told = await thief.try_once(PIN)
            assert (told.attempts, told.wait_seconds) == (thief.counted, 1)
            thief.boot.pass_seconds(1)
    monkeypatch.undo()
    assert thief.counted == TRIES + TRIES // 500
    assert thief.waited / 86_400 > 100, "days of waiting for one PIN in a hundred"
    assert {path.name: path.read_bytes() for path in tablet.files.directory.glob("store-*")} == before
    assert tablet.files.key.read_bytes() == key_file
    store = await thief.vault.unlock(tablet.store_id, PIN)
    await store.close()
    assert (await thief.try_once(thief.wrong())).attempts == 1
    assert await opens(tablet, PIN)


async def test_a_restart_of_the_device_gives_back_no_more_than_the_time_that_it_ran(tablet: Tablet) -> None:
    thief = Thief(tablet, 6)
    for _ in range(FREE_TRIES + len(WAITS)):
        told = await thief.try_once(thief.wrong())
        thief.boot.pass_seconds(told.wait_seconds)
    told = await thief.try_once(thief.wrong())
    assert told.wait_seconds == LAST_WAIT
    for uptime in (0, 20, 300):
        thief.boot.restart(uptime=uptime)
        thief.restart()
        assert (await thief.try_once(PIN)).wait_seconds == LAST_WAIT - uptime
    thief.boot.restart(uptime=LAST_WAIT)
    await (await thief.vault.unlock(tablet.store_id, PIN)).close()


async def test_twenty_wrong_pins_at_the_real_cost(tmp_path: Path) -> None:
    boot, keystore = FakeBoot(), MemoryKeystore()
    vault = Vault(tmp_path, keystore, boot_clock=boot)
    store = await vault.create(
        user_reference="Practitioner/1", user_name="Ana", plan_url="http://x", secret=PIN
    )
    await store.close()
    for n in range(1, REAL_TRIES + 1):
        with pytest.raises(WrongPin) as caught:
            await vault.unlock(store.store_id, f"{n:06d}")
        assert (caught.value.attempts, caught.value.wait_seconds) == (n, documented_wait(n))
        boot.pass_seconds(caught.value.wait_seconds)
    await (await vault.unlock(store.store_id, PIN)).close()
