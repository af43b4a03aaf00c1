"""A nurse's real encrypted store, and a device without a keystore, with a plan that nobody serves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.patient import PatientRow
from app.domain.visit import PersonRef
from app.services.device_service import Device
from app.services.sign_in import SignedIn
from app.services.visits import Visits
from app.store import patients
from app.store.engine import Store, create_store
from app.store.sessions import SignInRow
from app.store.vault import Vault
from app.sync import auth
from tests.store.store_builders import CHEAP

ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
NOBODY_THERE = "http://127.0.0.1:1/fhir"
"""A loopback port that nothing serves: the plan is down."""


class SteppingClock:
    """Starts at a given time; each look is a second later, so that every tap has a time of its own."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def person(patient_id: str, name: str) -> PatientRow:
    return PatientRow(
        id=patient_id,
        display_name=name,
        sort_name=name,
        birth_on=date(1948, 2, 3),
        gender="female",
        language=None,
        city=None,
    )


def sign_in_row(user: str = "ana", name: str = ANA.name, role: str = "nurse") -> SignInRow:
    return SignInRow(
        plan_url=NOBODY_THERE,
        token_endpoint="http://127.0.0.1:1/oauth/token",
        revocation_endpoint=None,
        client_id="hearthside-app",
        user_reference=f"Practitioner/{user}",
        user_name=name,
        role=role,
        access_token="access",
        refresh_token="refresh",
    )


def signed_in(user: str = "ana", name: str = ANA.name) -> SignedIn:
    return SignedIn(name, auth.SignedIn(sign_in_row(user, name)))


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(datetime(2026, 11, 22, 10, 42, tzinfo=UTC).astimezone())


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await create_store(tmp_path / "store-0001.db", bytes(range(32)), store_id="s1")
    await opened.write(lambda connection: patients.upsert(connection, person("p1", "Rosa Colón")))
    yield opened
    await opened.close()


@pytest.fixture
def visits(store: Store, clock: SteppingClock) -> Visits:
    return Visits(store, ANA, clock)


@pytest.fixture
async def device(tmp_path: Path) -> AsyncIterator[Device]:
    found = Device(Vault(tmp_path / "data", None, cost=CHEAP))
    yield found
    await found.close()
