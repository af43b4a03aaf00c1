"""What a store keeps in the system's keystore: its device secret, and beside it the count of wrong tries."""

from __future__ import annotations

import base64
import binascii
import json

from app.device import Keystore
from app.errors import KeyMissing, KeyringUnavailable
from app.store.attempts import Attempts, find_attempts
from app.store.pins import normalise_passphrase
from app.store.slots import KEY_BYTES, SlotKind, make_key


def as_derived(kind: SlotKind, secret: str) -> str:
    """The text that the key is derived from: a PIN as typed, a passphrase with its spelling evened out."""
    return normalise_passphrase(secret) if kind is SlotKind.PASSPHRASE else secret


def secret_name(store_id: str, version: int) -> str:
    """The entry of one device secret."""
    return f"{store_id}/device-secret/{version}"


async def make_device_secret(
    keystore: Keystore | None, store_id: str, version: int = 1
) -> tuple[bytes | None, str | None]:
    """A new secret in the keystore, read back once, and its entry's name. (None, None) without a keystore."""
    if keystore is None:
        return None, None
    name = secret_name(store_id, version)
    secret = make_key()
    text = base64.b64encode(secret).decode()
    await keystore.set(name, text)
    if await keystore.get(name) != text:
        raise KeyringUnavailable(detail="the keystore did not keep the secret")
    return secret, name


async def get_device_secret(keystore: Keystore, name: str) -> bytes:
    """Raises KeyMissing when the entry is gone or not ours; never makes a new one."""
    text = await keystore.get(name)
    if text is None:
        raise KeyMissing(detail="no device secret")
    try:
        secret = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise KeyMissing(detail="device secret is not readable") from None
    if len(secret) != KEY_BYTES:
        raise KeyMissing(detail="device secret is not readable")
    return secret


async def find_saved_attempts(keystore: Keystore | None, store_id: str) -> Attempts | None:
    """The count beside the device secret."""
    return None if keystore is None else find_attempts(await keystore.get(f"{store_id}/attempts"))


async def save_attempts(keystore: Keystore | None, store_id: str, attempts: Attempts) -> None:
    if keystore is not None:
        await keystore.set(f"{store_id}/attempts", json.dumps(attempts.to_json()))


async def delete_attempts(keystore: Keystore | None, store_id: str) -> None:
    """For a store that nobody can open any more."""
    if keystore is not None:
        await keystore.delete(f"{store_id}/attempts")
