"""Fixtures of the sign-in's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.settings import PlanSettings
from plan.signin.routes import make_router
from plan.users import add_user
from tests.plan_signin.signin_doubles import BASE, PASSWORD, Browser, Clock
from tests.support.plan_files import open_new_plan


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_new_plan(tmp_path / "plan.db")
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
