"""An answer about the on-call pack that was under way while the pack went, or she signed out, brings nothing back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection

from app.domain.on_call import Given, Here, hear
from app.store import oncall, sessions
from app.store.engine import Store, create_store
from app.sync.capabilities import Capabilities
from app.sync.oncall import drop_pack, refresh_pack
from app.sync.transport import FHIR_JSON, FhirClient
from tests.services.conftest import sign_in_row
from tests.store.store_builders import KEY, STORE_ID

NOW = datetime.now(UTC)
GIVES_PACKS = Capabilities("Plan", None, True, True, frozenset(), on_call=True)
Json = dict[str, Any]
Meanwhile = Callable[[Store], Awaitable[Any]]


def put(connection: Connection, tag: str) -> None:
    """A pack of two people is here."""
    held = dict.fromkeys("ab", ('{"name": "Test"}', "{}"))
    pack = Given(NOW - timedelta(hours=1), NOW + timedelta(hours=9), NOW, tag, True, frozenset("ab"), held)
    oncall.keep(connection, pack, hear(None, NOW, Here(NOW, "", 1.0)))


def answer(*, whole: bool, people: str) -> Json:
    def person(own_id: str) -> Json:
        whose = {"name": "patient", "valueReference": {"reference": f"Patient/{own_id}"}}
        head, page = ({"name": name, "valueString": '{"name":"New"}'} for name in ("head", "page"))
        return {"name": "person", "part": [whose, head, page]}

    times = {"at": NOW, "begins": NOW - timedelta(hours=1), "until": NOW + timedelta(hours=9)}
    parameters: list[Json] = [{"name": name, "valueInstant": one.isoformat()} for name, one in times.items()]
    parameters += [{"name": "tag", "valueString": "two"}, {"name": "whole", "valueBoolean": whole}]
    parameters += [{"name": "known", "valueString": "a b"}, *map(person, people)]
    return {"resourceType": "Parameters", "parameter": parameters}


class Plan:
    """Answers with one thing, while another happens on the device. `asked`: the tags that it was asked with."""

    def __init__(self, store: Store, body: Json, meanwhile: Meanwhile) -> None:
        self.asked: list[str | None] = []
        self._store, self._body, self._meanwhile = store, body, meanwhile

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.headers.get("if-none-match"))
        await self._meanwhile(self._store)
        return httpx.Response(200, json=self._body, headers={"content-type": FHIR_JSON})


async def ask(plan: Plan, store: Store) -> None:
    async with FhirClient("https://plan.example/fhir", transport=httpx.MockTransport(plan)) as client:
        await refresh_pack(store, client, GIVES_PACKS, "nurse")


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    """Signed in, with the pack "one" of two people."""
    monkeypatch.setattr("app.sync.oncall.ASKED_EVERY", 0.0)
    made = await create_store(tmp_path / "store.db", KEY, store_id=STORE_ID)
    await made.write(lambda c: sessions.save(c, sign_in_row()))
    await made.write(lambda c: put(c, "one"))
    yield made
    await made.close()


async def sign_out(store: Store) -> None:
    await store.write(sessions.sign_out)
    await drop_pack(store)


async def get_another(store: Store) -> None:
    await drop_pack(store)
    await store.write(lambda c: put(c, "three"))


async def nothing(store: Store) -> None:
    """It goes as usual."""


async def test_news_of_a_pack_that_went_meanwhile_make_no_pack_and_the_whole_is_asked_for_next(
    store: Store,
) -> None:
    plan = Plan(store, answer(whole=False, people="b"), drop_pack)
    await ask(plan, store)
    assert await store.read(oncall.has_pack) is False
    await ask(plan, store)
    assert plan.asked == ["one", None]


async def test_news_of_one_pack_do_not_come_over_another(store: Store) -> None:
    await ask(Plan(store, answer(whole=False, people="b"), get_another), store)
    assert await store.read(oncall.find_tag) == "three"
    assert set((await store.read(oncall.read_heads)).values()) == {'{"name": "Test"}'}


@pytest.mark.parametrize("whole", [True, False])
async def test_after_a_sign_out_no_answer_brings_a_pack_back(store: Store, whole: bool) -> None:
    await ask(Plan(store, answer(whole=whole, people="ab"), sign_out), store)
    assert await store.read(oncall.has_pack) is False


@pytest.mark.parametrize(("whole", "people"), [(True, "ab"), (False, "b")])
async def test_an_answer_that_fits_is_kept(store: Store, whole: bool, people: str) -> None:
    await ask(Plan(store, answer(whole=whole, people=people), nothing), store)
    assert await store.read(oncall.find_tag) == "two"
    heads = await store.read(oncall.read_heads)
    assert {one for one, text in heads.items() if text == '{"name":"New"}'} == set(people)
    assert set(heads) == {"a", "b"}
