"""The plan's word for whoever wrote what was brought: it goes home with whoever brought it, who cannot forge it.

An HMAC-SHA256 under a key that lay sealed in the write. The app's side (`app.sync.carry_receipt`) was written apart.
"""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac

PURPOSE = "hearthside courier receipt 1"
ARRIVED, HELD = "arrived", "held"
KEY_BYTES = 32


def make_receipt(key: bytes, write_id: str, word: str, at_ms: int) -> dict[str, Any] | None:
    """`word`: ARRIVED or HELD. `at_ms`: when that was decided, milliseconds since 1970 UTC. None without a key."""
    if len(key) != KEY_BYTES:
        return None
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update("|".join((PURPOSE, write_id, word, str(at_ms))).encode())
    return {
        "write": write_id,
        "word": word,
        "at_ms": at_ms,
        "proof": base64.b64encode(mac.finalize()).decode(),
    }
