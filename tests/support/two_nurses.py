"""Two nurses and their supervisor with real encrypted stores, one real plan in the same process, no browser.

A device syncs only when a test says so: until then its nurse is offline.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import Engine

from app.domain.visit import Modality, PersonRef, Setting, Value
from app.services.clock import SystemClock
from app.services.conflict_models import ConflictLine, ConflictPage
from app.services.conflicts import Conflicts
from app.services.patient_parts import PatientParts, read_parts
from app.services.visits import Visits
from app.store import sessions
from app.store.engine import Store, create_store
from app.store.sessions import SignInRow
from app.sync.engine import PassReport, SyncEngine
from app.sync.tokens import make_client
from app.sync.transport import FhirClient
from plan.app import make_app
from plan.database import make_engine, write_transaction
from plan.resources import put_as_system
from plan.schema import create_schema
from tests.faults.quick import in_one_thread
from tests.plan.fhir_builders import careteam, patient, practitioner, team
from tests.plan.plan_doubles import authenticate

BASE = "http://127.0.0.1:8600"
PEOPLE = {
    "ana": ("Ana Ruiz, RN", "nurse"),
    "ben": ("Ben Ochoa, RN", "nurse"),
    "sue": ("Sue Park, RN", "supervisor"),
}
PATIENT = "a"
_KEY = bytes(range(32))
_CLOCK = SystemClock()


@dataclass
class Desk:
    """One device and what its user does with it."""

    name: str
    me: PersonRef
    store: Store
    client: FhirClient
    engine: SyncEngine
    visits: Visits
    conflicts: Conflicts

    async def sync(self) -> PassReport:
        report = await self.engine.run_pass()
        assert report.outcome == "ok", report
        return report

    async def begin(self) -> str:
        return await self.visits.begin(PATIENT, Modality.IN_PERSON, Setting.HOME)

    async def finish(self, visit_id: str) -> str:
        await self.visits.leave(visit_id)
        await self.visits.sign(visit_id)
        return visit_id

    async def say(self, **answers: Value) -> str:
        """A signed visit with these answers by link id, `_` for `-`."""
        visit_id = await self.begin()
        for name, value in answers.items():
            await self.visits.answer(visit_id, name.replace("_", "-"), value=value)
        return await self.finish(visit_id)

    async def write_down(self, group: str, answers: Mapping[str, Value], about: str | None = None) -> str:
        """A signed visit with one entry."""
        visit_id = await self.begin()
        await self.visits.add_entry(visit_id, group, about=about, answers=answers)
        return await self.finish(visit_id)

    async def parts(self) -> PatientParts:
        return await self.store.read(lambda connection: read_parts(connection, PATIENT))

    async def find_line(self) -> ConflictLine:
        """The one thing that needs a person."""
        (line,) = await self.conflicts.list_all()
        return line

    async def open(self) -> ConflictPage:
        page = await self.conflicts.read((await self.find_line()).id)
        assert page is not None
        return page

    async def take(self, who: str) -> None:
        """Settle the one conflict with all that this nurse wrote."""
        page = await self.open()
        side = next(n for n, one in enumerate(page.sides) if who in (one.who, one.said_by))
        await self.conflicts.choose(page.line.id, {section.id: side for section in page.sections}, page.mark)


@dataclass
class Team:
    ana: Desk
    ben: Desk
    sue: Desk
    plan: httpx.ASGITransport
    database: Engine

    @property
    def desks(self) -> tuple[Desk, ...]:
        return self.ana, self.ben, self.sue

    async def meet(self) -> None:
        """Everybody sends, and then everybody has what the others sent."""
        for desk in (*self.desks, self.ana, self.ben):
            await desk.sync()

    def as_user(self, name: str) -> httpx.AsyncClient:
        """The plan as another program of this user sees it."""
        headers = {"Authorization": f"Bearer {name}-token", "Content-Type": "application/fhir+json"}
        return httpx.AsyncClient(transport=self.plan, base_url=f"{BASE}/fhir/", headers=headers)


@asynccontextmanager
async def meeting(directory: Path) -> AsyncIterator[Team]:
    """Ana and Ben both look after one person; all three devices have had their first load."""
    with in_one_thread():
        async with _meeting(directory) as found:
            yield found


@asynccontextmanager
async def _meeting(directory: Path) -> AsyncIterator[Team]:
    database = make_engine(f"sqlite:///{directory / 'plan.db'}")
    create_schema(database)
    with write_transaction(database) as connection:
        resources = [team("team-1"), *(practitioner(name) for name in PEOPLE), patient(PATIENT)]
        for resource in (*resources, careteam("ct-a", PATIENT, "ana", "ben")):
            put_as_system(connection, resource)
    app = make_app(database, base_url=BASE, authenticate=authenticate)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    desks = {name: await make_desk(directory, name, transport) for name in PEOPLE}
    found = Team(desks["ana"], desks["ben"], desks["sue"], transport, database)
    for desk in found.desks:
        await desk.sync()
    try:
        yield found
    finally:
        for desk in found.desks:
            await desk.client.aclose()
            await desk.store.close()
        database.dispose()


async def make_desk(directory: Path, name: str, plan: httpx.ASGITransport, *, store_id: str = "") -> Desk:
    """A device of this user's; `store_id` where she has more than one."""
    display, role = PEOPLE[name]
    me = PersonRef(f"Practitioner/{name}", display)
    row = SignInRow(
        f"{BASE}/fhir", f"{BASE}/token", None, "app", me.reference, display, role, f"{name}-token"
    )
    store = await create_store(
        directory / f"{store_id or name}.db",
        _KEY,
        store_id=store_id or name,
        user_reference=me.reference,
        user_name=display,
    )
    await store.write(lambda c: sessions.save(c, row))
    client = make_client(store, row, transport=plan)
    return Desk(
        name,
        me,
        store,
        client,
        SyncEngine(store, client),
        Visits(store, me, _CLOCK),
        Conflicts(store, me, _CLOCK),
    )
