"""Fixtures of the sign-in's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import Engine

from plan.database import make_engine, write_transaction
from plan.schema import create_schema
from plan.settings import PlanSettings
from plan.signin.routes import make_router
from plan.users import add_user
from tests.plan_signin.signin_doubles import BASE, PASSWORD, Browser, Clock


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at its smallest: the real cost, some hundred ms a sign-in, is for test_passwords."""
    monkeypatch.setattr("plan.passwords._hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr("plan.passwords._dummy", [])


@pytest.fixture
def engine(tmp_path: Path, quick_hashes: None) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path}/plan.db")
    create_schema(engine)
    with write_transaction(engine) as connection:
        for name, shown, role in (
            ("ana.ruiz", "Ana Ruiz, RN", "nurse"),
            ("maria.ortiz", "Maria Ortiz", "supervisor"),
        ):
            add_user(
                connection, username=name, display_name=shown, role=role, password=PASSWORD, team="North"
            )
        add_user(connection, username="records", display_name="Record system", role="operator", password=None)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings() -> PlanSettings:
    return PlanSettings()


@pytest.fixture
async def browser(engine: Engine, clock: Clock, settings: PlanSettings) -> AsyncIterator[Browser]:
    app = FastAPI()
    app.include_router(make_router(engine, BASE, settings, clock=clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as http:
        yield Browser(http)
