"""The same sign-in on PostgreSQL: types, locks and the one UPDATE that decides."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from plan.database import make_engine, write_transaction
from plan.demo_panel.load import load_demo
from plan.schema import create_schema
from plan.settings import PlanSettings
from plan.signin.routes import make_router
from plan.signin.tokens import begin_family, issue_pair, rotate
from plan.users import add_user, get_user
from tests.plan_signin.signin_doubles import BASE, PASSWORD, Browser, Clock
from tests.support.postgres import start_postgres

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def database() -> Iterator[Engine]:
    with start_postgres() as server:
        engine = make_engine(server.make_database())
        create_schema(engine)
        yield engine
        engine.dispose()


async def test_a_sign_in_a_wrong_password_a_refresh_and_the_demo_panel(database: Engine) -> None:
    lines = load_demo(database, None)
    password = lines[1].split()[1]
    clock = Clock()
    app = FastAPI()
    app.include_router(make_router(database, BASE, PlanSettings(), clock=clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as http:
        browser = Browser(http)
        assert (await browser.submit(await browser.open(), "ana.ruiz", "a-wrong-password")).status_code == 403
        token = (await browser.exchange(await browser.sign_in("ana.ruiz", password))).json()
        second = (await browser.refresh(token["refresh_token"])).json()
        assert (await browser.refresh(token["refresh_token"])).json()["access_token"] == second[
            "access_token"
        ]
        clock.pass_seconds(61)
        assert (await browser.refresh(token["refresh_token"])).status_code == 400
        assert (await browser.refresh(second["refresh_token"])).status_code == 400


def test_four_threads_with_one_token_make_one_pair(database: Engine) -> None:
    settings = PlanSettings()
    with write_transaction(database) as connection:
        add_user(connection, username="pg.nurse", display_name="P", role="nurse", password=PASSWORD, team="T")
        family = begin_family(connection, get_user(connection, "pg.nurse").id, "hearthside-app", 1_000)
        presented = issue_pair(connection, family, "offline_access user/*.rs", settings, 1_000).refresh_token
    start = threading.Barrier(4)
    found: list[str] = []

    def refresh() -> None:
        start.wait(10)
        with write_transaction(database) as connection:
            answer = rotate(connection, presented or "", None, settings, 2_000)
        found.append(answer[1].access_token if answer else "-")

    threads = [threading.Thread(target=refresh) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 4
    assert len(set(found)) == 1
