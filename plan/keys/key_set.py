"""The plan's public keys as one JSON document, signed by the root key.

    {"format": 1, "serial": 2, "made": "2026-11-22T09:30:00Z",
     "root": KEY, "rescue": KEY, "courier": KEY, "orders": KEY, "signature": "<base64>"}

KEY is {"id": "<16 hex digits>", "public": "<base64 of 32 bytes>"}; an id is the beginning of the SHA-256 of the raw
key. `rescue` and `courier` are X25519 keys, `root` and `orders` Ed25519 keys. The signature is Ed25519 over
`hearthside plan keys` and the document without it, as JSON with sorted names and no spaces. The app has its own
reader of this format; tests tie the two together.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from plan.problems import PlanProblem

FORMAT = 1
LARGEST = 16_384
"""Characters of a key set."""
_PURPOSE = b"hearthside plan keys\n"
_ROLES = ("root", "rescue", "courier", "orders")
_MADE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
_LARGEST_SERIAL = 1_000_000


@dataclass(frozen=True, slots=True)
class KeySet:
    """Raw public keys of 32 bytes. A set with a higher `serial` takes the place of one with a lower."""

    serial: int
    made: str
    root_public: bytes
    rescue_public: bytes
    courier_public: bytes
    orders_public: bytes
    text: str
    """The signed document, as it is handed out."""

    @property
    def root_id(self) -> str:
        return key_id(self.root_public)

    @property
    def rescue_id(self) -> str:
        return key_id(self.rescue_public)

    @property
    def courier_id(self) -> str:
        return key_id(self.courier_public)

    @property
    def orders_id(self) -> str:
        return key_id(self.orders_public)

    @property
    def mark(self) -> str:
        """What tells two sets apart: serial and digest, short enough for `metadata`."""
        return f"{self.serial}-{hashlib.sha256(self.text.encode()).hexdigest()[:16]}"


def key_id(public: bytes) -> str:
    """16 hexadecimal digits of the SHA-256 of a raw public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def sign_key_set(
    root: Ed25519PrivateKey, *, serial: int, made: str, rescue: bytes, courier: bytes, orders: bytes
) -> KeySet:
    """A set signed by the root. `made` is UTC, `2026-11-22T09:30:00Z`. The keys are raw public keys."""
    publics = {
        "root": root.public_key().public_bytes_raw(),
        "rescue": rescue,
        "courier": courier,
        "orders": orders,
    }
    document: dict[str, Any] = {"format": FORMAT, "serial": serial, "made": made}
    for role, public in publics.items():
        document[role] = {"id": key_id(public), "public": base64.b64encode(public).decode()}
    document["signature"] = base64.b64encode(root.sign(_signed_bytes(document))).decode()
    return read_key_set(json.dumps(document, indent=1))


def read_key_set(text: str) -> KeySet:
    """A set whose root signed it. Raises PlanProblem for anything else.

    That the root is the right one is for the caller to say: the first set of a plan brings it along.
    """
    try:
        document = json.loads(text) if len(text) <= LARGEST else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise PlanProblem("That is no set of plan keys that this version can read.")
    serial, made = document.get("serial"), document.get("made")
    if type(serial) is not int or not 1 <= serial <= _LARGEST_SERIAL:
        raise PlanProblem("The key set has no serial number.")
    if not isinstance(made, str) or not _MADE.match(made):
        raise PlanProblem("The key set does not say when it was made.")
    publics = {role: _public(document.get(role)) for role in _ROLES}
    try:
        signature = base64.b64decode(str(document.get("signature")), validate=True)
        Ed25519PublicKey.from_public_bytes(publics["root"]).verify(signature, _signed_bytes(document))
    except (InvalidSignature, binascii.Error, ValueError):
        raise PlanProblem("The key set was not signed by its root key, or was changed afterwards.") from None
    return KeySet(
        serial,
        made,
        publics["root"],
        publics["rescue"],
        publics["courier"],
        publics["orders"],
        text,
    )


def _public(entry: Any) -> bytes:
    try:
        public = base64.b64decode(entry["public"], validate=True)
        if len(public) == 32 and entry["id"] == key_id(public):
            return public
    except (TypeError, KeyError, binascii.Error, ValueError):
        pass  # said below, like a key that does not fit its id
    raise PlanProblem("A key of the key set cannot be read, or does not fit its id.")


def _signed_bytes(document: dict[str, Any]) -> bytes:
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    return _PURPOSE + json.dumps(unsigned, sort_keys=True, separators=(",", ":")).encode()
