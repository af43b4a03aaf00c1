"""What a device says it did with an order, and the proof that it is that device's word.

An order is obeyed while the store is locked, so that the key by which the device signs its writes is out of reach. So
each device makes a second Ed25519 key for this alone, which lies beside the store, and signs it with the first while
the store is open (the certificate). The plan needs to know nothing more than the device's registered key. The app has
its own writer of this format (`app.sync.order_reports`); tests tie the two together.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from plan.devices.registry import find_device
from plan.fhir.outcomes import Refusal

_DID = ("nothing", "keys", "all")
_LARGEST = 1_000_000
_CERTIFICATE = "hearthside order reports 1"
_REPORT = "hearthside order report 1"


@dataclass(frozen=True, slots=True)
class Proof:
    """`key`: raw public key of the device's reports; `certificate`: the device's signature on it."""

    key: bytes
    certificate: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """What a device says it did: `did` is all | keys | nothing; counts of visits not sent and sealed copies kept."""

    did: str
    visits: int | None
    sealed: int
    proof: Proof | None = None


def read_told(document: dict[str, Any]) -> Told:
    """Raises Refusal 400 for anything but a report."""
    did, visits, sealed = document.get("did"), document.get("visits"), document.get("sealed", 0)
    if not isinstance(did, str) or did not in _DID:
        raise Refusal(400, "A report says what was done: all, keys or nothing.")
    if not (visits is None or _is_count(visits)) or not _is_count(sealed):
        raise Refusal(400, "A report counts visits and sealed copies.")
    return Told(did, visits, sealed, _find_proof(document.get("proof")))


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST


def _find_proof(said: Any) -> Proof | None:
    if not isinstance(said, dict):
        return None
    try:
        parts = [
            base64.b64decode(str(said.get(name)), validate=True)
            for name in ("key", "certificate", "signature")
        ]
    except (binascii.Error, ValueError):
        return None
    return Proof(*parts)


def certificate_text(device: str, key: bytes) -> bytes:
    """What the device's registered key signs, to say whose reports this key signs."""
    return f"{_CERTIFICATE}\n{device}\n{key.hex()}".encode()


def report_text(device: str, order_id: str, told: Told) -> bytes:
    """What the key of the reports signs."""
    visits = "-" if told.visits is None else str(told.visits)
    return f"{_REPORT}\n{device}\n{order_id}\n{told.did}\n{visits}\n{told.sealed}".encode()


def is_proved(connection: Connection, user_id: str, device: str, order_id: str, told: Told) -> bool:
    """Is this the word of the device that this user registered? Also of one that was withdrawn since."""
    known, proof = find_device(connection, user_id, device), told.proof
    if known is None or proof is None:
        return False
    try:
        registered = Ed25519PublicKey.from_public_bytes(known.public_key)
        registered.verify(proof.certificate, certificate_text(device, proof.key))
        reports = Ed25519PublicKey.from_public_bytes(proof.key)
        reports.verify(proof.signature, report_text(device, order_id, told))
    except (InvalidSignature, ValueError):
        return False
    return True
