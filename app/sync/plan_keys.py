"""The plan's public keys on the device: read, checked against the root that was pinned at enrolment, kept.

The format is described in docs/plan-keys.md. The first set that a device hears is believed, as the plan's address is;
from then on its root key is pinned, and a set that this root did not sign, or an older one, is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import logging
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from app.errors import NotFhir, PlanError
from app.language import N_
from app.store import meta
from app.store.engine import Store
from app.sync.capabilities import Capabilities
from app.sync.fhir import read
from app.sync.plan_door import PlanDoor

PATH = "keys"
LARGEST = 16_384
"""Characters of a key set."""
_PURPOSE = b"hearthside plan keys\n"
_LARGEST_SERIAL = 1_000_000
_log = logging.getLogger("app.sync")


class KeysRefused(PlanError):
    """A key set that is not taken. `detail`: unreadable, unsigned, other-root, older, changed."""

    may_have_arrived = False
    sentence = N_(
        "The plan sent keys that were not made by the people this device was set up with. They were not taken; "
        "the keys from before stay in use. Please tell your supervisor."
    )


@dataclass(frozen=True, slots=True)
class PlanKeys:
    """Raw public keys of 32 bytes: `root` and `orders` are Ed25519, `rescue` and `courier` X25519."""

    serial: int
    root_public: bytes
    rescue_id: str
    rescue_public: bytes
    courier_id: str
    courier_public: bytes
    orders_id: str
    orders_public: bytes
    text: str
    """The signed document as it came."""

    @property
    def root_id(self) -> str:
        return key_id(self.root_public)

    @property
    def mark(self) -> str:
        """How the plan's metadata names this set."""
        return f"{self.serial}-{hashlib.sha256(self.text.encode()).hexdigest()[:16]}"


def key_id(public: bytes) -> str:
    """16 hexadecimal digits of the SHA-256 of a raw public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def read_keys(text: str) -> PlanKeys:
    """A set that its own root signed. Raises KeysRefused for anything else."""
    try:
        document = json.loads(text) if len(text) <= LARGEST else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("format") != 1:
        raise KeysRefused(detail="unreadable")
    serial = document.get("serial")
    if type(serial) is not int or not 1 <= serial <= _LARGEST_SERIAL:
        raise KeysRefused(detail="unreadable")
    root, rescue, courier, orders = (
        _public(document, role) for role in ("root", "rescue", "courier", "orders")
    )
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    try:
        signed = _PURPOSE + json.dumps(unsigned, sort_keys=True, separators=(",", ":")).encode()
        signature = base64.b64decode(str(document.get("signature")), validate=True)
        Ed25519PublicKey.from_public_bytes(root).verify(signature, signed)
    except (InvalidSignature, binascii.Error, ValueError):
        raise KeysRefused(detail="unsigned") from None
    return PlanKeys(
        serial=serial,
        root_public=root,
        rescue_id=key_id(rescue),
        rescue_public=rescue,
        courier_id=key_id(courier),
        courier_public=courier,
        orders_id=key_id(orders),
        orders_public=orders,
        text=text,
    )


def check_successor(held: PlanKeys | None, new: PlanKeys) -> None:
    """Raises KeysRefused when `new` may not take the place of the pinned set."""
    if held is None or new.text == held.text:
        return
    if new.root_public != held.root_public:
        raise KeysRefused(detail="other-root")
    if new.serial <= held.serial:
        raise KeysRefused(detail="older" if new.serial < held.serial else "changed")


def find_keys(connection: Connection) -> PlanKeys | None:
    """The pinned set; None where the plan has none, or none came yet."""
    text = meta.find(connection, meta.PLAN_KEYS)
    return None if text is None else read_keys(text)


def keep_keys(connection: Connection, keys: PlanKeys) -> bool:
    """Pin a set, or put its successor in its place; True when it is news. Raises KeysRefused."""
    held = find_keys(connection)
    check_successor(held, keys)
    meta.remove(connection, meta.KEYS_REFUSED)
    if held is not None and held.text == keys.text:
        return False
    meta.put(connection, meta.PLAN_KEYS, keys.text)
    meta.put(
        connection,
        meta.RESCUE_KEY,
        f"{keys.rescue_id} {base64.b64encode(keys.rescue_public).decode()}",
    )
    return True


async def fetch_keys(door: PlanDoor) -> PlanKeys | None:
    """Ask the plan; None where it has no keys. Raises KeysRefused for a set that cannot be read, and PlanError."""
    try:
        answer = await door.ask("GET", PATH)
    except NotFhir:
        return None  # a server that knows nothing of such an address
    if answer.status in (401, 403, 404, 405, 410):
        return None
    if not answer.ok:
        raise answer_error(answer.status)
    try:
        return read_keys(answer.raw.decode())
    except UnicodeDecodeError:
        raise KeysRefused(detail="unreadable") from None


async def refresh_keys(store: Store, door: PlanDoor, capabilities: Capabilities) -> None:
    """Fetch the set when the plan's metadata names another than the pinned one. Raises nothing that a pass reports.

    A set that is refused is written down for the settings page; nothing else changes.
    """
    if capabilities.keys is None:
        return
    held = await store.read(find_keys)
    if held is not None and held.mark == capabilities.keys:
        return
    try:
        keys = await fetch_keys(door)
        if keys is not None:
            await store.write(lambda connection: keep_keys(connection, keys))
    except KeysRefused as error:
        word = error.detail
        _log.warning("the plan's keys were refused: %s", word)
        await store.write(lambda connection: meta.put(connection, meta.KEYS_REFUSED, word))
    except PlanError as error:
        _log.info("the plan's keys did not come: %s %s", type(error).__name__, error.detail)


def answer_error(status: int) -> PlanError:
    """What an answer means that is none of the expected ones."""
    return PlanError(detail=f"HTTP {status}")


def _public(document: dict[str, Any], role: str) -> bytes:
    said = read.text(document, role, "public")
    try:
        public = base64.b64decode(said or "", validate=True)
    except (binascii.Error, ValueError):
        public = b""
    if len(public) != 32 or read.text(document, role, "id") != key_id(public):
        raise KeysRefused(detail="unreadable")
    return public
