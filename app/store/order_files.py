"""What a locked device has to know of orders, in small files beside the encrypted ones.

`users/<store id>/orders.json`  the plan's address, its key set as its root signed it, the orders obeyed before, the day
                                of the last contact, and what reports are signed with
`orders/<store id>.json`        what an order does, or did, to that store; outlives it

Anybody who can change files can change these too, and could as well delete the store. They hold no key but the one that
signs what this device did with an order, and nobody without the officers' key can make an order out of them that
anything else would obey.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.store.faults import store_errors
from app.store.files import read_json, sync_directory, write_json

ORDERS = "orders.json"
DIRECTORY = "orders"
_NAME = re.compile(r"([0-9a-f]{32})\.json")
_MOST_OBEYED = 100


@dataclass(frozen=True, slots=True)
class OrderFile:
    """`keys` is the text of the plan's key set; `obeyed` are ids of orders that are never obeyed again."""

    plan_url: str
    keys: str
    obeyed: tuple[str, ...] = ()
    seen_day: str = ""
    """The plan's date at the last contact (YYYY-MM-DD): what was over then is over, whatever this clock says."""
    voucher: str = ""
    """The key of this device's reports, and the device's signature on it (`app.sync.order_reports`)."""


def find_order_file(directory: Path) -> OrderFile | None:
    """Of the store in this directory; None where its plan gives no orders, or gave none of its keys yet."""
    data = read_json(directory / ORDERS)
    if data is None:
        return None
    plan_url, keys, obeyed = data.get("plan_url"), data.get("keys"), data.get("obeyed")
    if not isinstance(plan_url, str) or not isinstance(keys, str):
        return None
    known = obeyed if isinstance(obeyed, list) else []
    return OrderFile(
        plan_url,
        keys,
        tuple(one for one in known if isinstance(one, str)),
        _text(data, "seen_day"),
        _text(data, "voucher"),
    )


def save_order_file(directory: Path, file: OrderFile) -> None:
    """Replace it, crash-safe. Raises DiskFull."""
    write_json(directory / ORDERS, asdict(file) | {"obeyed": list(file.obeyed[-_MOST_OBEYED:])})


def remember_order(directory: Path, order_id: str) -> None:
    """The store in this directory has obeyed it and never does again. Raises DiskFull."""
    known = find_order_file(directory) or OrderFile("", "")
    if order_id not in known.obeyed:
        save_order_file(directory, replace(known, obeyed=(*known.obeyed, order_id)))


class Did(StrEnum):
    """What was done to a store."""

    ALL = "all"
    KEYS = "keys"
    """The ways in are gone; file, sealed writes and recovery slot are kept."""
    NOTHING = "nothing"
    """Something is unsent that nobody could ever open: it waits."""


class Stage(StrEnum):
    DECIDED = "decided"
    BARE = "bare"
    """Nobody can open it by PIN or passphrase any more, or nobody can soon: a keystore may be away."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Wipe:
    """The record of one order at one store. Counts are as they were found; `visits` None: not known."""

    store_id: str
    order_id: str
    plan_url: str
    user_name: str
    did: Did
    stage: Stage
    visits: int | None = None
    sealed: int = 0
    told: bool = False
    """The plan has the report."""
    seen: bool = False
    """Somebody here has read what was done."""
    voucher: str = ""
    """What the report is signed with, until the plan has it: the store's own file may be gone by then."""


class WipeRecords:
    """The records of one data directory. All methods block; a disk that refuses raises DiskFull."""

    def __init__(self, data_dir: Path) -> None:
        self._directory = data_dir / DIRECTORY

    def list(self) -> tuple[Wipe, ...]:
        """All readable ones, by store."""
        if not self._directory.is_dir():
            return ()
        names = sorted(entry.name for entry in self._directory.iterdir())
        found = [self.find(match[1]) for name in names if (match := _NAME.fullmatch(name))]
        return tuple(wipe for wipe in found if wipe is not None)

    def find(self, store_id: str) -> Wipe | None:
        data = read_json(self._directory / f"{store_id}.json")
        return None if data is None else _read(store_id, data)

    def save(self, wipe: Wipe) -> None:
        """On the disk when this returns."""
        parent = self._directory.parent
        with store_errors(parent):
            if not self._directory.is_dir():
                self._directory.mkdir(mode=0o700)
                sync_directory(parent)
        write_json(self._directory / f"{wipe.store_id}.json", asdict(wipe))

    def delete(self, store_id: str) -> None:
        with store_errors(self._directory.parent):
            (self._directory / f"{store_id}.json").unlink(missing_ok=True)


def _read(store_id: str, data: dict[str, Any]) -> Wipe | None:
    visits, sealed = data.get("visits"), data.get("sealed")
    try:
        return Wipe(
            store_id=store_id,
            order_id=str(data["order_id"]),
            plan_url=str(data["plan_url"]),
            user_name=str(data["user_name"]),
            did=Did(data["did"]),
            stage=Stage(data["stage"]),
            visits=visits if type(visits) is int else None,
            sealed=sealed if type(sealed) is int else 0,
            told=data.get("told") is True,
            seen=data.get("seen") is True,
            voucher=_text(data, "voucher"),
        )
    except (KeyError, ValueError):
        return None


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
