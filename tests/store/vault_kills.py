"""Stores that changes of the lock are killed in, and a look at what is left of one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, text
from store_builders import CHEAP, PIN, MemoryKeystore, answer, make_changes, make_draft, make_visit
from vault_fork import Order, way_back

from app.errors import HearthsideError, WrongPin
from app.store import health, outbox, records, rekeying, visits
from app.store.files import StoreFiles
from app.store.key_file import KeyFile
from app.store.slots import derive_key_id
from app.store.vault import Vault

ROOT = Path(__file__).parents[2]
BODY = '{"exact":  1.10}'

NEW_SLOT = ["secret stored", "both slots written", "new slot proved"]
OLD_GOES = ["old slot dropped", "old secret deleted", "settled"]
NEW_FILE = ["rested", "copied", "rekeyed", "checked", "named", "switched"]
CHANGE = [*NEW_SLOT, *OLD_GOES]
NEW_KEY = [*NEW_SLOT, *NEW_FILE, "opened", *OLD_GOES, "old file deleted"]
RESET = [*CHANGE, *NEW_KEY]
DROP = ["slots dropped", "secret deleted", "ways in dropped"]


class ForkServer:
    """`vault_fork.py`, and what its children say."""

    def __init__(self) -> None:
        here = str(Path(__file__).parent)
        self._process = subprocess.Popen(
            [sys.executable, str(Path(here) / "vault_fork.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), here])},
        )

    def run(self, order: Order) -> tuple[list[str], int]:
        """The steps that the child went through, and how it ended (-9: killed)."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        steps: list[str] = []
        for line in self._process.stdout:
            if line.startswith("ended "):
                return steps, int(line[6:])
            steps.append(line.strip())
        raise AssertionError("the fork server ended")

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@dataclass
class Tablet:
    """One store on a disk, with its keystore in a file."""

    root: Path
    store_id: str

    @property
    def keystore(self) -> MemoryKeystore:
        return MemoryKeystore(self.root / "keystore.json")

    @property
    def files(self) -> StoreFiles:
        return StoreFiles(self.root / "data", self.store_id)

    @property
    def vault(self) -> Vault:
        return Vault(self.root / "data", self.keystore, cost=CHEAP, way_back=way_back)

    way_back = staticmethod(way_back)

    def key_file(self) -> KeyFile:
        return KeyFile.load(self.files.key, self.store_id)

    def copy(self, root: Path) -> Tablet:
        shutil.copytree(self.root, root)
        return Tablet(root, self.store_id)

    def order(self, action: str, stop_at: str, driver: str, data_key: bytes = b"", times: int = 1) -> Order:
        keystore = str(self.root / "keystore.json")
        data = str(self.root / "data")
        return Order(data, keystore, driver, self.store_id, action, stop_at, times, data_key.hex())

    def databases(self) -> set[str]:
        return {
            path.name
            for path in self.files.directory.iterdir()
            if (path.name.startswith("store-") and path.name.endswith(".db")) or path.name == "migrating.part"
        }

    def secrets(self) -> set[str]:
        return {name for name in self.keystore.entries if "/device-secret/" in name}


async def make_tablet(root: Path) -> Tablet:
    """A signed, unsent visit, a draft with one tap, and a wish for a new key."""
    root.mkdir()
    vault = Vault(root / "data", MemoryKeystore(root / "keystore.json"), cost=CHEAP, way_back=way_back)
    store = await vault.create(
        user_reference="Practitioner/ana", user_name="Ana", plan_url="http://127.0.0.1:8600", secret=PIN
    )

    def fill(c: Connection) -> None:
        visits.begin(c, make_draft("signed"), "1")
        seqs = records.save_signed(c, make_visit("signed"), make_changes("signed"))
        outbox.cut_write(c, "w", seqs, BODY, make_visit().signed_at)
        visits.begin(c, make_draft("draft"), "1")
        visits.put_answer(c, "draft", "esas-pain", answer(8))
        rekeying.want_new_key(c)

    await store.write(fill)
    await store.close()
    return Tablet(root, store.store_id)


async def opens(tablet: Tablet, secret: str) -> bool:
    """Whether this secret opens the store; then all that was in it is still there, and every page is whole."""
    try:
        store = await tablet.vault.unlock(tablet.store_id, secret)
    except WrongPin:
        return False
    try:
        assert await store.read(_content) == (
            [one.payload for one in make_changes("signed")],
            BODY,
            "8",
        )
        assert (await store.read(health.examine)).whole
    finally:
        await store.close()
    return True


def _content(c: Connection) -> tuple[list[str], str, str]:
    payloads = list(c.execute(text("SELECT payload FROM change ORDER BY seq")).scalars())
    body = c.execute(text("SELECT body FROM write")).scalar_one()
    tap = c.execute(text("SELECT value FROM answer WHERE visit_id = 'draft'")).scalar_one()
    return payloads, body, tap


async def check_settled(tablet: Tablet) -> None:
    """One slot, its secret, one way back for the same key, one file; nothing is left of what was begun."""
    key_file = tablet.key_file()
    (slot,) = key_file.slots
    assert (key_file.retired, key_file.rekeying) == ((), None)
    assert slot.secret_name in tablet.secrets()
    assert not {name for name in tablet.secrets() if _number(name) < slot.version}, (
        "an old secret still opens"
    )
    assert len(key_file.other_slots) == 1
    assert len(tablet.databases()) == 1
    assert tablet.files.read_pointer().previous is None


def _number(name: str) -> int:
    return int(name.rpartition("/")[2])


async def data_key_of(tablet: Tablet, secret: str = PIN) -> bytes:
    """What an officer's answer would hold."""
    (opened,) = await tablet.vault._check.open_keys(tablet.files, secret)
    assert tablet.key_file().other_slots[0]["data_key"] == derive_key_id(opened.data_key)
    return opened.data_key


async def is_shut(tablet: Tablet, secret: str) -> bool:
    """Whether nothing opens it any more, and nothing of it was deleted."""
    try:
        await tablet.vault.unlock(tablet.store_id, secret)
    except HearthsideError as error:
        return error.detail == "no slot"
    return False
