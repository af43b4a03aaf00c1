"""What a device sends that lost its PIN, and how an officer answers it with the offline rescue key. No database.

The device sends its sealed data keys (`slots`), a fresh X25519 public key and a nonce. The officer's machine opens the
slots and seals the data keys to that fresh key: whoever carries the answer cannot read it. A plan's server that was
broken into could put a key of its own in the place of the device's; therefore both sides show a code made of the whole
request, which the nurse reads out and the officer types.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from plan.problems import PlanProblem

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
MOST_SLOTS = 8
_SEALED_BYTES = 80
_KEY_BYTES = 32
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letters that are taken for digits."""
_DEVICE = re.compile(r"[0-9a-f]{32}\Z")
_ID = re.compile(r"[0-9a-f]{16}\Z")


class BadAsk(ValueError):
    """This is no request of a device; the text says what is wrong and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class SealedKey:
    """One data key of the device, sealed to a rescue key."""

    version: int
    rescue_id: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Ask:
    """A device's request. `user_reference` is the signed-in user's, never what the device says."""

    device: str
    user_reference: str
    public: bytes
    nonce: bytes
    slots: tuple[SealedKey, ...]

    def digest(self) -> bytes:
        """Binds code and answer to all of the request."""
        fields = [
            "hearthside recovery request",
            self.device,
            self.user_reference,
            _text(self.public),
            _text(self.nonce),
            [[slot.version, slot.rescue_id, _text(slot.sealed)] for slot in self.slots],
        ]
        return hashlib.sha256(json.dumps(fields).encode()).digest()

    @property
    def code(self) -> str:
        """Ten characters (50 bits) that the nurse reads out: too many to be matched within a quarter of an hour."""
        number = int.from_bytes(self.digest()[:7]) >> 6
        letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(45, -1, -5))
        return f"{letters[:5]}-{letters[5:]}"

    def to_json(self) -> dict[str, Any]:
        return {
            "device": self.device,
            "user": self.user_reference,
            "public": _text(self.public),
            "nonce": _text(self.nonce),
            "slots": [
                {"version": slot.version, "rescue": slot.rescue_id, "sealed": _text(slot.sealed)}
                for slot in self.slots
            ],
        }


def read_ask(document: Mapping[str, Any], user_reference: str) -> Ask:
    """Raises BadAsk."""
    device, slots = document.get("device"), document.get("slots")
    if not isinstance(device, str) or not _DEVICE.match(device):
        raise BadAsk("The device is missing.")
    if not isinstance(slots, list) or not 1 <= len(slots) <= MOST_SLOTS:
        raise BadAsk(f"There are 1 to {MOST_SLOTS} slots.")
    public, nonce = _bytes(document.get("public"), _KEY_BYTES), _bytes(document.get("nonce"), _KEY_BYTES)
    return Ask(device, user_reference, public, nonce, tuple(_slot(one) for one in slots))


def answer(ask: Ask, rescue: Mapping[str, X25519PrivateKey]) -> bytes:
    """The data keys, sealed to the device. Raises PlanProblem when none of its slots opens."""
    keys = []
    for slot in ask.slots:
        private = rescue.get(slot.rescue_id)
        if private is None:
            continue
        fields = ["hearthside recovery slot", ask.device, ask.user_reference, slot.version, slot.rescue_id]
        try:
            keys.append(SUITE.decrypt(slot.sealed, private, info=json.dumps(fields).encode()))
        except (InvalidTag, ValueError):
            continue  # a damaged or moved slot must not keep the others from opening
    if not keys:
        wanted = ", ".join(sorted({slot.rescue_id for slot in ask.slots}))
        raise PlanProblem(
            f"Nothing could be opened. The device's key is sealed to rescue key {wanted}; with that one at hand, "
            "it was changed or belongs to somebody else's records."
        )
    body = json.dumps({"keys": [_text(key) for key in keys]}).encode()
    try:
        return SUITE.encrypt(body, X25519PublicKey.from_public_bytes(ask.public), info=answer_info(ask))
    except ValueError:
        raise PlanProblem("The device's public key is none.") from None


def answer_info(ask: Ask) -> bytes:
    """What an answer is bound to: opened for another request, or twice for a new one, it is refused."""
    return b"hearthside recovery answer\n" + ask.digest()


def is_same_code(ask: Ask, typed: str) -> bool:
    """Is this the code of the request? Case, spaces and hyphens do not matter, nor O for 0 and I or L for 1."""
    plain = "".join(each for each in typed.upper() if each not in " -")
    plain = plain.translate(str.maketrans("OIL", "011"))
    return hmac.compare_digest(plain.encode(), ask.code.replace("-", "").encode())


def _slot(entry: Any) -> SealedKey:
    if not isinstance(entry, dict):
        raise BadAsk("A slot cannot be read.")
    version, rescue_id = entry.get("version"), entry.get("rescue")
    if type(version) is not int or not 1 <= version <= 1000:
        raise BadAsk("A slot has no version.")
    if not isinstance(rescue_id, str) or not _ID.match(rescue_id):
        raise BadAsk("A slot names no rescue key.")
    return SealedKey(version, rescue_id, _bytes(entry.get("sealed"), _SEALED_BYTES))


def _bytes(value: Any, length: int) -> bytes:
    try:
        found = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != length:
        raise BadAsk("Key, nonce or slot cannot be read.")
    return found


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
