"""Writes that their author took back: refused, then corrected or discarded on her device.

A copy of such a write may lie here, held, since somebody brought it; let in later it would bring back what she threw
away, or stand beside what she sent instead. So her device says which of its writes are over. What is held stays sealed
(its tablet may be lost before the corrected visit arrives), and is let in only by an officer who says that she asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from plan.courier.envelope import WRITE_ID
from plan.courier.ledger import HELD, TAKEN_BACK, find_write, put_write
from plan.courier.tables import CourierWrite
from plan.devices.registry import find_device
from plan.fhir.outcomes import Refusal
from plan.principal import Principal

MOST = 200
"""Writes in one word."""
_PURPOSE = "hearthside courier taken back 1"
_DEVICE = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A device's word; `proof` is its signature over `taken_back_text`."""

    device: str
    writes: tuple[str, ...]
    proof: bytes


def read_taken_back(document: dict[str, Any], proof: bytes) -> TakenBack:
    """Raises Refusal 400."""
    device, writes = document.get("device"), document.get("writes")
    if not isinstance(device, str) or not _DEVICE.match(device):
        raise Refusal(400, "The device is missing.")
    if not isinstance(writes, list) or not 0 < len(writes) <= MOST:
        raise Refusal(400, f"1 to {MOST} writes are named.")
    if not all(isinstance(one, str) and WRITE_ID.match(one) for one in writes):
        raise Refusal(400, "A write is named by its id.")
    return TakenBack(device, tuple(writes), proof)


def taken_back_text(device: str, author: str, writes: Sequence[str]) -> bytes:
    """What the device signs (`app.sync.taken_back` writes the same)."""
    return "\n".join([_PURPOSE, device, author, *writes]).encode()


def take_back(connection: Connection, who: Principal, word: TakenBack, now_ms: int) -> int:
    """Note it; returns how many of these writes were not let in before. Inside `write_transaction`.

    Raises Refusal 403 unless a device of this very user signed it: a token alone takes nobody's visit back.
    """
    device = find_device(connection, who.user_id, word.device)
    if device is None or not _is_signed(word, who.reference, device.public_key):
        raise Refusal(403, "No device of yours that the plan knows signed this.")
    return sum(_take_back(connection, who.user_id, word.device, write_id, now_ms) for write_id in word.writes)


def _is_signed(word: TakenBack, author: str, public_key: bytes) -> bool:
    try:
        known = Ed25519PublicKey.from_public_bytes(public_key)
        known.verify(word.proof, taken_back_text(word.device, author, word.writes))
    except (InvalidSignature, ValueError):
        return False
    return True


def _take_back(connection: Connection, user_id: str, device: str, write_id: str, now_ms: int) -> bool:
    known = find_write(connection, write_id)
    if known is not None and (known.user_id != user_id or known.state != HELD):
        return False
    # Also where no copy came yet: one that comes later is not wanted any more.
    row = CourierWrite(
        write_id=write_id,
        user_id=user_id,
        device=device,
        bearer_id="" if known is None else known.bearer_id,
        state=TAKEN_BACK,
        reason="" if known is None else known.reason,
        first_ms=now_ms,
        decided_ms=now_ms,
        sealed=None if known is None else known.sealed,
    )
    put_write(connection, row)
    return True
