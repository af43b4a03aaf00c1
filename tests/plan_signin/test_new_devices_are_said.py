"""Who registers a device with a token of hers that he held for a minute is seen: in the trail, at her next sign-in."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from sqlalchemy import Engine, text

from plan.database import write_transaction
from plan.devices.registry import proof_text
from plan.devices.routes import make_devices_router
from plan.fhir.context import Server
from plan.fhir.http import add_error_answers
from plan.settings import PlanSettings
from plan.signin.routes import make_router
from plan.signin.tokens import find_principal
from plan.signin.words import ENGLISH
from plan.users import find_user, set_disabled
from tests.plan_signin.signin_doubles import (
    BASE,
    PASSWORD,
    Browser,
    Clock,
    authorize_parameters,
    fields_of,
    query_of,
    words_seen,
)


@pytest.fixture
async def anas(engine: Engine, clock: Clock, settings: PlanSettings) -> AsyncIterator[Browser]:
    """Her browser, at a plan whose doors all go by one clock."""
    app = FastAPI()
    add_error_answers(app)
    app.include_router(make_router(engine, BASE, settings, clock=clock))
    server = Server(engine, f"{BASE}/fhir", settings, clock)
    app.include_router(make_devices_router(server, lambda c, token: find_principal(c, token, clock())))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as http:
        yield Browser(http)


def reference(engine: Engine, name: str = "ana.ruiz") -> str:
    with engine.connect() as connection:
        user = find_user(connection, name)
    assert user is not None
    return f"Practitioner/{user.practitioner_id}"


async def register(browser: Browser, engine: Engine, token: str, device: str | None = None) -> int:
    """A device with a key of its own; the status of the answer."""
    key, device = Ed25519PrivateKey.generate(), device or uuid4().hex
    proof = key.sign(proof_text(device, reference(engine)))
    said = {"key": key.public_key().public_bytes_raw(), "proof": proof}
    body = {"device": device} | {name: base64.b64encode(value).decode() for name, value in said.items()}
    answer = await browser.http.post("/devices", json=body, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


async def test_a_sign_in_of_one_device_registers_no_other(anas: Browser, engine: Engine) -> None:
    token = (await anas.tokens())["access_token"]
    assert await register(anas, engine, token, "a" * 32) == 200
    assert await register(anas, engine, token) == 403
    with engine.connect() as connection:
        assert connection.execute(text("SELECT device FROM registered_device")).scalars().all() == ["a" * 32]


async def test_each_new_device_is_in_the_trail_once(anas: Browser, engine: Engine) -> None:
    for device in ("a" * 32, "b" * 32):
        token = (await anas.tokens())["access_token"]
        assert await register(anas, engine, token, device) == 200
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT user_id, what FROM audit_event WHERE action = 'device'")).all()
    assert [json.loads(row.what)["device"] for row in rows] == ["a" * 32, "b" * 32]
    assert all(row.user_id for row in rows)


async def test_the_tablet_that_she_just_set_up_is_no_news(
    anas: Browser, engine: Engine, clock: Clock
) -> None:
    for device in ("a" * 32, "b" * 32):
        token = (await anas.tokens())["access_token"]
        clock.pass_seconds(20)
        assert await register(anas, engine, token, device) == 200
        clock.pass_seconds(90 * 86_400)
    await anas.sign_in()


async def stolen(browser: Browser, engine: Engine, clock: Clock) -> None:
    """Her tablet is set up; a day later somebody registers a device with a token of hers that was bound to none."""
    token = (await browser.tokens())["access_token"]
    assert await register(browser, engine, token) == 200
    loose = (await browser.tokens())["access_token"]
    clock.pass_seconds(700)
    assert await register(browser, engine, loose) == 200
    clock.pass_seconds(3600)


async def test_a_device_that_came_otherwise_is_said_at_her_next_sign_in_and_then_no_more(
    anas: Browser, engine: Engine, clock: Clock
) -> None:
    await stolen(anas, engine, clock)
    page = await anas.submit(await anas.open(), "ana.ruiz", PASSWORD)
    assert page.status_code == 200
    assert "call your supervisor" in page.text
    assert "UTC" in page.text
    assert "code=" not in page.text
    assert PASSWORD not in page.text
    answer = await anas.http.post("/oauth/authorize", data=fields_of(page.text) | {"action": "go-on"})
    assert answer.status_code == 303
    assert (await anas.exchange(query_of(answer.headers["location"])["code"])).status_code == 200
    clock.pass_seconds(60)
    await anas.sign_in()


async def test_in_spanish_that_page_has_no_english_word_not_even_in_its_date(
    anas: Browser, engine: Engine, clock: Clock
) -> None:
    await stolen(anas, engine, clock)
    english, spanish = [
        (await anas.submit(await anas.open(ui_locales=asked), "ana.ruiz", PASSWORD)).text
        for asked in ("en", "es")
    ]
    assert "a device, on 18 November 2026 at 11:" in english
    assert "un dispositivo, el 18 de noviembre de 2026, 11:" in spanish
    assert '<html lang="es">' in spanish
    assert words_seen(english) & words_seen(spanish) == {"hearthside", "utc", "a"}


async def test_two_devices_within_one_sign_ins_first_minutes_are_said_too(
    anas: Browser, engine: Engine, clock: Clock
) -> None:
    first, second = [(await anas.tokens())["access_token"] for _ in range(2)]
    for token in (first, second):
        assert await register(anas, engine, token) == 200
    clock.pass_seconds(3600)
    page = await anas.submit(await anas.open(), "ana.ruiz", PASSWORD)
    assert page.text.count("<li>") == 2


async def test_nobody_comes_past_the_password_by_way_of_that_page(
    anas: Browser, engine: Engine, clock: Clock
) -> None:
    await stolen(anas, engine, clock)
    shown = fields_of((await anas.submit(await anas.open(), "ana.ruiz", PASSWORD)).text) | {"action": "go-on"}
    login = fields_of((await anas.open()).text)
    forged = fields_of(
        (
            await anas.http.get(
                "/oauth/authorize", params=authorize_parameters() | {"devices shown to": "ana.ruiz"}
            )
        ).text
    )
    tries = [
        login | {"username": "ana.ruiz", "action": "go-on"},
        login | {"username": "ana.ruiz", "action": "go-on", "shown": login["form_token"]},
        login | {"username": "ana.ruiz", "action": "go-on", "shown": forged["form_token"]},
        shown | {"username": "maria.ortiz"},
        shown | {"state": "another"},
        shown | {"shown": ("B" if shown["shown"][0] == "A" else "A") + shown["shown"][1:]},
    ]
    for form in tries:
        answer = await anas.http.post("/oauth/authorize", data=form)
        assert (answer.status_code, ENGLISH.stale in answer.text) == (400, True), form
    other = Browser(httpx.AsyncClient(transport=anas.http._transport, base_url=BASE))
    assert (await other.http.post("/oauth/authorize", data=shown)).status_code == 400, "another browser"
    await other.http.aclose()
    with write_transaction(engine) as connection:
        set_disabled(connection, "ana.ruiz", True)
    assert (await anas.http.post("/oauth/authorize", data=shown)).status_code == 400


async def test_that_page_is_good_for_a_while_only(
    anas: Browser, engine: Engine, clock: Clock, settings: PlanSettings
) -> None:
    await stolen(anas, engine, clock)
    shown = fields_of((await anas.submit(await anas.open(), "ana.ruiz", PASSWORD)).text) | {"action": "go-on"}
    clock.pass_seconds(settings.form_seconds + 1)
    assert (await anas.http.post("/oauth/authorize", data=shown)).status_code == 400
