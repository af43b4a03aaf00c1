"""A device for the figures of sync: a real encrypted store that is signed in, and a client as the app makes it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.store import sessions
from app.store.engine import Store, create_store, open_store
from app.store.sessions import SignInRow
from app.sync.engine import SyncEngine
from app.sync.oauth import CLIENT_ID
from app.sync.pass_report import PassReport
from app.sync.tokens import make_client
from app.sync.transport import FhirClient
from benchmarks.sync_plan import Nurse

STORE_ID = "bench"


@dataclass
class Device:
    store: Store
    client: FhirClient
    engine: SyncEngine

    async def run_pass(self) -> PassReport:
        """A whole pass; raises RuntimeError unless all of it came through."""
        report = await self.engine.run_pass()
        if report.outcome != "ok":
            raise RuntimeError(f"the pass ended with {report.outcome}: {report.detail}")
        return report


@asynccontextmanager
async def make_device(
    place: Path,
    base_url: str,
    nurse: Nurse,
    *,
    packs: bool = True,
    key: bytes | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Device]:
    """A new store in `place`, or with `key` the one that is there. Packed bodies as in the app unless told not to."""
    file = place / "store.db"
    if key is None:
        await asyncio.to_thread(place.mkdir, parents=True)
        store = await create_store(
            file,
            os.urandom(32),
            store_id=STORE_ID,
            user_reference=nurse.reference,
            user_name=nurse.user.display_name,
            plan_url=base_url,
        )
    else:
        store = await open_store(file, key, store_id=STORE_ID)
    client: FhirClient | None = None
    try:
        row = sign_in_row(base_url, nurse)
        await store.write(lambda connection: sessions.save(connection, row))
        client = make_client(store, row, packs=packs, transport=transport)
        yield Device(store, client, SyncEngine(store, client))
    finally:
        if client is not None:
            await client.aclose()
        await store.close()


def sign_in_row(base_url: str, nurse: Nurse) -> SignInRow:
    """A sign-in whose token outlives the run."""
    root = base_url.removesuffix("/fhir")
    return SignInRow(
        plan_url=base_url,
        token_endpoint=f"{root}/oauth/token",
        revocation_endpoint=None,
        client_id=CLIENT_ID,
        user_reference=nurse.reference,
        user_name=nurse.user.display_name,
        role="nurse",
        access_token=nurse.token,
    )
