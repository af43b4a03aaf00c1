"""`key.json`: the sealed slots of one store, and which keystore holds the device secret.

Usually one slot is opened by a person. While a PIN or the data key is being changed there are two, the old and the
new; what opened the file stays, the other goes (`app.store.key_changes`).

`way-back.json` beside it is the same without any slot that a person opens: the recovery slots, and the names of the
device secrets, so that a key file that is lost or spoilt takes neither the way back nor the tidying along.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.errors import KeyMissing, StoreError
from app.store.files import read_json, write_json
from app.store.slots import Slot, SlotInvalid, SlotKind

FORMAT = 1
COPY = "way-back.json"
_log = logging.getLogger("app.store")
_OPENED_BY_PERSON = (SlotKind.PIN, SlotKind.PASSPHRASE)


def derive_device(store_id: str) -> str:
    """How the plan knows this user's device: 32 hex digits. The name of the store itself stays on the device."""
    return hashlib.sha256(f"hearthside-device {store_id}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class KeyFile:
    """`keystore_name` is None where the system had none. `other_slots` are opened by nobody here (recovery slots).

    `retired`: names of device secrets that no slot uses any more and that are still to be deleted. `rekeying`: the
    database file that an unfinished change of the data key makes. `unreadable`: damaged slots, kept as they are.
    """

    store_id: str
    user_reference: str
    user_name: str
    lock_kind: str
    plan_url: str
    keystore_name: str | None
    slots: tuple[Slot, ...]
    other_slots: tuple[dict[str, Any], ...] = field(default=())
    retired: tuple[str, ...] = field(default=())
    rekeying: str | None = None
    unreadable: tuple[Any, ...] = field(default=())

    @property
    def device(self) -> str:
        """Derived, never believed from the file: an order for another device must not become one for this."""
        return derive_device(self.store_id)

    @property
    def next_version(self) -> int:
        """Of a new slot and its device secret: none that is known here had it."""
        names = [*self.retired, *(slot.secret_name or "" for slot in self.slots)]
        ends = [int(end) for name in names if (end := name.rpartition("/")[2]).isdecimal() and end.isascii()]
        return 1 + max([*(slot.version for slot in self.slots), *ends], default=0)

    def without(self, dropped: Iterable[Slot]) -> KeyFile:
        """Without these slots; their device secrets are retired where no slot that stays uses them."""
        gone = tuple(dropped)
        kept = tuple(slot for slot in self.slots if slot not in gone)
        used = {slot.secret_name for slot in kept}
        names = dict.fromkeys([*self.retired, *(slot.secret_name for slot in gone)])
        retired = tuple(name for name in names if name is not None and name not in used)
        return replace(self, slots=kept, retired=retired)

    @property
    def bare(self) -> KeyFile:
        """Nobody opens it by PIN or passphrase; the device secrets of its slots are retired."""
        return replace(self.without(self.slots), unreadable=())

    def save(self, path: Path) -> None:
        """Replace the file, crash-safe, and then its copy. Raises DiskFull."""
        write_json(path, self._to_json())
        self.keep_copy(path)

    def keep_copy(self, path: Path) -> None:
        """Bring the copy beside `path` up to date where there is a way back to keep.

        The copy is a second way, never the only one: a disk that refuses it leaves it for the next opening.
        """
        if not any(raw.get("kind") == SlotKind.RECOVERY for raw in self.other_slots):
            return
        wanted, copy = replace(self.bare, rekeying=None)._to_json(), path.with_name(COPY)
        if read_json(copy) == wanted:
            return
        try:
            write_json(copy, wanted)
        except (StoreError, OSError) as error:
            _log.warning("the second way back is not up to date: %s", type(error).__name__)

    def _to_json(self) -> dict[str, Any]:
        data = {
            "format": FORMAT,
            "store_id": self.store_id,
            "device": self.device,
            "user": self.user_reference,
            "user_name": self.user_name,
            "lock_kind": self.lock_kind,
            "plan_url": self.plan_url,
            "keystore": self.keystore_name,
            "slots": [*(slot.to_json() for slot in self.slots), *self.other_slots, *self.unreadable],
        }
        if self.retired:
            data["retired"] = list(self.retired)
        if self.rekeying is not None:
            data["rekeying"] = self.rekeying
        return data

    def with_copy(self, copy: KeyFile) -> KeyFile:
        """With what the copy has besides: its slots, and the device secrets that no slot here uses."""
        used = {slot.secret_name for slot in self.slots}
        more = tuple(raw for raw in copy.other_slots if raw not in self.other_slots)
        names = dict.fromkeys((*self.retired, *copy.retired))
        retired = tuple(name for name in names if name not in used)
        return replace(self, other_slots=(*self.other_slots, *more), retired=retired)

    @classmethod
    def load(cls, path: Path, store_id: str) -> KeyFile:
        """Raises KeyMissing when it is gone, unreadable or another store's. There may be no slot a person opens."""
        data = read_json(path)
        if data is None:
            raise KeyMissing(detail="no key file")
        raw_slots = data.get("slots")
        keystore, rekeying = data.get("keystore"), data.get("rekeying")
        if (
            data.get("format") != FORMAT
            or data.get("store_id") != store_id
            or not isinstance(raw_slots, list)
        ):
            raise KeyMissing(detail="key file is not this store's")
        slots, others, unreadable = _sort(raw_slots)
        return cls(
            store_id=store_id,
            user_reference=str(data.get("user", "")),
            user_name=str(data.get("user_name", "")),
            lock_kind=str(data.get("lock_kind", "")),
            plan_url=str(data.get("plan_url", "")),
            keystore_name=keystore if isinstance(keystore, str) else None,
            slots=slots,
            other_slots=others,
            retired=_own_names(data.get("retired"), store_id),
            rekeying=rekeying if isinstance(rekeying, str) else None,
            unreadable=unreadable,
        )


def _sort(raw_slots: list[Any]) -> tuple[tuple[Slot, ...], tuple[dict[str, Any], ...], tuple[Any, ...]]:
    """Slots that a person opens, others, and damaged ones."""
    slots, others, unreadable = [], [], []
    for raw in raw_slots:
        if isinstance(raw, dict) and raw.get("kind") not in _OPENED_BY_PERSON:
            others.append(raw)
            continue
        try:
            slots.append(Slot.from_json(raw))
        except SlotInvalid:
            unreadable.append(raw)
    return tuple(slots), tuple(others), tuple(unreadable)


def _own_names(names: Any, store_id: str) -> tuple[str, ...]:
    """Only device secrets of this very store: a changed file must not have another one's deleted."""
    listed = names if isinstance(names, list) else []
    own = (name for name in listed if isinstance(name, str) and name.startswith(f"{store_id}/device-secret/"))
    return tuple(dict.fromkeys(own))
