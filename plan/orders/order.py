"""A device order and its envelope: what officers sign, and what a device fetches.

    {"key": "<16 hex digits>", "order": "<base64 of the order>", "signature": "<base64>"}

The order is a JSON object, {"device", "format": 1, "id", "issued", "kind": "wipe"}, whose very bytes are signed, so
that nobody has to write them the same way twice. The signature is Ed25519 over `hearthside device order`, a line feed,
and those bytes, by the key that the plan's key set calls `orders`. A device id is the beginning of a hash of the
store's own random id: an order fits one store of one user on one tablet, and a store that is set up anew is another
device. The app has its own reader of this format; tests tie the two together.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plan.fhir.stamps import instant
from plan.keys.key_set import key_id

FORMAT = 1
WIPE = "wipe"
PURPOSE = b"hearthside device order\n"
_DEVICE = re.compile(r"[0-9a-f]{32}\Z")
_ORDER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


@dataclass(frozen=True, slots=True)
class SignedOrder:
    """One order as it is kept and handed out. `body` are the signed bytes; `issued_ms` is by the plan's clock."""

    id: str
    device: str
    kind: str
    issued_ms: int
    key_id: str
    body: bytes
    signature: bytes

    @property
    def envelope(self) -> dict[str, Any]:
        """As a device fetches it."""
        return {
            "key": self.key_id,
            "order": base64.b64encode(self.body).decode(),
            "signature": base64.b64encode(self.signature).decode(),
        }


def is_device(text: str) -> bool:
    """Is this a device id: 32 hexadecimal digits?"""
    return _DEVICE.match(text) is not None


def is_order(text: str) -> bool:
    """Is this an order's id, a UUID?"""
    return _ORDER.match(text) is not None


def sign_order(key: Ed25519PrivateKey, device: str, now_ms: int, kind: str = WIPE) -> SignedOrder:
    """A new order with a random id."""
    order_id = str(uuid.uuid4())
    fields = {"device": device, "format": FORMAT, "id": order_id, "issued": instant(now_ms), "kind": kind}
    body = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    public = key.public_key().public_bytes_raw()
    return SignedOrder(order_id, device, kind, now_ms, key_id(public), body, key.sign(PURPOSE + body))
