"""A real plan backend as a process of its own, its people, and tablets that had their first load from it."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection

from app.store import meta, sessions
from app.store import migration_steps as steps
from app.store.cipher import check_file, make_engine
from app.store.engine import Store, create_store, open_store
from app.store.files import Pointer, StoreFiles
from app.store.migrations import bring_up_to_date
from app.store.sessions import SignInRow
from app.sync.engine import SyncEngine
from app.sync.fhir import json_text
from app.sync.fhir.visit import encode_visit
from app.sync.tokens import make_client
from plan.database import write_transaction
from plan.fhir.stamps import Stamper, clock_ms
from plan.resources import put_all_as_system
from plan.schema import create_schema
from plan.settings import PlanSettings
from plan.signin.tokens import FHIR_SCOPE, begin_family, issue_pair
from plan.users import get_user
from tests.support.field import FieldPlan, Person, make_visit

KEY = bytes(range(32))
STORE_ID = "0" * 32
FIRST = "store-0001.db"
SHM = Path("/dev/shm")
FAST = str(SHM) if SHM.is_dir() else None
"""Where runs keep their files: in memory where the system has such a place; no real disk is asked about power."""
CLIENT = "hearthside-app"
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Nobody signs in with a password here."""
HISTORY = (40, 20)
"""Minutes ago that everybody was seen, each longer than the overlap of any pull."""
OFFLINE = f"{FHIR_SCOPE} offline_access"


@dataclass
class Backend:
    """`start` before anything else, `close` at the end."""

    directory: Path
    people: int
    """How many people it has; each can be admitted once."""
    plan: FieldPlan = field(init=False)
    nurse: Person = field(init=False)
    colleague: Person = field(init=False)

    async def start(self) -> None:
        self.plan = FieldPlan(self.directory)
        create_schema(self.plan.engine)
        self._waiting = [str(uuid4()) for _ in range(self.people)]
        with _ago(60):
            self.nurse = self.plan.add_person(name="Ana Ruiz, RN")
            self.colleague = self.plan.add_person(name="Ben Cole, RN")
        for minutes in HISTORY:
            with _ago(minutes):
                self._write_history(minutes % 10)
        self.plan.start()
        store = await create_store(
            self._template, KEY, store_id=STORE_ID, user_reference=self.nurse.reference
        )
        await store.write(self.sign_in)
        async with connected(store) as engine:
            report = await engine.run_pass()
        await store.close()
        assert report.ok, report

    def close(self) -> None:
        self.plan.close()

    @property
    def _template(self) -> Path:
        return self.directory / "template.db"

    @property
    def database(self) -> Path:
        return Path(self.plan.db.removeprefix("sqlite:///"))

    def new_tablet(self, directory: Path) -> StoreFiles:
        """A store that is signed in and has had its first load, of nobody yet."""
        files = StoreFiles(directory, STORE_ID)
        files.make_directory()
        shutil.copy(self._template, files.database(FIRST))
        files.write_pointer(Pointer(FIRST, self.nurse.name, "pin"))
        files.finish_making()
        return files

    async def old_tablet(
        self, directory: Path, work: Callable[[Store], Awaitable[Callable[[Connection], None]]]
    ) -> StoreFiles:
        """A tablet on which an older app documented, was killed, and is updated now: its log is still beside it.

        `work` documents, and returns what was saved last: it stands in the log only.
        """
        before, files = self.new_tablet(directory / "before"), self.new_tablet(directory)
        store = await open_tablet(before)
        async with connected(store) as engine:
            await engine.run_pass()
        last = await work(store)
        await store.close()
        make_older(before.database(FIRST), files.database(FIRST), last)
        return files

    def sign_in(self, connection: Connection) -> None:
        """A sign-in of its own for the store that is written to, with a refresh token."""
        now = clock_ms()
        with write_transaction(self.plan.engine) as plan:
            user = get_user(plan, self.nurse.username)
            pair = issue_pair(plan, begin_family(plan, user.id, CLIENT, now), OFFLINE, PlanSettings(), now)
        row = SignInRow(
            plan_url=f"{self.plan.url}/fhir",
            token_endpoint=f"{self.plan.url}/oauth/token",
            revocation_endpoint=None,
            client_id=CLIENT,
            user_reference=self.nurse.reference,
            user_name=self.nurse.name,
            role=self.nurse.role,
            access_token=pair.access_token,
            refresh_token=pair.refresh_token,
        )
        sessions.save(connection, row)

    def _write_history(self, pain: int) -> None:
        """Everybody was seen by the colleague."""
        for own in self._waiting:
            visit = make_visit(self.colleague, own, "Seen by a colleague.", {"pain": pain})
            self.plan.put({"resourceType": "Patient", "id": own, "name": [{"family": "Lindqvist"}]})
            with write_transaction(self.plan.engine) as connection:
                put_all_as_system(connection, [json_text.loads(part.body) for part in encode_visit(visit)])

    def admit(self) -> str:
        """Somebody with a history comes into the nurse's and her colleague's panel."""
        patient_id = self._waiting.pop()
        self.plan.assign(patient_id, self.nurse, self.colleague)
        return patient_id

    def discharge(self, patient_id: str) -> None:
        self.plan.assign(patient_id, self.nurse, self.colleague, status="inactive")

    def colleague_visits(self, patient_id: str, pain: int) -> None:
        """A visit of the colleague, as it arrives at the plan while the nurse works."""
        visit = make_visit(self.colleague, patient_id, "Seen by a colleague.", {"pain": pain})
        self.plan.put(*(json_text.loads(part.body) for part in encode_visit(visit)))

    def encounters(self, people: list[str]) -> set[str]:
        """Ids of all visits that the plan has of these people, by SQL."""
        marks = ",".join("?" * len(people))
        query = f"SELECT DISTINCT id, body FROM resource WHERE type = 'Encounter' AND patient_id IN ({marks})"  # noqa: S608 - marks only
        with closing(sqlite3.connect(self.database)) as connection:
            rows = connection.execute(query, people).fetchall()
        return {own for own, body in rows if self.colleague.reference not in body}


