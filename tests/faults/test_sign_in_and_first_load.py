"""A sign-in that changes under a refresh, a first load that is killed, people who leave and come back, odd years."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest

from app.errors import SignInNeeded
from app.services.models import VisitState
from app.store import patients, sessions
from app.store.log_query import LogQuery
from app.store.log_rows import log
from app.store.tables import Base, table_of
from app.sync.tokens import StoreTokens
from tests.faults.faulty_network import Fault, is_write
from tests.faults.world import SIGN_IN, World
from tests.plan.fhir_builders import encounter, observation


class SlowTokenEndpoint(httpx.AsyncBaseTransport):
    """While it answers the refresh of the old sign-in, the nurse finishes a new one."""

    def __init__(self, world: World, *, accepts: bool) -> None:
        self._world = world
        self._accepts = accepts

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert parse_qs((await request.aread()).decode())["refresh_token"] == ["old-refresh"]
        fresh = replace(SIGN_IN, access_token="ana-token", refresh_token="new-refresh")
        await self._world.store.write(lambda c: sessions.save(c, fresh))
        if self._accepts:
            pair = {"access_token": "late", "refresh_token": "late-refresh", "token_type": "Bearer"}
            return httpx.Response(200, json=pair)
        return httpx.Response(400, json={"error": "invalid_grant"})


@pytest.mark.parametrize("accepts", [False, True])
async def test_f26_the_end_of_an_old_sign_in_does_not_end_the_new_one(world: World, accepts: bool) -> None:
    old = replace(SIGN_IN, access_token="stale", refresh_token="old-refresh")
    await world.store.write(lambda c: sessions.save(c, old))
    tokens = StoreTokens(world.store, transport=SlowTokenEndpoint(world, accepts=accepts))
    assert await tokens.renew("stale") == "ana-token"
    kept = await world.store.read(sessions.find)
    assert kept is not None
    assert (kept.ended, kept.access_token, kept.refresh_token) == (False, "ana-token", "new-refresh")


async def test_f19_a_refused_refresh_still_ends_the_sign_in_it_belongs_to(world: World) -> None:
    await world.store.write(lambda c: sessions.save(c, replace(SIGN_IN, access_token=None)))
    with pytest.raises(SignInNeeded):
        await StoreTokens(world.store).access_token()
    kept = await world.store.read(sessions.find)
    assert kept is not None
    assert kept.ended


async def put(world: World, *resources: dict[str, object]) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        for each in resources:
            (await client.put(f"{each['resourceType']}/{each['id']}", json=each)).raise_for_status()

    await world.as_user("op", work)


@pytest.fixture
async def unloaded(templates: Path, tmp_path: Path) -> AsyncIterator[World]:
    """A device that has never pulled, and a person with history."""
    world = World(templates, tmp_path)
    await world.start()
    await put(world, encounter("e1", "a", "ben"), *(observation(f"o{n}", "a", n, "ben") for n in range(9)))
    yield world
    await world.close()


async def bases(world: World) -> set[tuple[str, str]]:
    rows = await world.store.read(lambda c: c.execute(table_of(Base).select()).all())
    return {(row.type, row.id) for row in rows}


@pytest.mark.parametrize("commits", range(1, 10))
async def test_f08_a_first_load_killed_after_any_commit_is_whole_after_the_next(
    unloaded: World, commits: int
) -> None:
    await unloaded.sync_until_killed(commits)
    await unloaded.assign("b", "ana")  # joins while the first load is half done
    assert (await unloaded.sync()).outcome == "ok"
    wanted = {("Patient", "a"), ("Patient", "b"), ("Encounter", "e1")} | {
        ("Observation", f"o{n}") for n in range(9)
    }
    assert wanted <= await bases(unloaded)


async def test_who_leaves_is_taken_off_and_comes_back_with_everything(unloaded: World) -> None:
    await unloaded.assign("b", "ana")
    await unloaded.sync()
    unsent = await unloaded.document("b", pain=3)
    await unloaded.assign("a", "ben")
    await unloaded.assign("b", "ben")
    for _ in range(3):  # the panel is empty: nobody is deleted because of it
        await unloaded.sync(lambda request: Fault.ERROR_BEFORE if is_write(request) else Fault.NONE)
    assert ("Observation", "o8") in await bases(unloaded)
    await unloaded.assign("b", "ana")
    for _ in range(3):
        await unloaded.sync()
    assert ("Observation", "o8") not in await bases(unloaded)
    assert await unloaded.store.read(lambda c: patients.find(c, "a")) is None
    assert await unloaded.state(unsent) is VisitState.RECEIVED
    await unloaded.assign("a", "ana")
    await unloaded.sync()
    assert {("Observation", f"o{n}") for n in range(9)} <= await bases(unloaded)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize("year", ["0001", "0999", "2105", "9999"])
async def test_f12_a_visit_of_an_absurd_year_breaks_no_list(
    unloaded: World, year: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()

    period = {"start": f"{year}-01-01T00:00:00Z", "end": f"{year}-01-01T00:30:00Z"}
    await put(unloaded, encounter("odd", "a", "ben", period=period))
    await unloaded.sync()
    rows = await unloaded.store.read(lambda c: log(c, LogQuery()))
    assert all(row.began_at.astimezone() for row in rows)
    assert ("Encounter", "odd") in await bases(unloaded)
    monkeypatch.undo()
    time.tzset()
