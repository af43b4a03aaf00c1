"""The plan's word that a sealed write has come to it, carried back by hand and proved to whoever wrote it.

Whoever carries a sealed copy cannot read it, so she cannot make this word either: it is a MAC (HMAC-SHA256) under a key
that lies sealed in the copy, known to its author's device and to the plan alone. The plan's side is
`plan.courier.receipt`; the format is described in docs/courier.md.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = "hearthside courier receipt 1"
WRITE_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
KEY_BYTES = 32
_LAST_MS = 253_402_300_799_000
"""The end of the year 9999: nothing later is a time."""


class ReceiptWord(StrEnum):
    """What became of a write at the plan."""

    ARRIVED = "arrived"
    HELD = "held"
    """The plan keeps it, sealed, for somebody to look at."""


@dataclass(frozen=True, slots=True)
class CarriedReceipt:
    """`at_ms`: by the plan's clock, milliseconds since 1970 UTC. `proof`: base64; worth nothing until it is checked."""

    write_id: str
    word: ReceiptWord
    at_ms: int
    proof: str

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.at_ms / 1000, UTC)

    def to_json(self) -> dict[str, Any]:
        return {"write": self.write_id, "word": self.word.value, "at_ms": self.at_ms, "proof": self.proof}


def read_receipt(value: Any) -> CarriedReceipt | None:
    """A receipt from anywhere; None for what is none."""
    if not isinstance(value, dict):
        return None
    write_id, word, at_ms, proof = (value.get(name) for name in ("write", "word", "at_ms", "proof"))
    if not isinstance(write_id, str) or WRITE_ID.match(write_id) is None or word not in set(ReceiptWord):
        return None
    if not isinstance(at_ms, int) or isinstance(at_ms, bool) or not 0 <= at_ms <= _LAST_MS:
        return None
    if not isinstance(proof, str) or len(proof) > 100:
        return None
    return CarriedReceipt(write_id, ReceiptWord(word), at_ms, proof)


def derive_receipt_key(signing_key: Ed25519PrivateKey, write_id: str) -> bytes:
    """The key of one write's receipt: the same for every copy of it that this device ever seals, and kept nowhere."""
    info = f"{PURPOSE}|{write_id}".encode()
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(signing_key.private_bytes_raw())


def is_genuine(receipt: CarriedReceipt, key: bytes) -> bool:
    """Did the plan say this? `key`: that of the write's receipt."""
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(f"{PURPOSE}|{receipt.write_id}|{receipt.word}|{receipt.at_ms}".encode())
    try:
        mac.verify(base64.b64decode(receipt.proof, validate=True))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
