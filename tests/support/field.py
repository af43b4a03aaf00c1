"""A plan that runs as its own process, nurses and patients in it, and tablets with real encrypted stores."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import Engine

from app.content import CONTENT_VERSION
from app.domain.visit import Answer, AnsweredBy, Modality, PersonRef, Setting, Visit, VisitDraft, sign
from app.store import outbox, sessions, visits
from app.store.changes import Topic
from app.store.engine import Store, create_store
from app.store.records import NewChange, save_signed
from app.store.sessions import SignInRow
from app.sync.engine import PassReport, SyncEngine
from app.sync.fhir.visit import encode_visit
from app.sync.tokens import make_client
from app.sync.transport import FhirClient
from plan.database import make_engine, write_transaction
from plan.resources import put_as_system
from plan.signin.tokens import make_token
from plan.users import add_user
from tests.support.processes import Program, clean_environment, free_port, hearthside

PASSWORD = "a-long-test-password"
TEAM = "North"


@dataclass(frozen=True)
class Person:
    """A user of the plan."""

    username: str
    name: str
    practitioner_id: str
    team_id: str
    role: str

    @property
    def reference(self) -> str:
        return f"Practitioner/{self.practitioner_id}"


class FieldPlan:
    """One plan backend process and its database; tests make their own people in it and see only those."""

    def __init__(self, directory: Path, db: str | None = None) -> None:
        self.db = db or f"sqlite:///{directory / 'plan.db'}"
        self._env = clean_environment(directory)
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._program: Program | None = None
        self._engine: Engine | None = None

    def start(self) -> None:
        arguments = ["plan", "serve", "--port", str(self._port), "--db", self.db]
        self._program = hearthside(*arguments, env=self._env)
        self._program.wait_for("Plan backend ready")

    def stop(self) -> None:
        if self._program is not None:
            self._program.end()
            self._program = None

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            self._engine = make_engine(self.db)
        return self._engine

    def close(self) -> None:
        self.stop()
        if self._engine is not None:
            self._engine.dispose()

    def add_person(self, role: str = "nurse", name: str = "Ana Ruiz, RN", team: str | None = None) -> Person:
        username = f"{role}-{secrets.token_hex(4)}"
        with write_transaction(self.engine) as connection:
            user = add_user(
                connection,
                username=username,
                display_name=name,
                role=role,
                password=PASSWORD,
                team=team or f"{TEAM} {secrets.token_hex(3)}",
            )
            assert user.team_id is not None
            return Person(username, name, user.practitioner_id, user.team_id, role)

    def add_patient(self, *nurses: Person, family: str = "Lindqvist", patient_id: str | None = None) -> str:
        """A patient whose CareTeam names these nurses; without any she has no CareTeam yet."""
        patient_id = patient_id or str(uuid4())
        name = [{"use": "official", "family": family, "given": ["Vera"], "prefix": ["Mrs."]}]
        self.put({"resourceType": "Patient", "id": patient_id, "name": name, "birthDate": "1941-05-06"})
        if nurses:
            self.assign(patient_id, *nurses)
        return patient_id

    def assign(self, patient_id: str, *nurses: Person, status: str = "active") -> None:
        self.put(
            {
                "resourceType": "CareTeam",
                "id": f"ct-{patient_id}"[:64],
                "status": status,
                "subject": {"reference": f"Patient/{patient_id}"},
                "participant": [{"member": {"reference": nurse.reference}} for nurse in nurses],
                "managingOrganization": [{"reference": f"Organization/{nurses[0].team_id}"}],
            }
        )

    def put(self, *resources: dict[str, Any]) -> None:
        with write_transaction(self.engine) as connection:
            for resource in resources:
                put_as_system(connection, resource)

    def token(self, person: Person, minutes: int = 60) -> str:
        with write_transaction(self.engine) as connection:
            return make_token(connection, person.username, minutes)

    @contextmanager
    def peer(self, person: Person) -> Iterator[httpx.Client]:
        """A plain HTTP client with that person's token, for looking and editing beside the app."""
        headers = {"Authorization": f"Bearer {self.token(person)}", "Content-Type": "application/fhir+json"}
        with httpx.Client(
            base_url=f"{self.url}/fhir/", headers=headers, trust_env=False, timeout=30
        ) as client:
            yield client


