"""Opening what the courier brings: sealed to the plan's key, signed by the device of its author within.

The format is described in docs/courier.md; the app's side (`app.sync.courier`) was written apart from this one.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from plan.fhir.json_text import NotJson, loads

FORMAT = 1
PURPOSE = "hearthside courier write 1"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_SIGNATURE_BYTES = 64
WRITE_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
_KEY_ID = re.compile(r"[0-9a-f]{16}\Z")
_AUTHOR = re.compile(r"Practitioner/[A-Za-z0-9.-]{1,64}\Z")
_NEED = re.compile(r"[A-Z][A-Za-z]{1,39}/[A-Za-z0-9.-]{1,64}\Z")
_DEVICE = re.compile(r"[0-9a-f]{32}\Z")
MOST_NEEDS = 500


class Unreadable(Exception):
    """What was brought is no sealed write, is sealed to a key that is not here, or was changed. Says which, no more."""


@dataclass(frozen=True)
class Envelope:
    """A sealed write as it travels."""

    write_id: str
    key_id: str
    sealed: bytes


@dataclass(frozen=True)
class Letter:
    """What was in it. `author` and `device` are claims until `check_signature` has returned."""

    write_id: str
    device: str
    author: str
    needs: tuple[tuple[str, str], ...]
    body: dict[str, Any]
    signature: bytes
    message: bytes
    receipt_key: bytes = field(default=b"", repr=False)
    """What a receipt for its author is proved with (`plan.courier.receipt`); empty: she asked for none."""


def read_envelope(document: Mapping[str, Any]) -> Envelope:
    """Raises Unreadable."""
    write_id, key_id, sealed = document.get("write"), document.get("key"), document.get("sealed")
    if document.get("format") != FORMAT or not isinstance(sealed, str):
        raise Unreadable("This is no sealed write that this version can read.")
    if not isinstance(write_id, str) or WRITE_ID.match(write_id) is None:
        raise Unreadable("The write has no id.")
    if not isinstance(key_id, str) or _KEY_ID.match(key_id) is None:
        raise Unreadable("It does not say which key it is sealed to.")
    try:
        return Envelope(write_id, key_id, base64.b64decode(sealed, validate=True))
    except (binascii.Error, ValueError):
        raise Unreadable("This is no sealed write that this version can read.") from None


def open_envelope(envelope: Envelope, keys: Mapping[str, X25519PrivateKey], largest: int) -> Letter:
    """The letter, of at most `largest` bytes. Raises Unreadable."""
    key = keys.get(envelope.key_id)
    if key is None:
        raise Unreadable("It is sealed to a key that this plan does not have.")
    info = f"{PURPOSE}|{envelope.key_id}|{envelope.write_id}".encode()
    try:
        packed = _SUITE.decrypt(envelope.sealed, key, info)
    except (InvalidTag, ValueError):
        raise Unreadable("It was changed on its way, or is not what its name says.") from None
    content = _unpack(packed, largest)
    signature, message = content[:_SIGNATURE_BYTES], content[_SIGNATURE_BYTES:]
    try:
        said = loads(message)
        body = loads(said["body"])
    except (NotJson, KeyError, TypeError, AttributeError):
        raise Unreadable("What was sealed is no write.") from None
    bound = (said.get("purpose"), said.get("key"), said.get("write"))
    if bound != (PURPOSE, envelope.key_id, envelope.write_id) or not isinstance(body, dict):
        raise Unreadable("What was sealed is not the write that its name says.")
    device, author = said.get("device"), said.get("author")
    if not isinstance(device, str) or _DEVICE.match(device) is None:
        raise Unreadable("The write does not name its device.")
    if not isinstance(author, str) or _AUTHOR.match(author) is None:
        raise Unreadable("The write does not name its author.")
    needs, key_to_receipt = _needs(said.get("needs")), _receipt_key(said.get("receipt"))
    return Letter(envelope.write_id, device, author, needs, body, signature, message, key_to_receipt)


def check_signature(letter: Letter, public_key: bytes) -> None:
    """Raises Unreadable unless the holder of this device's key signed it."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(letter.signature, letter.message)
    except (InvalidSignature, ValueError):
        raise Unreadable("The signature is not that of the device it names.") from None


def _unpack(packed: bytes, largest: int) -> bytes:
    opener = zlib.decompressobj()
    try:
        content = opener.decompress(packed, largest + 1)
    except zlib.error:
        raise Unreadable("What was sealed is no write.") from None
    if len(content) > largest or not opener.eof:
        raise Unreadable("What was sealed is too large, or cut short.")
    return content


def _needs(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or len(value) > MOST_NEEDS:
        raise Unreadable("The write does not say what must be there before it.")
    found = []
    for one in value:
        if not isinstance(one, str) or _NEED.match(one) is None:
            raise Unreadable("The write does not say what must be there before it.")
        kind, _, record_id = one.partition("/")
        found.append((kind, record_id))
    return tuple(found)


def _receipt_key(value: Any) -> bytes:
    if value is None:
        return b""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Unreadable("What was sealed is no write.") from None
