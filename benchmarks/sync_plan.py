"""The plan's backend for the figures of sync (on SQLite unless another database is named): filled, then served."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
from sqlalchemy import insert

from plan.clinical_settings import put_settings
from plan.database import make_engine, write_transaction
from plan.demo_panel.load import SETTINGS
from plan.fhir.stamps import renew_epoch
from plan.people import put_practitioner, put_team
from plan.principal import NURSE
from plan.resources import put_all_as_system
from plan.schema import create_schema
from plan.seed_panel import compose_careteam
from plan.signin.tokens import make_token
from plan.users import User
from tests.support.processes import Program, clean_environment, free_port, hearthside

TEAM = "North"
TOKEN_MINUTES = 600
LONG = 7_200.0
"""Seconds that filling may take: nobody else writes."""
Resource = dict[str, Any]


@dataclass(frozen=True)
class Nurse:
    """Signed in with a token made at the database, which lasts for the whole run."""

    user: User
    token: str

    @property
    def reference(self) -> str:
        return f"Practitioner/{self.user.practitioner_id}"


class SyncPlan:
    """Fill it, then `with plan:` it answers at `base_url`. Nurses can be added while it runs."""

    def __init__(self, place: Path, db: str | None = None) -> None:
        """`db`: the address of an empty database."""
        place.mkdir(parents=True, exist_ok=True)
        self.place = place
        self.db = db or f"sqlite:///{place / 'plan.db'}"
        self.engine = make_engine(self.db)
        create_schema(self.engine)
        with write_transaction(self.engine) as connection:
            renew_epoch(connection)
            self.team_id = put_team(connection, TEAM)
            put_settings(connection, SETTINGS)
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}/fhir"
        self._program: Program | None = None

    def add_nurse(self, name: str) -> Nurse:
        """One with no people yet. Her ids come from her name."""
        user = User(
            id=_id("user", name),
            username=name,
            display_name=f"{name.replace('.', ' ').title()}, RN",
            role=NURSE,
            practitioner_id=_id("practitioner", name),
            team_id=self.team_id,
            created_ms=0,
        )
        with write_transaction(self.engine) as connection:
            connection.execute(insert(User).values(**user.model_dump()))
            put_practitioner(connection, user.practitioner_id, name, user.display_name)
            token = make_token(connection, name, TOKEN_MINUTES)
        return Nurse(user, token)

    def add_people(self, nurse: Nurse, people: Iterable[Resource]) -> list[str]:
        """Patients with a CareTeam that names the nurse; their ids. Visits may be older than their being stored."""
        patients = list(people)
        since = datetime.now(UTC) - timedelta(days=400)
        teams = [compose_careteam(one["id"], [nurse.user], self.team_id, since) for one in patients]
        self.put([*patients, *teams])
        return [str(one["id"]) for one in patients]

    def put(self, resources: Iterable[Resource], at_once: int = 400) -> None:
        """Store resources as the plan's own loads do: checked, indexed, stamped now."""
        every = list(resources)
        for start in range(0, len(every), at_once):
            with write_transaction(self.engine, seconds=LONG) as connection:
                put_all_as_system(connection, every[start : start + at_once])

    def __enter__(self) -> SyncPlan:
        env = clean_environment(self.place)
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--db", self.db]
        self._program = hearthside("plan", "serve", *where, env=env)
        self._program.wait_for("Plan backend ready")
        # The first request of a process loads what none needs before.
        httpx.get(f"{self.base_url}/metadata", timeout=30, trust_env=False).raise_for_status()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._program is not None:
            self._program.end()
            self._program = None
        self.engine.dispose()


def make_patient(number: int, salt: str) -> Resource:
    """Somebody made up, alone."""
    patient_id = _id("patient", salt, str(number))
    return {
        "resourceType": "Patient",
        "id": patient_id,
        "identifier": [{"system": "urn:hearthside:bench", "value": f"{salt}-{number}"}],
        "active": True,
        "name": [{"use": "official", "family": f"Benchmark{number}", "given": ["Rosa"]}],
        "gender": "female",
        "birthDate": "1941-03-09",
    }


def _id(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(("bench-sync", *parts))))