@dataclass
class Tablet:
    """One nurse's device: an encrypted store, a client, an engine."""

    store: Store
    person: Person
    client: FhirClient
    engine: SyncEngine
    path: Path
    key: bytes = field(repr=False, default=b"")

    async def sync(self, stop: asyncio.Event | None = None) -> PassReport:
        return await self.engine.run_pass(stop=stop)

    async def document(self, patient_id: str, note: str = "Slept well.", **values: int) -> Visit:
        """A visit documented and signed here; `values` are ESAS-r answers by short link id (`pain=7`)."""
        return await self.sign(make_visit(self.person, patient_id, note, values))

    async def sign(self, visit: Visit) -> Visit:
        """Put a signed visit into the store and the outbox, as signing does."""
        draft = VisitDraft(
            id=visit.id,
            patient_id=visit.patient_id,
            nurse=visit.nurse,
            modality=visit.modality,
            setting=visit.setting,
            began_at=visit.began_at,
            left_at=visit.left_at,
            answered_by=visit.answered_by,
            note=visit.note,
            answers=visit.answers,
            entries=visit.entries,
            written_afterwards=visit.written_afterwards,
        )
        changes = [NewChange(part.type, part.id, part.body) for part in encode_visit(visit)]

        def save(connection: outbox.Connection) -> None:
            visits.begin(connection, draft, CONTENT_VERSION)
            save_signed(connection, visit, changes)

        await self.store.write(save, Topic.OUTBOX, Topic.VISITS)
        return visit

    async def status(self, visit_id: str) -> outbox.VisitSending:
        rows = await self.store.read(lambda c: outbox.visit_status_rows(c, [visit_id]))
        return rows[visit_id]

    async def received(self, visit_id: str) -> bool:
        status = await self.status(visit_id)
        return status.total > 0 and status.settled == status.total

    async def use(self, base_url: str) -> None:
        """Talk to another address from now on (a relay, or a server on another port)."""
        await self.client.aclose()
        sign_in = await self.store.read(sessions.find)
        assert sign_in is not None
        moved = replace(sign_in, plan_url=f"{base_url}/fhir", token_endpoint=f"{base_url}/oauth/token")
        await self.store.write(lambda c: sessions.save(c, moved))
        self.client = make_client(self.store, moved)
        self.engine = SyncEngine(self.store, self.client)

    async def close(self) -> None:
        await self.client.aclose()
        await self.store.close()


def make_visit(person: Person, patient_id: str, note: str, values: dict[str, int]) -> Visit:
    began_at = datetime.now(UTC) - timedelta(minutes=50)
    left_at = began_at + timedelta(minutes=40)
    answers = {
        f"esas-{name}": Answer(at=began_at + timedelta(minutes=5), value=v) for name, v in values.items()
    }
    draft = VisitDraft(
        id=str(uuid4()),
        patient_id=patient_id,
        nurse=PersonRef(person.reference, person.name),
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=began_at,
        left_at=left_at,
        answered_by=AnsweredBy.PATIENT if answers else None,
        note=note,
        answers=answers,
    )
    return sign(draft, left_at + timedelta(minutes=3), 0)


ALL_NINE = {
    "pain": 7, "tired": 5, "drowsy": 3, "nausea": 2, "appetite": 4, "sob": 1, "depr": 0, "anx": 2, "wb": 6
}  # fmt: skip


async def make_tablet(
    directory: Path,
    person: Person,
    base_url: str,
    token: str | None,
    transport: httpx.AsyncBaseTransport | None = None,
    store_id: str = "store",
) -> Tablet:
    """A tablet on which this person signed in with a token that was made at the plan.

    `transport`: a plan in this process instead of one at that address. `store_id` tells her devices apart.
    """
    path, key = directory / f"{uuid4().hex}.db", secrets.token_bytes(32)
    store = await create_store(path, key, store_id=store_id, user_reference=person.reference)
    sign_in = SignInRow(
        plan_url=f"{base_url}/fhir",
        token_endpoint=f"{base_url}/oauth/token",
        revocation_endpoint=None,
        client_id="hearthside-app",
        user_reference=person.reference,
        user_name=person.name,
        role=person.role,
        access_token=token,
    )
    await store.write(lambda c: sessions.save(c, sign_in))
    client = make_client(store, sign_in, transport=transport)
    return Tablet(store, person, client, SyncEngine(store, client), path, key)
