"""Recovery slots: the data key sealed to the plan's rescue key, so that a lost PIN loses no visit.

HPKE (RFC 9180: DHKEM X25519, HKDF-SHA256, AES-256-GCM, base mode). `info` binds a slot to its purpose, the device, the
user, the slot's version and the rescue key: moved to another store or user it does not open. The rescue key is pinned
in the encrypted store, never read from a file that others could change.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy import Connection

from app.errors import KeyMissing
from app.store import meta
from app.store.key_file import COPY, KeyFile
from app.store.slots import SlotKind, derive_key_id

VERSION = 1
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
SEALED_BYTES = 32 + 32 + 16
"""The sender's key, the data key, the seal."""


@dataclass(frozen=True, slots=True)
class RescueKey:
    """The public key of which officers hold the private half. `public`: 32 raw bytes."""

    id: str
    public: bytes


@dataclass(frozen=True, slots=True)
class RecoverySlot:
    """One data key sealed to one rescue key."""

    version: int
    rescue_id: str
    data_key_id: str
    sealed: bytes

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": SlotKind.RECOVERY.value,
            "version": self.version,
            "rescue": self.rescue_id,
            "data_key": self.data_key_id,
            "sealed": base64.b64encode(self.sealed).decode(),
        }


def find_slot(raw: dict[str, Any]) -> RecoverySlot | None:
    """The recovery slot of an entry in the key file; None for an entry that is none, or none that can be read."""
    version, rescue_id, data_key_id = raw.get("version"), raw.get("rescue"), raw.get("data_key")
    try:
        sealed = base64.b64decode(str(raw.get("sealed")), validate=True)
    except binascii.Error:
        return None
    fine = (
        raw.get("kind") == SlotKind.RECOVERY
        and type(version) is int
        and isinstance(rescue_id, str)
        and isinstance(data_key_id, str)
        and len(sealed) == SEALED_BYTES
    )
    return RecoverySlot(int(version or 0), str(rescue_id), str(data_key_id), sealed) if fine else None


def list_slots(key_file: KeyFile) -> tuple[RecoverySlot, ...]:
    """All recovery slots of a key file, damaged ones left out."""
    found = (find_slot(raw) for raw in key_file.other_slots)
    return tuple(slot for slot in found if slot is not None)


def load_way_back(path: Path, store_id: str) -> KeyFile:
    """The key file at `path` for coming back without the PIN: where it holds no whole recovery slot, or is gone, with
    what the copy beside it has. Raises KeyMissing when neither can be read.
    """
    try:
        copy: KeyFile | None = KeyFile.load(path.with_name(COPY), store_id)
    except KeyMissing:
        copy = None
    try:
        found = KeyFile.load(path, store_id)
    except KeyMissing:
        if copy is None:
            raise
        return copy.bare  # whatever somebody wrote into it, no slot there is one that a PIN is tried on
    return found if copy is None or list_slots(found) else found.with_copy(copy.bare)


def seal_to_rescue(data_key: bytes, key: RescueKey, *, device: str, user_reference: str) -> RecoverySlot:
    """Seal a data key. `device`: the store as the plan knows it. Raises ValueError for a public key that is none."""
    info = slot_info(device=device, user_reference=user_reference, version=VERSION, rescue_id=key.id)
    sealed = SUITE.encrypt(data_key, X25519PublicKey.from_public_bytes(key.public), info=info)
    return RecoverySlot(VERSION, key.id, derive_key_id(data_key), sealed)


def slot_info(*, device: str, user_reference: str, version: int, rescue_id: str) -> bytes:
    """What a slot is bound to. A JSON array, so that no two sets of fields give the same bytes."""
    return json.dumps(["hearthside recovery slot", device, user_reference, version, rescue_id]).encode()


def find_rescue_key(connection: Connection) -> RescueKey | None:
    """The rescue key that this store has pinned; None where the plan has none, or none came yet."""
    name, _, text = (meta.find(connection, meta.RESCUE_KEY) or "").partition(" ")
    try:
        public = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return RescueKey(name, public) if len(public) == 32 else None


def way_back(connection: Connection, data_key: bytes, key_file: KeyFile) -> tuple[dict[str, Any], ...]:
    """The other slots that this data key should have now; for `Vault(way_back=…)`.

    One recovery slot, sealed to the pinned rescue key: the one that is there while it fits, a new one when the rescue
    key or the data key is another. The slots of other data keys are not given back. With no rescue key pinned, what
    is there stays.
    """
    mine = derive_key_id(data_key)
    kept = tuple(raw for raw in key_file.other_slots if raw.get("kind") != SlotKind.RECOVERY)
    held = [
        raw
        for raw in key_file.other_slots
        if (slot := find_slot(raw)) is not None and slot.data_key_id == mine
    ]
    key = find_rescue_key(connection)
    if key is None:
        return (*kept, *held)
    fitting = [raw for raw in held if raw["rescue"] == key.id and raw["version"] == VERSION]
    if fitting:
        return (*kept, fitting[-1])
    slot = seal_to_rescue(
        data_key, key, device=key_file.device, user_reference=meta.get(connection, meta.USER_REFERENCE)
    )
    return (*kept, slot.to_json())
