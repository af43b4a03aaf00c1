"""Which devices a user has, and the key that each signs its writes with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, func, update
from sqlmodel import Session, col, select

from plan.devices.tables import RegisteredDevice
from plan.fhir.outcomes import Refusal

MOST_DEVICES = 100
"""Devices of one user. A new store is a new device, so that a tablet that was set up anew counts again."""
PROOF = "hearthside device key 1"
_DEVICE = re.compile(r"[0-9a-f]{32}\Z")


def proof_text(device: str, user_reference: str) -> bytes:
    """What a device signs to show that the key is its own (`app.sync.device_keys` writes the same)."""
    return f"{PROOF}\n{device}\n{user_reference}".encode()


def check_proof(device: str, user_reference: str, public_key: bytes, proof: bytes) -> None:
    """Raise Refusal 400 unless this is a device id with a key that signed it as this user's."""
    if _DEVICE.match(device) is None:
        raise Refusal(400, "A device is named by 32 hexadecimal digits.")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(proof, proof_text(device, user_reference))
    except (ValueError, InvalidSignature) as error:
        raise Refusal(400, "The device did not show that this key is its own.") from error


def register(connection: Connection, user_id: str, device: str, public_key: bytes, now_ms: int) -> bool:
    """Keep a device's key; False when it was known already. Inside `write_transaction`.

    Raises Refusal 409 when the plan knows this device by another key: a key is never replaced, or whoever holds a
    user's token for a minute could sign in her name for ever.
    """
    with Session(connection) as session:
        known = session.get(RegisteredDevice, (user_id, device))
        if known is not None:
            if known.public_key != public_key:
                raise Refusal(409, "The plan knows this device by another key.")
            return False
        count = session.exec(select(func.count()).where(RegisteredDevice.user_id == user_id)).one()
        if count >= MOST_DEVICES:
            raise Refusal(409, "This user has too many devices.")
        session.add(
            RegisteredDevice(user_id=user_id, device=device, public_key=public_key, registered_ms=now_ms)
        )
        session.flush()
    return True


def find_device(connection: Connection, user_id: str, device: str) -> RegisteredDevice | None:
    with Session(connection) as session:
        return session.get(RegisteredDevice, (user_id, device))


def list_registered(
    connection: Connection, *, user_id: str | None = None, device: str | None = None
) -> Sequence[RegisteredDevice]:
    """Devices of one user, or everybody's under one device id; the one that was registered first comes first."""
    query = select(RegisteredDevice).order_by(col(RegisteredDevice.registered_ms))
    if user_id is not None:
        query = query.where(RegisteredDevice.user_id == user_id)
    if device is not None:
        query = query.where(RegisteredDevice.device == device)
    with Session(connection) as session:
        return session.exec(query).all()


def mark_revoked(connection: Connection, user_id: str, device: str, now_ms: int) -> bool:
    """Withdraw a device; True when it was not withdrawn before. Inside `write_transaction`."""
    result = connection.execute(
        update(RegisteredDevice)
        .where(
            col(RegisteredDevice.user_id) == user_id,
            col(RegisteredDevice.device) == device,
            col(RegisteredDevice.revoked_ms).is_(None),
        )
        .values(revoked_ms=now_ms)
    )
    return result.rowcount == 1
