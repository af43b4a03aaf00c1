"""A plan backend with two nurses, two supervisors, a care manager and an operator, and a patient for each nurse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from starlette.testclient import TestClient

from plan.app import make_app
from plan.database import write_transaction
from plan.principal import Principal
from plan.resources import put_as_system
from plan.settings import PlanSettings
from tests.plan.fhir_builders import careteam, patient, practitioner, team

ALL = frozenset({"user/*.cruds"})
PRINCIPALS = {
    "ana-token": Principal("u1", "ana", "nurse", "ana", "team-1", ALL),
    "ben-token": Principal("u2", "ben", "nurse", "ben", "team-1", ALL),
    "sue-token": Principal("u3", "sue", "supervisor", "sue", "team-1", ALL),
    "tom-token": Principal("u4", "tom", "supervisor", "tom", "team-2", ALL),
    "cam-token": Principal("u6", "cam", "care-manager", "cam", "team-3", ALL),
    "op-token": Principal("u5", "op", "operator", "op", None, ALL),
    "reader-token": Principal("u1", "ana", "nurse", "ana", "team-1", frozenset({"openid", "user/*.rs"})),
}


def authenticate(_connection: Connection, token: str) -> Principal | None:
    """The doubles' sign-in: fixed tokens."""
    return PRINCIPALS.get(token)


@dataclass
class Clock:
    """A clock that tests set. Milliseconds."""

    now: int = 1_780_000_000_000

    def __call__(self) -> int:
        return self.now


@dataclass
class Plan:
    """A backend under test and its callers."""

    engine: Engine
    clock: Callable[[], int]
    client: TestClient

    def as_user(self, name: str) -> TestClient:
        """A client with that user's token."""
        client = TestClient(self.client.app, base_url="http://plan.test/fhir/", raise_server_exceptions=False)
        client.headers["Authorization"] = f"Bearer {name}-token"
        return client


def load_panel(engine: Engine) -> None:
    """Ana has patient a, Ben has patient b, both in team 1."""
    with write_transaction(engine) as connection:
        resources: list[dict[str, Any]] = [team("team-1"), team("team-2")]
        resources += [practitioner(name) for name in ("ana", "ben", "sue", "tom", "cam")]
        resources += [patient("a"), patient("b"), careteam("ct-a", "a", "ana"), careteam("ct-b", "b", "ben")]
        for each in resources:
            put_as_system(connection, each)


def make_plan(engine: Engine, clock: Callable[[], int], settings: PlanSettings | None = None) -> Plan:
    app = make_app(
        engine, base_url="http://plan.test", settings=settings, authenticate=authenticate, clock=clock
    )
    client = TestClient(app, base_url="http://plan.test/fhir/", raise_server_exceptions=False)
    return Plan(engine, clock, client)
