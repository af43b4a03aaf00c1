"""The plan behind the gallery, and the other hands in it: a colleague's tablet, a spare one, a supervisor's desk.

They are the app's own services over stores of their own, without a screen, and send to the plan as any tablet does.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.domain.review import Comment
from app.domain.visit import AnsweredBy, Modality, PersonRef, Setting, Value
from app.services.attachments import Attachments
from app.services.clock import SystemClock
from app.services.drafts import Drafts
from app.services.review import Reviewing
from app.services.unmatched import Unlisted
from app.services.visits import Visits
from app.store import sessions
from app.store.engine import Store
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client
from app.sync.transport import FhirClient
from plan.clinical_settings import put_settings
from plan.demo_panel.load import SETTINGS, SIGN_INS_FILE
from plan.fhir.stamps import clock_ms
from plan.fhir.tables import resource
from plan.leave.entering import Ask, enter_leave
from plan.resources import put_as_system
from plan.seed_panel import compose_careteam
from plan.users import add_user, get_user
from tests.support.devices import opened, set_up
from tests.support.photos import jpeg
from tests.support.plan_server import PlanProgram
from tests.support.processes import run_hearthside
from tests.support.tablet import Person

NEW_TEAM = "East"
"""A team that has just begun: nobody on any list, nothing to review."""


class World(PlanProgram):
    """The plan's own process with its demo panel; stopped and started again it keeps its address."""

    def __init__(self, directory: Path, env: Mapping[str, str]) -> None:
        super().__init__(directory, env, "--demo", "--population")
        self.directory = directory
        self.start()
        kept = json.loads((directory / SIGN_INS_FILE).read_text(encoding="utf-8"))["sign_ins"]
        people = {one["username"]: Person(one["username"], one["password"]) for one in kept}
        self.nurse, self.colleague = people["ana.ruiz"], people["ben.cole"]
        self.supervisor, self.manager = people["maria.ortiz"], people["lena.hart"]

    def decide(self, **settings: Any) -> None:
        """What this plan decides beside what the demo's does."""
        with self.at_database() as connection:
            put_settings(connection, {**SETTINGS, "version": "gallery", **settings})

    def put_on_duty(self, person: Person) -> None:
        """From now on and always: her device fetches the on-call pack with its next contact."""
        with self.at_database() as connection:
            who = f"Practitioner/{get_user(connection, person.username).practitioner_id}"
        self.decide(duty={"list": [{"who": who, "from": "00:00", "to": "00:00"}]})

    def make_keys(self) -> None:
        """From now on it takes sealed visits that a colleague carries, and lets in who forgot a PIN."""
        public, officers = self.directory / "courier.json", self.directory / "officers"
        self._run("keys", "courier", str(public), "--db", self.db)
        self._run("rescue-key", "make", str(officers), "--courier", str(public), "--no-passphrase")
        self._run("keys", "set", str(next(officers.glob("plan-keys-*.json"))), "--db", self.db)

    def _run(self, *command: str) -> None:
        code, told = run_hearthside("plan", *command, env=self._env)
        if code != 0:
            raise AssertionError(told)

    def find(self, family: str) -> str:
        """The id of the member with this in her record."""
        with self.at_database() as connection:
            rows = connection.execute(
                select(resource.c.id, resource.c.body).where(resource.c.type == "Patient")
            )
            return str(next(row.id for row in rows if family in row.body))

    def add(self, role: str, shown: str, *families: str) -> Person:
        """Somebody of a team that has just begun, with these members on her list."""
        person = Person(f"{role}.new", "a-long-gallery-password")
        with self.at_database() as connection:
            user = add_user(
                connection,
                username=person.username,
                display_name=shown,
                role=role,
                password=person.password,
                team=NEW_TEAM,
            )
        for family in families:
            patient_id, since = self.find(family), datetime.now(UTC) - timedelta(days=9)
            with self.at_database() as connection:
                put_as_system(
                    connection, compose_careteam(patient_id, [user], user.team_id or "", since, key="new")
                )
        return person

    def send_on_leave(self, away: Person, stand_in: Person) -> None:
        """For a week, from now on."""
        with self.at_database() as connection:
            nurse, other = (get_user(connection, one.username) for one in (away, stand_in))
            now, week = clock_ms(), 7 * 24 * 3_600_000
            ask = Ask(nurse.practitioner_id, other.practitioner_id, now, now + week)
            enter_leave(connection, ask, now, team_id=nurse.team_id or "", by=None)


@dataclass
class Hand:
    """Somebody at a tablet of her own whose screen nobody sees."""

    store: Store
    client: FhirClient
    me: PersonRef

    @property
    def visits(self) -> Visits:
        return Visits(self.store, self.me, SystemClock())

    async def send(self) -> None:
        report = await SyncEngine(self.store, self.client).run_pass()
        if not report.ok:
            raise AssertionError(report)

    async def begin(self, patient_id: str, note: str, /, **answers: Value) -> str:
        """A draft; answers by link id, `_` for `-`."""
        visit_id = await self.visits.begin(patient_id, Modality.IN_PERSON, Setting.HOME)
        await self.visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
        await self.visits.set_note(visit_id, note)
        for name, value in answers.items():
            await self.visits.answer(visit_id, name.replace("_", "-"), value=value)
        return visit_id

    async def sign(self, visit_id: str) -> str:
        await self.visits.leave(visit_id)
        await self.visits.sign(visit_id)
        return visit_id

    async def photograph(self, visit_id: str) -> None:
        """A wound, in a draft."""
        wound = await self.visits.add_entry(visit_id, "wounds", answers={"wound-photo": "taken"})
        pictures = Attachments(self.store, self.client, self.me, SystemClock())
        await pictures.add_picture(visit_id, "wound-photo", jpeg(), entry=wound)

    async def go_on(self) -> str:
        """With one's own draft of another tablet, here."""
        drafts = Drafts(self.store, self.client, self.me, SystemClock())
        line = next(one for one in await drafts.list_elsewhere() if one.mine)
        return await drafts.go_on(line.draft.key)

    async def review(self, asked: str, words: str, reviewed: str, thanked: str) -> None:
        """A supervisor's: a question about one visit, another countersigned, thanks for a third."""
        desk = Reviewing(self.store, self.me, SystemClock(), supervisor=True)
        await desk.ask(asked, [Comment("symptoms", "Symptoms", words)])
        await desk.countersign(reviewed)
        await desk.ask(thanked, [Comment("visit", "The whole visit", "Thank you for staying.")], thanks=True)

    @property
    def unlisted(self) -> Unlisted:
        return Unlisted(self.store, self.me, SystemClock())


async def arrive(world: World, name: str, person: Person) -> tuple[Path, Person]:
    """A tablet on which this person has signed in and everything has come: its directory, and who opens it."""
    data, owner = world.directory / name, replace(person)
    await set_up(data, world, owner)
    return data, owner


@asynccontextmanager
async def at(data: Path, owner: Person) -> AsyncIterator[Hand]:
    """The tablet in her hands, until it is put away. No app may have it open."""
    async with opened(data, owner) as store:
        row = await store.read(sessions.find)
        if row is None:
            raise AssertionError(f"nobody has signed in on {data.name}")
        client = make_client(store, row)
        try:
            yield Hand(store, client, PersonRef(row.user_reference, row.user_name))
        finally:
            await client.aclose()
