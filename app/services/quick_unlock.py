"""A finger or a face instead of typing the PIN again, for records that the PIN opened since this program started.

The system only says "it was her". So what it releases is the PIN itself, sealed under two halves: one in this process's
memory, which no restart outlives, one in the keystore, which no copied file brings along. Opening then goes the usual
way: device secret, slot, count of tries, orders of the plan. A plan switches it on (`biometric-unlock`): whoever has a
finger enrolled on a shared tablet opens it for everybody.
"""

from __future__ import annotations

import base64
import binascii
import logging
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.device import Keystore
from app.device.biometrics import Asked, Biometrics
from app.errors import KeyringUnavailable
from app.services.lock_policy import IdleClock, Reading, SystemIdleClock, passed

SWITCH = "biometric-unlock"
LONGEST = 12 * 3600.0
"""Seconds since the PIN was last typed; then it is asked for again."""
REASON = "Open your records in Hearthside"
_HALF_BYTES, _NONCE_BYTES = 32, 12
log = logging.getLogger("app.services.quick_unlock")


@dataclass(frozen=True, slots=True)
class _Held:
    half: bytes = field(repr=False)
    nonce: bytes
    sealed: bytes = field(repr=False)
    at: Reading


class QuickUnlock:
    """Holds a sealed PIN for each store that was opened with it here. Without a keystore it holds none."""

    def __init__(
        self, biometrics: Biometrics, keystore: Keystore | None, clock: IdleClock | None = None
    ) -> None:
        self._biometrics = biometrics
        self._keystore = keystore
        self._clock = clock or SystemIdleClock()
        self._held: dict[str, _Held] = {}

    async def keep(self, store_id: str, secret: str, *, allowed: bool) -> None:
        """The secret was typed and proved right. `allowed`: the plan has switched this on."""
        await self.drop(store_id)
        if not allowed or self._keystore is None or not await self._biometrics.is_available():
            return
        half, other = secrets.token_bytes(_HALF_BYTES), secrets.token_bytes(_HALF_BYTES)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        try:
            await self._keystore.set(_entry(store_id), base64.b64encode(other).decode())
        except KeyringUnavailable:
            return
        sealed = AESGCM(_derive_key(half, other)).encrypt(nonce, secret.encode(), store_id.encode())
        self._held[store_id] = _Held(half, nonce, sealed, self._clock.read())

    def is_ready(self, store_id: str) -> bool:
        """Whether asking makes sense now."""
        held = self._held.get(store_id)
        return held is not None and passed(held.at, self._clock.read()) < LONGEST

    async def ask(self, store_id: str) -> str | None:
        """The PIN, once the system has recognised her; None: it has to be typed. Anything else than that ends it."""
        ready, held = self.is_ready(store_id), self._held.get(store_id)
        if not ready or held is None or await self._biometrics.ask(REASON) is not Asked.RIGHT:
            await self.drop(store_id)
            return None
        try:
            other = base64.b64decode(await self._get_half(store_id), validate=True)
            key = _derive_key(held.half, other)
            return AESGCM(key).decrypt(held.nonce, held.sealed, store_id.encode()).decode()
        except (InvalidTag, binascii.Error, KeyringUnavailable) as error:
            log.warning("the PIN has to be typed: %s", type(error).__name__)
            await self.drop(store_id)
            return None

    async def drop(self, store_id: str) -> None:
        """The PIN is asked for next time: it was typed wrong, changed, or the plan gave an order."""
        if self._held.pop(store_id, None) is None or self._keystore is None:
            return
        try:
            await self._keystore.delete(_entry(store_id))
        except KeyringUnavailable as error:
            log.info("half of a key stays in the keystore, good for nothing: %s", error.detail)

    async def _get_half(self, store_id: str) -> str:
        return (await self._keystore.get(_entry(store_id)) or "") if self._keystore is not None else ""


def _entry(store_id: str) -> str:
    return f"{store_id}/quick"


def _derive_key(half: bytes, other: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"hearthside quick unlock 1").derive(half + other)
