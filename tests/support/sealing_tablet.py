"""A plan with keys of its own, and tablets whose signed writes are sealed beside their stores."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.store.courier_files import SealedFiles
from app.store.engine import create_store, open_store
from app.store.files import Pointer, StoreFiles, make_store_id
from app.store.sessions import SignInRow, find, save
from app.sync.courier import Sealer
from app.sync.engine import SyncEngine
from app.sync.plan_door import FixedToken, PlanDoor
from app.sync.relay import Brought, bring_all, read_copies
from app.sync.tokens import make_client
from plan.database import write_transaction
from plan.keys.courier_key import make_courier_key, secrets_directory
from plan.keys.held import put_key_set
from plan.keys.making import make_keys
from tests.support.field import FieldPlan, Person, Tablet

FIRST = "store-0001.db"


def give_keys(plan: FieldPlan, directory: Path) -> None:
    """Put a key set in force, its private courier key beside the plan's database."""
    place = secrets_directory(plan.db)
    assert place is not None
    courier = make_courier_key(place).public_key().public_bytes_raw()
    made = make_keys(directory / "officers", courier, "2026-11-22T09:30:00Z", None)
    with write_transaction(plan.engine) as connection:
        put_key_set(connection, made.keys)


def make_line() -> httpx.AsyncHTTPTransport:
    """Plain HTTP: making a TLS context takes 50 ms, and here nobody speaks it."""
    return httpx.AsyncHTTPTransport(verify=False)


def add_person(plan: FieldPlan, name: str, role: str = "nurse") -> Person:
    """Somebody who signs in with made tokens only."""
    return plan.add_person(role, name)


@dataclass
class SealingTablet(Tablet):
    """A tablet in a data directory of its own, or in that of a colleague who uses the same one."""

    files: StoreFiles = field(kw_only=True)
    sealer: Sealer = field(kw_only=True)

    @property
    def sealed(self) -> SealedFiles:
        return SealedFiles(self.files.directory / "sealed")

    def copies(self) -> dict[str, dict[str, Any]]:
        """What lies sealed beside the store now."""
        return dict(read_copies([self.sealed]))

    async def reopen(self) -> SealingTablet:
        """As after a start of the app: nothing is left of what was in memory."""
        await self.close()
        return await open_sealing_tablet(self.files, self.person, self.key)


async def make_sealing_tablet(data: Path, person: Person, plan: FieldPlan) -> SealingTablet:
    """A new store of this person's under `data`, signed in and with the plan's keys, after its first load."""
    files = StoreFiles(data, make_store_id())
    files.make_directory()
    key = secrets.token_bytes(32)
    store = await create_store(
        files.database(FIRST), key, store_id=files.store_id, user_reference=person.reference
    )
    row = SignInRow(
        plan_url=f"{plan.url}/fhir",
        token_endpoint=f"{plan.url}/oauth/token",
        revocation_endpoint=None,
        client_id="hearthside-app",
        user_reference=person.reference,
        user_name=person.name,
        role=person.role,
        access_token=plan.token(person),
    )
    await store.write(lambda c: save(c, row))
    files.write_pointer(Pointer(FIRST, person.name, "pin"))
    files.finish_making()
    await store.close()
    tablet = await open_sealing_tablet(files, person, key)
    report = await tablet.sync()
    assert report.ok, report
    return tablet


async def open_sealing_tablet(files: StoreFiles, person: Person, key: bytes) -> SealingTablet:
    store = await open_store(files.database(FIRST), key, store_id=files.store_id)
    row = await store.read(find)
    assert row is not None
    client = make_client(store, row, transport=make_line())
    return SealingTablet(
        store,
        person,
        client,
        SyncEngine(store, client),
        files.database(FIRST),
        key,
        files=files,
        sealer=Sealer(store),
    )


async def bring(plan: FieldPlan, bearer: Person, copies: dict[str, dict[str, Any]]) -> Brought:
    """Somebody's program brings these copies to the plan."""
    token = FixedToken(plan.token(bearer))
    async with PlanDoor(f"{plan.url}/fhir", token, transport=make_line()) as door:
        return await bring_all(door, copies.items())
