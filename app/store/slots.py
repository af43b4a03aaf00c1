"""Key slots: the store's data key, sealed once for each way in. The file format admits several slots a user.

A slot is AES-256-GCM over the 32-byte data key. Its associated data binds it to store, user, kind, version and the
parameters of the key derivation, so that none of them can be changed or moved to another store unnoticed.
`recovery` is reserved for the slot that is sealed to the plan's rescue key; it holds no derivation parameters.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

_ONE_AT_A_TIME = threading.Lock()
"""Derivations side by side share OpenSSL's pool of threads: each takes some lanes and waits for the rest for ever."""
KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12


class SlotKind(StrEnum):
    PIN = "pin"
    PASSPHRASE = "passphrase"  # noqa: S105 - a kind, not a secret
    RECOVERY = "recovery"


class SlotInvalid(Exception):
    """The slot cannot be read or its parameters are out of bounds: damage or tampering, not a wrong PIN."""


class SlotRefused(Exception):
    """The seal does not open: wrong PIN, or the slot was changed."""


@dataclass(frozen=True, slots=True)
class KdfCost:
    """Argon2id: memory in KiB, passes, lanes. Real: 64 MiB, 3, 4 (RFC 9106 second choice), about 0.1 s a guess."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4

    def check(self) -> None:
        """Raises SlotInvalid: a changed file must not make the device compute for hours or fill its memory."""
        fine = (
            8 * self.lanes <= self.memory_kib <= 1_048_576
            and 1 <= self.passes <= 20
            and 1 <= self.lanes <= 16
        )
        if not fine:
            raise SlotInvalid("derivation parameters are out of bounds")


REAL_COST = KdfCost()


@dataclass(frozen=True, slots=True)
class Slot:
    """One way in. `secret_name` is the keystore entry whose device secret is mixed in, None where there is none."""

    kind: SlotKind
    version: int
    cost: KdfCost
    salt: bytes
    nonce: bytes
    sealed: bytes
    secret_name: str | None

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "version": self.version,
            "kdf": _kdf_json(self.cost, self.salt),
            "nonce": _encode(self.nonce),
            "sealed": _encode(self.sealed),
            "secret_name": self.secret_name,
        }

    @classmethod
    def from_json(cls, data: Any) -> Slot:
        """Raises SlotInvalid for anything that `to_json` could not have written."""
        try:
            kdf = data["kdf"]
            if kdf["name"] != "argon2id":
                raise SlotInvalid("unknown derivation")
            numbers = (data["version"], kdf["memory_kib"], kdf["passes"], kdf["lanes"])
            if not all(type(number) is int for number in numbers):
                raise SlotInvalid("a number is not a number")
            slot = cls(
                kind=SlotKind(data["kind"]),
                version=numbers[0],
                cost=KdfCost(*numbers[1:]),
                salt=_decode(kdf["salt"]),
                nonce=_decode(data["nonce"]),
                sealed=_decode(data["sealed"]),
                secret_name=None if data["secret_name"] is None else str(data["secret_name"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise SlotInvalid("the slot is not readable") from error
        slot.cost.check()
        if len(slot.salt) != SALT_BYTES or len(slot.nonce) != NONCE_BYTES:
            raise SlotInvalid("salt or nonce has the wrong length")
        return slot


def make_key() -> bytes:
    """A random data key or device secret."""
    return secrets.token_bytes(KEY_BYTES)


def derive_key_id(data_key: bytes) -> str:
    """Tells two data keys apart, 16 hex digits; says nothing about a random key."""
    return hmac.new(data_key, b"hearthside data key id", hashlib.sha256).hexdigest()[:16]


def seal(
    data_key: bytes,
    secret: str,
    *,
    store_id: str,
    user_reference: str,
    kind: SlotKind,
    version: int = 1,
    cost: KdfCost = REAL_COST,
    device_secret: bytes | None = None,
    secret_name: str | None = None,
) -> Slot:
    """Wrap the data key for one secret (PIN or passphrase), mixed with the device secret where there is one."""
    cost.check()
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    empty = Slot(kind, version, cost, salt, nonce, b"", secret_name)
    wrapping = _derive_wrapping_key(secret, salt, cost, device_secret)
    sealed = AESGCM(wrapping).encrypt(nonce, data_key, _associated(empty, store_id, user_reference))
    return Slot(kind, version, cost, salt, nonce, sealed, secret_name)


def unseal(
    slot: Slot, secret: str, *, store_id: str, user_reference: str, device_secret: bytes | None = None
) -> bytes:
    """The data key. Raises SlotRefused when the secret is wrong or anything bound to the slot was changed."""
    slot.cost.check()
    wrapping = _derive_wrapping_key(secret, slot.salt, slot.cost, device_secret)
    try:
        data_key = AESGCM(wrapping).decrypt(
            slot.nonce, slot.sealed, _associated(slot, store_id, user_reference)
        )
    except InvalidTag:
        raise SlotRefused from None
    if len(data_key) != KEY_BYTES:
        raise SlotInvalid("the key has the wrong length")
    return data_key


def _derive_wrapping_key(secret: str, salt: bytes, cost: KdfCost, device_secret: bytes | None) -> bytes:
    derivation = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    with _ONE_AT_A_TIME:
        derived = derivation.derive(secret.encode())
    if device_secret is None:
        return derived
    return hmac.new(device_secret, derived, hashlib.sha256).digest()


def _associated(slot: Slot, store_id: str, user_reference: str) -> bytes:
    """Unambiguous: a JSON array, so that no two sets of fields give the same bytes."""
    fields = [
        "hearthside key slot",
        store_id,
        user_reference,
        slot.kind.value,
        slot.version,
        _kdf_json(slot.cost, slot.salt),
        slot.secret_name,
    ]
    return json.dumps(fields, sort_keys=True).encode()


def _kdf_json(cost: KdfCost, salt: bytes) -> dict[str, Any]:
    return {
        "name": "argon2id",
        "memory_kib": cost.memory_kib,
        "passes": cost.passes,
        "lanes": cost.lanes,
        "salt": _encode(salt),
    }


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: Any) -> bytes:
    if not isinstance(text, str):
        raise SlotInvalid("text expected")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise SlotInvalid("not base64") from error
