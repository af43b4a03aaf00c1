"""A plan that says when to come back is left alone until then, whichever request it says it to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.store import sessions
from app.store.engine import create_store
from app.store.sessions import SignInRow
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client

ROW = SignInRow(
    "http://127.0.0.1:9/fhir", "http://127.0.0.1:9/t", None, "app", "Practitioner/a", "Ana", "nurse", "t"
)


class Front:
    """What stands before a plan."""

    def __init__(self) -> None:
        self.answer: httpx.Response | Exception = httpx.Response(503, headers={"retry-after": "120"})

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
async def device(tmp_path: Path) -> AsyncIterator[tuple[SyncEngine, Front]]:
    front = Front()
    store = await create_store(tmp_path / "s.db", bytes(range(32)), store_id="s")
    await store.write(lambda c: sessions.save(c, ROW))
    client = make_client(store, ROW, transport=httpx.MockTransport(front))
    yield SyncEngine(store, client), front
    await client.aclose()
    await store.close()


async def test_a_pass_tells_what_its_first_request_was_told(device: tuple[SyncEngine, Front]) -> None:
    engine, _ = device
    report = await engine.run_pass()
    assert (report.outcome, report.retry_after) == ("plan-down", 120.0)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_probe_hears_it_too_and_the_next_answer_ends_it(
    device: tuple[SyncEngine, Front], status: int
) -> None:
    engine, front = device
    front.answer = httpx.Response(status, headers={"retry-after": "60"})
    assert not await engine.probe()
    assert engine.wait_asked == 60.0
    front.answer = httpx.ConnectError("no route")
    assert not await engine.probe()
    assert engine.wait_asked is None, "no network asks for nothing"


async def test_without_a_word_of_the_server_the_loop_decides(device: tuple[SyncEngine, Front]) -> None:
    engine, front = device
    front.answer = httpx.Response(502)
    report = await engine.run_pass()
    assert (report.outcome, report.retry_after) == ("plan-down", None)
