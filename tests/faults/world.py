"""One nurse's device with a real encrypted store, one real plan backend in the same process, a bad network between."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from app.domain.visit import AnsweredBy, Modality, PersonRef, Setting
from app.services.models import VisitState, VisitStatus
from app.services.summaries import status_of
from app.services.visits import Visits
from app.store import outbox, sessions
from app.store.engine import Store, create_store, open_store
from app.store.sessions import SignInRow
from app.store.tables import Receipt, table_of
from app.sync.engine import PassReport, SyncEngine
from app.sync.tokens import make_client
from plan.app import make_app
from plan.database import make_engine
from plan.schema import create_schema
from tests.faults.faulty_network import Fault, FaultyNetwork, Judge
from tests.faults.server_rows import ServerRows
from tests.plan.plan_doubles import authenticate, load_panel

BASE = "http://127.0.0.1:8600"
ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
KEY = bytes(range(32))
SIGN_IN = SignInRow(
    f"{BASE}/fhir", f"{BASE}/token", None, "app", ANA.reference, ANA.name, "nurse", "ana-token"
)


SHM = Path("/dev/shm")
FAST = str(SHM) if SHM.is_dir() else None
"""Where runs keep their files: in memory where the system has such a place, for nothing here asks about power."""


class Killed(BaseException):
    """The process is gone: nothing of it may act any more."""


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC).astimezone()


@dataclass
class Made:
    """What the nurse saw being saved."""

    patient_id: str
    values: dict[str, int] = field(default_factory=dict)
    note: str = ""
    signed: bool = False
    corrections: int = 0


def make_templates(directory: Path) -> None:
    """A plan with its panel and a store that is signed in, to be copied for each run."""
    engine = make_engine(f"sqlite:///{directory / 'plan.db'}")
    create_schema(engine)
    load_panel(engine)
    engine.dispose()

    async def make() -> None:
        store = await create_store(directory / "store.db", KEY, store_id="s", user_reference=ANA.reference)
        await store.write(lambda c: sessions.save(c, SIGN_IN))
        await store.close()

    asyncio.run(make())


class World:
    def __init__(self, templates: Path, directory: Path) -> None:
        self._directory = directory
        self._lives = 0
        for name in ("plan.db", "store.db"):
            shutil.copy(templates / name, directory / name)
        self._engine = make_engine(f"sqlite:///{directory / 'plan.db'}")
        app = make_app(self._engine, base_url=BASE, authenticate=authenticate)
        self._asgi = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.network = FaultyNetwork(self._asgi)
        self.server = ServerRows(directory / "plan.db")
        self.visits_made: dict[str, Made] = {}
        self._old: list[Store] = []
        self._path = directory / "store.db"

    async def start(self) -> None:
        """The app is opened: its store as it lies on the disk."""
        self.store = await open_store(self._path, KEY, store_id="s")
        self.client = make_client(self.store, SIGN_IN, transport=self.network)
        self.engine = SyncEngine(self.store, self.client)
        self.visits = Visits(self.store, ANA, Now())

    async def kill(self) -> None:
        """What the disk holds now is all that the next start finds; the old process never writes there again."""
        self._snapshot()
        await self.start()

    def _snapshot(self) -> None:
        self._lives += 1
        copy = self._directory / f"store-{self._lives}.db"
        for suffix in ("", "-wal"):
            source = self._path.with_name(self._path.name + suffix)
            if source.exists():
                shutil.copy(source, copy.with_name(copy.name + suffix))
        self._old.append(self.store)
        self._path = copy

    async def close(self) -> None:
        await self.client.aclose()
        for store in (*self._old, self.store):
            await store.close()
        self._engine.dispose()

    # the nurse

    async def begin(self, patient_id: str = "a") -> str:
        visit_id = await self.visits.begin(patient_id, Modality.IN_PERSON, Setting.HOME)
        self.visits_made.setdefault(visit_id, Made(patient_id))
        await self.visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
        return visit_id

    async def tap(self, visit_id: str, link_id: str, value: int) -> None:
        await self.visits.answer(visit_id, link_id, value=value)
        self.visits_made[visit_id].values[link_id] = value

    async def write_note(self, visit_id: str, text: str) -> None:
        await self.visits.set_note(visit_id, text)
        self.visits_made[visit_id].note = text

    async def sign(self, visit_id: str) -> None:
        await self.visits.leave(visit_id)
        await self.visits.sign(visit_id)
        self.visits_made[visit_id].signed = True

    async def document(self, patient_id: str = "a", note: str = "Slept well.", **values: int) -> str:
        """A whole visit; `values` by short link id (`pain=7`)."""
        visit_id = await self.begin(patient_id)
        for name, value in values.items():
            await self.tap(visit_id, f"esas-{name}", value)
        await self.write_note(visit_id, note)
        await self.sign(visit_id)
        return visit_id

    # the network

    async def sync(self, judge: Judge | None = None) -> PassReport:
        self.network.judge = judge or (lambda request: Fault.NONE)
        return await self.engine.run_pass()

    async def sync_until_killed(self, commits: int) -> bool:
        """A pass in a process that dies right after so many commits; True when it died within the pass."""
        left, write = commits, self.store.write

        async def counted(fn: Callable[..., Any], *topics: Any) -> Any:
            nonlocal left
            if left == 0:
                raise Killed
            result = await write(fn, *topics)
            left -= 1
            if left == 0:
                self._snapshot()
            return result

        def judge(request: httpx.Request) -> Fault:
            return Fault.CUT_BEFORE if left == 0 else Fault.NONE

        self.store.write = counted  # type: ignore[method-assign]  # the one seam through which everything commits
        try:
            await self.sync(judge)
        except BaseException as error:
            if not isinstance(error, Killed):
                raise
        if left:
            self.store.write = write  # type: ignore[method-assign]  # as above
            return False
        await self.start()
        return True

    async def as_user(self, name: str, work: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
        headers = {"Authorization": f"Bearer {name}-token", "Content-Type": "application/fhir+json"}
        async with httpx.AsyncClient(
            transport=self._asgi, base_url=f"{BASE}/fhir/", headers=headers
        ) as client:
            await work(client)

    async def correct(self, visit_id: str) -> bool:
        """The supervisor corrects the visit's Encounter on the server; False when it is not there."""
        if not self.server.versions("Encounter", visit_id):
            return False

        async def edit(client: httpx.AsyncClient) -> None:
            found = (await client.get(f"Encounter/{visit_id}")).raise_for_status().json()
            found |= {"language": "en-US", "serviceType": {"text": f"Corrected {found['meta']['versionId']}"}}
            version = found["meta"]["versionId"]
            answer = await client.put(
                f"Encounter/{visit_id}", json=found, headers={"If-Match": f'W/"{version}"'}
            )
            answer.raise_for_status()

        await self.as_user("sue", edit)
        self.visits_made[visit_id].corrections += 1
        return True

    async def assign(self, patient_id: str, *nurses: str) -> None:
        """The plan's own system says whose patient this is from now on."""
        from tests.plan.fhir_builders import careteam

        async def put(client: httpx.AsyncClient) -> None:
            team = careteam(f"ct-{patient_id}", patient_id, *nurses)
            (await client.put(f"CareTeam/ct-{patient_id}", json=team)).raise_for_status()

        await self.as_user("op", put)

    # what both sides hold

    async def state(self, visit_id: str) -> VisitState:
        return (await self.status(visit_id)).state

    async def status(self, visit_id: str) -> VisitStatus:
        rows = await self.store.read(lambda c: outbox.visit_status_rows(c, [visit_id]))
        return status_of(rows.get(visit_id))

    async def check_receipts(self) -> None:
        """I11: what the device calls received is on the server in that very version; nothing is called so early."""
        receipts = table_of(Receipt)
        rows = await self.store.read(lambda c: c.execute(receipts.select()).all())
        for row in rows:
            assert self.server.has_version(row.type, row.id, row.version_id), f"no {row.type} for a receipt"
        for visit_id, made in self.visits_made.items():
            if made.signed and await self.state(visit_id) is VisitState.RECEIVED:
                self.check_whole(visit_id)

    def check_whole(self, visit_id: str) -> None:
        """The server holds exactly what the nurse saw saved, and the manifest of it."""
        from tests.faults import server_rows

        made, records = self.visits_made[visit_id], self.server.of_visit(visit_id)
        assert server_rows.values(records) == made.values
        assert server_rows.note(records) == made.note.strip()
        assert len(self.server.versions("Encounter", visit_id)) == 1 + made.corrections
        tags = {tag["code"] for tag in records[0]["meta"]["tag"]}
        manifests = [p for tag in tags for p in self.server.versions("Provenance", tag)]
        assert manifests, "received without a manifest"
        named = {target["reference"] for target in manifests[0]["target"]}
        assert named == {f"{r['resourceType']}/{r['id']}" for r in records}

    async def heal(self, passes: int = 5) -> None:
        """I12: with a good network everything is received or shown with a reason, within five passes."""
        for _ in range(passes):
            await self.sync()
        for visit_id, made in self.visits_made.items():
            if made.signed:
                status = await self.status(visit_id)
                assert status.state is VisitState.RECEIVED or status.reason, f"stuck: {status.state}"
        stuck = [group.group_id for group in await self.store.read(outbox.pending)]
        stuck += [write.group_id for write in await self.store.read(outbox.open_writes)]
        assert not stuck, "something else (an alert) neither went nor has a reason"
        await self.check_receipts()
        assert self.server.most_versions_of_a_write() <= 1
