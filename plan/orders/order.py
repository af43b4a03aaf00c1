"""A device order and its envelope: what officers sign, and what a device fetches.

    {"key": "<16 hex digits>", "order": "<base64 of the order>", "signature": "<base64>"}

The order is a JSON object, {"device", "format": 2, "id", "issued", "kind": "wipe", "until"}, whose very bytes are
signed, so that nobody has to write them the same way twice. The signature is Ed25519 over `hearthside device order`, a
line feed, and those bytes, by the key that the plan's key set calls `orders`. A device id is the beginning of a hash of
the store's own random id: an order fits one store of one user on one tablet, and a store that is set up anew is another
device. From `until` on no device obeys it; renewing signs the same order, under the same id, with a later end. The app
has its own reader of this format; tests tie the two together.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plan.fhir.stamps import instant
from plan.keys.key_set import key_id

FORMAT = 2
WIPE = "wipe"
LIVES_DAYS, LONGEST_DAYS = 30, 366
"""How long an order is obeyed, unless officers say otherwise, and at most."""
DAY_MS = 86_400_000
PURPOSE = b"hearthside device order\n"
_DEVICE = re.compile(r"[0-9a-f]{32}\Z")
_ORDER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


@dataclass(frozen=True, slots=True)
class SignedOrder:
    """One order as it is kept and handed out. `body` are the signed bytes; `issued_ms` by the officers' clock."""

    id: str
    device: str
    kind: str
    issued_ms: int
    key_id: str
    body: bytes
    signature: bytes

    @property
    def until_ms(self) -> int:
        """From then on no device obeys it; 0 for one that was signed before orders had an end."""
        return read_until(self.body)

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


def sign_order(
    key: Ed25519PrivateKey,
    device: str,
    now_ms: int,
    *,
    days: int = LIVES_DAYS,
    order_id: str | None = None,
    kind: str = WIPE,
) -> SignedOrder:
    """An order that is good for `days`; a new one with a random id, or that of the order that it renews."""
    order_id = order_id or str(uuid.uuid4())
    issued, until = instant(now_ms), instant(now_ms + days * DAY_MS)
    fields = {
        "device": device,
        "format": FORMAT,
        "id": order_id,
        "issued": issued,
        "kind": kind,
        "until": until,
    }
    body = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    public = key.public_key().public_bytes_raw()
    return SignedOrder(order_id, device, kind, now_ms, key_id(public), body, key.sign(PURPOSE + body))


def read_until(body: bytes) -> int:
    """The end of an order in ms since 1970; 0 for one that has none."""
    try:
        return int(datetime.fromisoformat(json.loads(body)["until"]).timestamp() * 1000)
    except (KeyError, TypeError, ValueError):
        return 0