@contextmanager
def _ago(minutes: int) -> Iterator[None]:
    """What is written now was written so long ago, by the plan's stamps."""
    stamper = partial(Stamper, clock=lambda: clock_ms() - minutes * 60_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("plan.resources.Stamper", stamper)
        patch.setattr("plan.passwords._hasher", QUICK_HASHER)
        yield


def make_older(path: Path, target: Path, last: Callable[[Connection], None]) -> None:
    """Take the last schema steps back, so that opening has something to migrate; then `last` happens, and everything
    is copied to `target` as it lies.
    """
    check_file(path)
    engine = make_engine(path, KEY, read_only=False)
    with engine.begin() as connection:
        for statement in reversed((*steps._VERSION_3, *steps._VERSION_4, *steps._VERSION_5)):
            if match := re.match(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", statement):
                connection.exec_driver_sql(f"ALTER TABLE {match[1]} DROP COLUMN {match[2]}")
            elif match := re.match(r"CREATE TABLE (\w+)", statement):
                connection.exec_driver_sql(f"DROP TABLE {match[1]}")
            elif match := re.match(r"CREATE INDEX (\w+)", statement):
                connection.exec_driver_sql(f"DROP INDEX IF EXISTS {match[1]}")  # some went with their table
        connection.exec_driver_sql("CREATE INDEX ix_base_patient_id ON base (patient_id)")
        meta.put(connection, meta.SCHEMA_VERSION, "2")
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    with engine.begin() as connection:
        last(connection)
    for suffix in ("", "-wal"):
        shutil.copy(path.with_name(path.name + suffix), target.with_name(target.name + suffix))
    engine.dispose()


async def open_tablet(files: StoreFiles) -> Store:
    """The store as it lies on the disk, by the app's own way: migrated first where it is older."""
    path = await asyncio.to_thread(bring_up_to_date, files, KEY)
    return await open_store(path, KEY, store_id=STORE_ID)


def make_line() -> httpx.AsyncHTTPTransport:
    """A real connection to the plan's process. It speaks plain HTTP here: making a TLS context takes 30 ms a pass."""
    return httpx.AsyncHTTPTransport(verify=False)


@asynccontextmanager
async def connected(
    store: Store, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[SyncEngine]:
    """The sync engine of an open store, as the app makes it."""
    found = await store.read(sessions.find)
    assert found is not None
    client = make_client(store, found, transport=transport or make_line())
    try:
        yield SyncEngine(store, client)
    finally:
        await client.aclose()
