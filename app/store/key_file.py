"""`key.json`: the sealed slots of one store, and which keystore holds the device secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.errors import KeyMissing
from app.store.files import read_json, write_json
from app.store.slots import Slot, SlotInvalid, SlotKind

FORMAT = 1
_OPENED_BY_PERSON = (SlotKind.PIN, SlotKind.PASSPHRASE)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """`keystore_name` is None where the system had none. `other_slots` are kept as they are (recovery slots)."""

    store_id: str
    user_reference: str
    user_name: str
    lock_kind: str
    plan_url: str
    keystore_name: str | None
    slots: tuple[Slot, ...]
    other_slots: tuple[dict[str, Any], ...] = field(default=())

    @property
    def slot(self) -> Slot:
        """The newest slot that a person opens."""
        return max(self.slots, key=lambda slot: slot.version)

    def save(self, path: Path) -> None:
        """Replace the file, crash-safe. Raises DiskFull."""
        data = {
            "format": FORMAT,
            "store_id": self.store_id,
            "user": self.user_reference,
            "user_name": self.user_name,
            "lock_kind": self.lock_kind,
            "plan_url": self.plan_url,
            "keystore": self.keystore_name,
            "slots": [*(slot.to_json() for slot in self.slots), *self.other_slots],
        }
        write_json(path, data)

    @classmethod
    def load(cls, path: Path, store_id: str) -> KeyFile:
        """Raises KeyMissing when it is gone, unreadable, another store's, or without a slot to open."""
        data = read_json(path)
        if data is None:
            raise KeyMissing(detail="no key file")
        raw_slots = data.get("slots")
        keystore = data.get("keystore")
        if (
            data.get("format") != FORMAT
            or data.get("store_id") != store_id
            or not isinstance(raw_slots, list)
        ):
            raise KeyMissing(detail="key file is not this store's")
        slots, others = [], []
        for raw in raw_slots:
            if isinstance(raw, dict) and raw.get("kind") not in _OPENED_BY_PERSON:
                others.append(raw)
                continue
            try:
                slots.append(Slot.from_json(raw))
            except SlotInvalid as error:
                raise KeyMissing(detail=f"key slot: {error}") from None
        if not slots:
            raise KeyMissing(detail="no slot")
        return cls(
            store_id=store_id,
            user_reference=str(data.get("user", "")),
            user_name=str(data.get("user_name", "")),
            lock_kind=str(data.get("lock_kind", "")),
            plan_url=str(data.get("plan_url", "")),
            keystore_name=keystore if isinstance(keystore, str) else None,
            slots=tuple(slots),
            other_slots=tuple(others),
        )
