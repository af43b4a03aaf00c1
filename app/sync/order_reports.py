"""The proof that a report on an order is this device's own word: made while the store is open, used while it is locked.

The key by which the device signs its writes lies in the encrypted store. So a second Ed25519 key, for reports alone,
lies in the file beside it, with the first one's signature on it: together the voucher. Whoever has the files can give
reports, and has the tablet; whoever knows only the device's id cannot. `plan.orders.reports` was written apart.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.store.order_files import Wipe

_CERTIFICATE = "hearthside order reports 1"
_REPORT = "hearthside order report 1"


def make_voucher(device: str, device_key: Ed25519PrivateKey) -> str:
    """A new key for reports, vouched for by the device's own: its private half and the signature on its public one."""
    key = Ed25519PrivateKey.generate()
    return f"{_encode(key.private_bytes_raw())} {_encode(device_key.sign(_certificate_text(device, key)))}"


def is_voucher(text: str, device: str, device_key: Ed25519PrivateKey) -> bool:
    """Did this device's key vouch for it?"""
    found = _open(text)
    if found is None:
        return False
    key, certificate = found
    try:
        device_key.public_key().verify(certificate, _certificate_text(device, key))
    except InvalidSignature:
        return False
    return True


def encode_report(device: str, wipe: Wipe) -> dict[str, Any]:
    """What the plan is told: counts only, with the proof where there is a voucher."""
    said: dict[str, Any] = {"did": wipe.did.value, "visits": wipe.visits, "sealed": wipe.sealed}
    found = _open(wipe.voucher)
    if found is None:
        return said
    key, certificate = found
    proof = {
        "key": key.public_key().public_bytes_raw(),
        "certificate": certificate,
        "signature": key.sign(_report_text(device, wipe)),
    }
    return said | {"proof": {name: _encode(value) for name, value in proof.items()}}


def _certificate_text(device: str, key: Ed25519PrivateKey) -> bytes:
    return f"{_CERTIFICATE}\n{device}\n{key.public_key().public_bytes_raw().hex()}".encode()


def _report_text(device: str, wipe: Wipe) -> bytes:
    visits = "-" if wipe.visits is None else str(wipe.visits)
    return f"{_REPORT}\n{device}\n{wipe.order_id}\n{wipe.did.value}\n{visits}\n{wipe.sealed}".encode()


def _open(text: str) -> tuple[Ed25519PrivateKey, bytes] | None:
    """Whatever somebody made of the file: no voucher is no crash."""
    private, _, certificate = text.partition(" ")
    try:
        key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(private, validate=True))
        return key, base64.b64decode(certificate, validate=True)
    except (binascii.Error, ValueError):
        return None


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode()
