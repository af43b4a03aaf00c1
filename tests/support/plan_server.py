"""The reference plan backend as a program of its own, with people in it and users."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import Connection

from plan.database import make_engine, write_transaction
from plan.demo_panel.load import USERS
from plan.signin.tokens import make_token
from plan.users import add_user
from tests.support.plan_files import open_new_plan
from tests.support.processes import Program, free_port, hearthside
from tests.support.tablet import Person

CASELOAD = Path(__file__).parents[3] / "shared" / "caseload"
TEAM = "Team North"


class PlanProgram:
    """One database; stopped and started again it keeps its address. `load` is what the first start loads.

    `db`: the address of another database than SQLite in `directory`.
    """

    nurse: Person
    supervisor: Person

    def __init__(self, directory: Path, env: Mapping[str, str], *load: str, db: str = "") -> None:
        self._env = dict(env)
        self.db = db or f"sqlite:///{directory / 'plan.db'}"
        self._load = load
        self._program: Program | None = None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listens when this returns; nothing when it does already. The first start loads the people."""
        if self._program is not None:
            return
        place = ["--host", "127.0.0.1", "--port", str(self.port), "--db", self.db]
        self._program = hearthside("plan", "serve", *place, *self._load, env=self._env)
        self._load = ()
        self._program.wait_for("Plan backend ready")

    def stop(self) -> None:
        """SIGTERM, as an operator would."""
        assert self._program is not None
        code = self._program.end()
        assert code in (0, -15), self._program.text
        self._program = None

    def close(self) -> None:
        if self._program is not None:
            self._program.process.kill()
            self._program.process.wait(10)

    def get(self, path: str, token: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with httpx.Client(trust_env=False, timeout=30) as client:
            return client.get(f"{self.url}{path}", headers=headers).raise_for_status().json()

    def make_token(self, user: str) -> str:
        """A short-lived token, made at the database. The command that does this has tests of its own."""
        with self.at_database() as connection:
            return make_token(connection, user, 30)

    @contextmanager
    def at_database(self) -> Iterator[Connection]:
        """A writing transaction, as the plan's commands take one."""
        engine = make_engine(self.db)
        try:
            with write_transaction(engine) as connection:
                yield connection
        finally:
            engine.dispose()

    def patients(self) -> list[dict[str, Any]]:
        """Everybody in the nurse's panel, as FHIR."""
        bundle = self.get("/fhir/Patient?_count=1000", self.make_token(self.nurse.username))
        return [entry["resource"] for entry in bundle.get("entry", [])]


class PlanServer(PlanProgram):
    """With the people of the caseload where there is one, a nurse who has them all, and her supervisor."""

    def __init__(self, directory: Path, env: Mapping[str, str]) -> None:
        has_caseload = CASELOAD.is_dir() and any(CASELOAD.glob("*.json"))
        people = ["--seed", str(CASELOAD)] if has_caseload else ["--demo"]
        super().__init__(directory, env, *people, "--panel", "nurse")
        open_new_plan(directory / "plan.db").dispose()
        self.nurse = self._add("nurse", "Ana Ruiz, RN")
        self.supervisor = self._add("supervisor", "Grace Okafor, RN")

    def _add(self, role: str, shown: str) -> Person:
        person = Person(role, secrets.token_urlsafe(12))
        with self.at_database() as connection:
            add_user(
                connection, username=role, display_name=shown, role=role, password=person.password, team=TEAM
            )
        return person


class DemoPlan(PlanProgram):
    """With the demo panel: a nurse, a colleague who shares some of her people, and their supervisor.

    Their passwords are known with SQLite only, beside which the demo keeps them.
    """

    def __init__(self, directory: Path, env: Mapping[str, str], db: str = "") -> None:
        super().__init__(directory, env, "--demo", db=db)
        self.start()
        kept = directory / "demo-sign-ins.json"
        people = [] if db else json.loads(kept.read_text(encoding="utf-8"))["sign_ins"]
        known = {one["username"]: one["password"] for one in people}
        users = {name: Person(name, known.get(name, "")) for name, *_ in USERS}
        self.nurse, self.colleague = users["ana.ruiz"], users["ben.cole"]
        self.supervisor = users["maria.ortiz"]


Plan = TypeVar("Plan", bound=PlanProgram)


def running(server: Plan) -> Iterator[Plan]:
    """For a fixture: a plan that answers, ended at the end."""
    try:
        server.start()
        yield server
    finally:
        server.close()
