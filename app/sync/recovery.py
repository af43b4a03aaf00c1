"""Back into a store without its PIN: the device's side of the plan's recovery doors.

The device sends the data keys that lie sealed in its key file, a fresh X25519 public key and a nonce, after a full
sign-in. An officer's machine seals the data keys to that fresh key. Its private half lives in this object and nowhere
else: an app that ends meanwhile asks anew. Format: docs/plan-keys.md; `plan.recovery.opening` was written apart.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.errors import KeyMissing, PlanError, SignInRefused
from app.language import N_, tr
from app.store import meta
from app.store.engine import Store
from app.store.key_file import KeyFile
from app.store.recovery_slot import SUITE, RecoverySlot, list_slots
from app.store.slots import KEY_BYTES
from app.sync.fhir import read
from app.sync.plan_door import PlanDoor

PATH = "recovery"
SLOTS_PATH = "recovery/slots"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letters that are taken for digits."""
_MOST_SLOTS = 8
_END_SECONDS = 5.0
"""Nobody waits longer for the plan to hear that a request is over."""
_log = logging.getLogger("app.sync")


class RecoveryRefused(PlanError):
    """Not granted. `detail`: refused, over, old sign-in, too many, no keys, or HTTP and a status."""

    may_have_arrived = False
    sentence = N_("The request was not granted. Nothing was lost. Please call your supervisor.")


OVER = N_("This request is over. Nothing was lost. Please ask again.")
_REFUSED = N_("The officer did not grant the request. Nothing was lost. Please call your supervisor.")
_SAID = {
    403: ("Please sign in once more, then ask again.", "old sign-in"),
    404: (
        "Your plan cannot open records without the PIN. Nothing was lost. Please call your supervisor.",
        "no keys",
    ),
    429: ("You asked many times within the hour. Please wait a little, then ask again.", "too many"),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the plan is. `seconds`: how long the request is still good for."""

    seconds: int
    answer: bytes | None = None


class RecoveryAsk:
    """One request: made once, sent once, its answer opened once. Keys stay out of repr."""

    def __init__(self, device: str, user_reference: str, slots: Sequence[RecoverySlot]) -> None:
        """Raises KeyMissing when there is nothing to recover from."""
        if not slots:
            raise KeyMissing(detail="no recovery slot")
        self._device = device
        self._user_reference = user_reference
        self._slots = tuple(slots)[-_MOST_SLOTS:]
        self._private: X25519PrivateKey | None = X25519PrivateKey.generate()
        self._public = self._private.public_key().public_bytes_raw()
        self._nonce = secrets.token_bytes(32)
        self.id: str | None = None

    def digest(self) -> bytes:
        """What code and answer are bound to: all of the request."""
        fields = [
            "hearthside recovery request",
            self._device,
            self._user_reference,
            _text(self._public),
            _text(self._nonce),
            [[slot.version, slot.rescue_id, _text(slot.sealed)] for slot in self._slots],
        ]
        return hashlib.sha256(json.dumps(fields).encode()).digest()

    @property
    def code(self) -> str:
        """Ten characters for the officer. They show that the request he has is the one of this device."""
        number = int.from_bytes(self.digest()[:7]) >> 6
        letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(45, -1, -5))
        return f"{letters[:5]}-{letters[5:]}"

    async def send(self, door: PlanDoor) -> int:
        """Returns for how many seconds the request is good. Raises RecoveryRefused and PlanError."""
        body: dict[str, Any] = {
            "device": self._device,
            "public": _text(self._public),
            "nonce": _text(self._nonce),
            "slots": [
                {"version": slot.version, "rescue": slot.rescue_id, "sealed": _text(slot.sealed)}
                for slot in self._slots
            ],
        }
        answer = await door.ask("POST", PATH, body, signed=True)
        request_id, seconds = read.text(answer.document, "id"), read.whole(answer.document, "seconds")
        if answer.status != 201 or request_id is None or not request_id.isalnum() or seconds is None:
            sentence, detail = _SAID.get(answer.status, (None, f"HTTP {answer.status}"))
            raise RecoveryRefused(sentence, detail=detail)
        self.id = request_id
        return seconds

    async def look(self, door: PlanDoor) -> Progress:
        """Ask how far it is. Raises RecoveryRefused when it was refused or is over, and PlanError."""
        answer = await door.ask("GET", f"{PATH}/{self.id}", signed=True)
        if answer.status == 404:
            raise RecoveryRefused(OVER, detail="over")
        state = read.text(answer.document, "state")
        if not answer.ok or state not in ("waiting", "answered", "refused"):
            raise PlanError(detail=f"HTTP {answer.status} recovery")
        if state == "refused":
            raise RecoveryRefused(_REFUSED, detail="refused")
        sealed = read.text(answer.document, "answer") if state == "answered" else None
        return Progress(read.whole(answer.document, "seconds") or 0, _decode(sealed) if sealed else None)

    def open(self, sealed: bytes) -> tuple[bytes, ...]:
        """The data keys of an answer; the private key is dropped with it, whatever comes of it.

        Raises RecoveryRefused for an answer to another request, or a second one.
        """
        private, self._private = self._private, None
        if private is None:
            raise RecoveryRefused(OVER, detail="opened before")
        try:
            opened = SUITE.decrypt(sealed, private, info=b"hearthside recovery answer\n" + self.digest())
            keys = tuple(base64.b64decode(key, validate=True) for key in json.loads(opened)["keys"])
        except (InvalidTag, ValueError, KeyError, TypeError):
            raise RecoveryRefused(OVER, detail="not this request's answer") from None
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise RecoveryRefused(OVER, detail="no keys in the answer")
        return keys

    async def end(self, door: PlanDoor) -> None:
        """Tell the plan that the answer came, or is not wanted; it is over by itself anyway. Raises nothing."""
        self._private = None
        request_id, self.id = self.id, None
        if request_id is None:
            return
        try:
            async with asyncio.timeout(_END_SECONDS):
                await door.ask("DELETE", f"{PATH}/{request_id}", signed=True)
        except (PlanError, TimeoutError) as error:
            _log.info("the plan was not told that a request is over: %s", type(error).__name__)


async def tell_rescue_keys(store: Store, door: PlanDoor) -> None:
    """Tell the plan to which rescue keys this device has sealed its data keys, when that is news.

    The officers keep an old private key until no device names it. Raises nothing that a pass reports.
    """
    try:
        key_file = await asyncio.to_thread(KeyFile.load, store.path.with_name("key.json"), store.store_id)
    except KeyMissing:
        return
    mine = sorted({slot.rescue_id for slot in list_slots(key_file)})
    told = " ".join(mine)
    if not mine or await store.read(lambda connection: meta.find(connection, meta.RESCUE_TOLD)) == told:
        return
    try:
        answer = await door.ask("POST", SLOTS_PATH, {"device": key_file.device, "rescue": mine}, signed=True)
    except PlanError as error:
        _log.info("the plan was not told of the rescue key: %s %s", type(error).__name__, error.detail)
        return
    if answer.ok:
        await store.write(lambda connection: meta.put(connection, meta.RESCUE_TOLD, told))


def check_same_user(signed_in: str, expected: str, name: str) -> None:
    """Raises SignInRefused when somebody else signed in than the person whose records these are."""
    if signed_in != expected:
        raise SignInRefused(tr("Please sign in as {name}, whose records these are.", name=name))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
