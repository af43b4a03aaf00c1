"""A plan with keys of its own in this process, its officers' files, and devices that lose their PIN."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import httpx
from fastapi import FastAPI
from sqlalchemy import Connection

from app.services.recovery import Recovery
from app.store import meta
from app.store.engine import Store
from app.store.recovery_slot import way_back
from app.store.sessions import SignInRow
from app.store.slots import KdfCost
from app.store.vault import Vault
from app.sync.auth import SignedIn
from app.sync.oauth import CLIENT_ID
from app.sync.plan_keys import keep_keys, read_keys
from plan.app import make_app
from plan.database import make_engine, write_transaction
from plan.fhir.stamps import clock_ms
from plan.keys.courier_key import make_courier_key
from plan.keys.held import put_key_set
from plan.keys.making import Made, make_keys, rotate_keys
from plan.settings import PlanSettings
from plan.signin.tokens import FHIR_SCOPE, begin_family, issue_pair
from plan.users import add_user, get_user
from tests.support.plan_files import open_new_plan

BASE = "http://127.0.0.1:8600"
MADE = "2026-11-22T09:30:00Z"
CHEAP = KdfCost(memory_kib=8, passes=1, lanes=1)
OLD_PIN, NEW_PIN = "836194", "274916"


@dataclass(frozen=True)
class Nurse:
    """Somebody with a sign-in at the plan."""

    username: str
    name: str
    reference: str


class RescuePlan:
    """One plan, its database in a file, its officers' directory; reached without a network.

    With `existing` it is the one that lies there already.
    """

    def __init__(self, directory: Path, *, existing: bool = False) -> None:
        self.url = f"{BASE}/fhir"
        self.db = f"sqlite:///{directory / 'plan.db'}"
        self.officers = directory / "officers"
        file = directory / "plan.db"
        self.engine = make_engine(self.db) if existing else open_new_plan(file)
        self.now_ms = clock_ms()
        self.made: Made | None = None
        if not existing:
            courier = make_courier_key(Path(f"{directory / 'plan.db'}.secrets"))
            self.put(make_keys(self.officers, courier.public_key().public_bytes_raw(), MADE, None))
        self.app: FastAPI = make_app(self.engine, base_url=BASE, clock=lambda: self.now_ms)
        self.line = httpx.ASGITransport(self.app)

    def close(self) -> None:
        self.engine.dispose()

    def put(self, made: Made) -> None:
        """Put a key set in force."""
        self.made = made
        with write_transaction(self.engine) as connection:
            put_key_set(connection, made.keys)

    def rotate(self) -> Made:
        """A new rescue key, in force."""
        self.put(rotate_keys(self.officers, MADE, None, rescue=True))
        assert self.made is not None
        return self.made

    def rescue_files(self) -> list[Path]:
        return sorted(self.officers.glob("rescue-*.key"))

    def key_text(self) -> str:
        assert self.made is not None
        return self.made.keys.text

    def add_nurse(self, username: str = "ana.ruiz", name: str = "Ana Ruiz, RN") -> Nurse:
        with write_transaction(self.engine) as connection:
            user = add_user(
                connection,
                username=username,
                display_name=name,
                role="nurse",
                password="lantern-harbor-29",
                team="North",
            )
            return Nurse(username, name, f"Practitioner/{user.practitioner_id}")

    def sign_in(self, nurse: Nurse, *, seconds_ago: int = 0, client: str = CLIENT_ID) -> SignedIn:
        """What a browser would bring back."""
        began = clock_ms() - seconds_ago * 1000
        with write_transaction(self.engine) as connection:
            family = begin_family(connection, get_user(connection, nurse.username).id, client, began)
            pair = issue_pair(connection, family, FHIR_SCOPE, PlanSettings(), clock_ms())
        row = SignInRow(
            plan_url=self.url,
            token_endpoint=f"{BASE}/oauth/token",
            revocation_endpoint=None,
            client_id=CLIENT_ID,
            user_reference=nurse.reference,
            user_name=nurse.name,
            role="nurse",
            access_token=pair.access_token,
            refresh_token=pair.refresh_token,
        )
        return SignedIn(row)

    def vault(self, data: Path, keystore: object = None, **more: object) -> Vault:
        """The vault of a device whose new slots cost little."""
        return Vault(data, keystore, cost=CHEAP, way_back=way_back, **more)  # type: ignore[arg-type]  # handed through

    async def enrol(self, vault: Vault, nurse: Nurse, *, with_keys: bool = True) -> Store:
        """A store of hers, open, as the first run makes it."""
        text = self.key_text()

        def pin(connection: Connection) -> None:
            if with_keys:
                keep_keys(connection, read_keys(text))

        return await vault.create(
            user_reference=nurse.reference,
            user_name=nurse.name,
            plan_url=self.url,
            secret=OLD_PIN,
            prepare=pin,
        )

    async def recovery(self, vault: Vault, store_id: str) -> Recovery:
        """The way back into a store, over this plan's line; it does not wait between two looks."""

        async def no_pause(_: float) -> None:
            self.now_ms += 1000

        return Recovery(await vault.read_way_back(store_id), transport=self.line, pause=no_pause)


def rescue_id_of(store: Store) -> str | None:
    """The rescue key id in a store's key file."""
    data = json.loads(store.path.with_name("key.json").read_text())
    return next((slot["rescue"] for slot in data["slots"] if slot["kind"] == "recovery"), None)


def pinned(connection: Connection) -> str | None:
    return meta.find(connection, meta.RESCUE_KEY)
