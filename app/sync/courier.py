"""Sealed copies of writes: signed by this device, sealed to the plan's courier key, laid beside the store.

A copy is made after the commit that put the write into the outbox, and deleted after the commit that settled it. What
is missing is made again, so a crash at any moment costs nothing. The format is described in docs/courier.md; the plan's
side (`plan.courier.envelope`) was written apart from this one.
"""

from __future__ import annotations

import asyncio
import base64
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy import Connection

from app.store import meta, outbox_squash, sealed, sessions
from app.store.courier_files import SealedFiles
from app.store.engine import Store
from app.store.sealed import WriteToSeal
from app.sync.carry_receipt import derive_receipt_key
from app.sync.contact import device_of
from app.sync.cutting import cut
from app.sync.device_keys import get_or_make_key
from app.sync.fhir import json_text
from app.sync.plan_keys import PlanKeys, find_keys
from app.sync.transport import utc_now

FORMAT = 1
PURPOSE = "hearthside courier write 1"
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the key of one user on one device."""

    key: Ed25519PrivateKey
    device: str
    author: str


def info_text(key_id: str, write_id: str) -> bytes:
    """What binds a sealed copy to its purpose, its recipient's key and its name."""
    return f"{PURPOSE}|{key_id}|{write_id}".encode()


def seal_write(write: WriteToSeal, signer: Signer, keys: PlanKeys) -> dict[str, Any]:
    """The copy as it is laid and brought. Nothing in it can be read without the plan's private key but what it is.

    The signature lies inside: whoever brings it learns not even whose it is. It covers the recipient's key, so that
    the plan cannot seal the same words to somebody else in this author's name.
    """
    message = json_text.dumps(
        {
            "purpose": PURPOSE,
            "key": keys.courier_id,
            "write": write.id,
            "device": signer.device,
            "author": signer.author,
            "needs": list(write.needs),
            "receipt": base64.b64encode(derive_receipt_key(signer.key, write.id)).decode(),
            "body": write.body,
        }
    ).encode()
    packed = zlib.compress(signer.key.sign(message) + message, 6)
    public = X25519PublicKey.from_public_bytes(keys.courier_public)
    sealed_bytes = SUITE.encrypt(packed, public, info_text(keys.courier_id, write.id))
    return {
        "format": FORMAT,
        "plan": keys.root_id,
        "key": keys.courier_id,
        "write": write.id,
        "sealed": base64.b64encode(sealed_bytes).decode(),
    }


class Sealer:
    """Keeps the copies of one store as its outbox wants them. `step` is told the name of each step as it is done."""

    def __init__(
        self,
        store: Store,
        files: SealedFiles | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
        make_id: Callable[[], str] = lambda: str(uuid4()),
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._store = store
        self._files = files or SealedFiles.beside(store.path)
        self._now = now
        self._make_id = make_id
        self._step = step

    async def run(self) -> int:
        """Lay what is missing, delete what is settled; returns how many were laid. Raises StoreError, DiskFull.

        Does nothing where the plan has no key to seal to.
        """
        keys = await self._store.read(find_keys)
        if keys is None:
            return 0
        if await self._store.read(_has_uncut):
            await self._store.write(self._cut)
            self._step("cut")
        here = await asyncio.to_thread(self._files.list_ids)
        wanted = await self._store.read(sealed.list_wanted)
        laid = 0
        for write_id in sorted(wanted - here):
            laid += await self._lay(write_id, keys)
        gone = here - wanted
        # A copy of a write that this store never heard of is the only trace of it: an older store was put back.
        for write_id in sorted(await self._store.read(lambda c: sealed.list_known(c, gone)) if gone else ()):
            self._step("before deleting")
            await asyncio.to_thread(self._files.delete, write_id)
            self._step("deleted")
        return laid

    async def tidy(self) -> None:
        """At start: what a crash left half-written goes, and copies that cannot be read, to be made again."""
        await asyncio.to_thread(self._files.drop_unfinished)
        broken = await asyncio.to_thread(self._files.list_broken)
        for write_id in await self._store.read(lambda c: sealed.list_known(c, broken)) if broken else ():
            await asyncio.to_thread(self._files.delete, write_id)

    def _cut(self, connection: Connection) -> None:
        outbox_squash.squash(connection)
        if sessions.find(connection) is not None:
            for group in sealed.list_whole(connection):
                cut(connection, self._make_id(), group.group_id, group.changes, self._now())
        sealed.mark_sealed(connection, self._now())

    async def _lay(self, write_id: str, keys: PlanKeys) -> int:
        def read(connection: Connection) -> tuple[WriteToSeal | None, Signer]:
            author = meta.get(connection, meta.USER_REFERENCE)
            key = get_or_make_key(connection)
            return sealed.find_write(connection, write_id), Signer(
                key, device_of(self._store.store_id), author
            )

        write, signer = await self._store.write(read)
        if write is None:
            return 0
        document = await asyncio.to_thread(seal_write, write, signer, keys)
        self._step("sealed")
        await asyncio.to_thread(self._files.lay, write_id, document)
        self._step("laid")
        return 1


def _has_uncut(connection: Connection) -> bool:
    return bool(sealed.list_whole(connection)) or sealed.has_unmarked(connection)
