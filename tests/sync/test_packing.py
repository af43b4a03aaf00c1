"""Packed bodies: only where the server said so, and never at the price of a refusal that plain bytes would not get."""

from __future__ import annotations

import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from app.errors import PlanDown
from app.store import sessions
from app.sync.engine import SyncEngine
from app.sync.packing import SMALLEST
from app.sync.tokens import make_client
from app.sync.transport import FhirClient
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.relay import Relay

JSON = {"content-type": "application/fhir+json"}
LONG = {"resourceType": "Bundle", "type": "transaction", "entry": ["x" * SMALLEST]}
BODY = json.dumps(LONG)


class Listener(httpx.AsyncBaseTransport):
    """Says what it takes, and answers packed bodies with `status`."""

    def __init__(self, says: str | None, status: int = 200) -> None:
        self._says = says
        self._status = status
        self.bodies: list[tuple[str | None, bytes]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        how = request.headers.get("content-encoding")
        self.bodies.append((how, request.content))
        says: dict[str, str] = {} if self._says is None else {"accept-encoding": self._says}
        answer: dict[str, Any] = {"resourceType": "Bundle"}
        return httpx.Response(self._status if how else 200, headers=JSON | says, content=json.dumps(answer))


async def send(server: Listener, times: int = 1) -> list[int]:
    async with FhirClient("http://127.0.0.1:9/fhir", transport=server, packs=True) as client:
        await client.read("Patient", "p")
        server.bodies.clear()
        return [(await client.transaction(BODY)).status for _ in range(times)]


@pytest.mark.parametrize("says", [None, "", "identity", "br", "gzip;q=0"])
async def test_a_server_that_did_not_ask_for_it_gets_plain_bytes(says: str | None) -> None:
    server = Listener(says)
    await send(server)
    assert server.bodies == [(None, BODY.encode())]


@pytest.mark.parametrize("says", ["gzip", "br, GZIP;q=0.8", "*"])
async def test_a_server_that_takes_packed_bytes_gets_them(says: str) -> None:
    server = Listener(says)
    await send(server)
    ((how, body),) = server.bodies
    assert how == "gzip"
    assert len(body) < 200
    assert gzip.decompress(body) == BODY.encode()


@pytest.mark.parametrize("status", [400, 415, 422])
async def test_a_refusal_of_packed_bytes_is_asked_again_plain_and_remembered(status: int) -> None:
    server = Listener("gzip", status)
    assert await send(server, times=2) == [200, 200]
    assert [how for how, _ in server.bodies] == ["gzip", None, None]


async def test_a_server_that_fails_over_packed_bytes_is_not_sent_the_same_at_once() -> None:
    """500: perhaps it was carried out. The next try goes plain, after the look-up that such an answer asks for."""
    server = Listener("gzip", 500)
    assert await send(server, times=2) == [500, 200]
    assert [how for how, _ in server.bodies] == ["gzip", None]


async def test_a_lost_answer_to_packed_bytes_makes_the_next_plain() -> None:
    class Cuts(Listener):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await super().handle_async_request(request)
            if "content-encoding" in request.headers:
                raise httpx.ReadError("cut")
            return answer

    server = Cuts("gzip")
    async with FhirClient("http://127.0.0.1:9/fhir", transport=server, packs=True) as client:
        await client.read("Patient", "p")
        with pytest.raises(PlanDown):
            await client.transaction(BODY)
        assert (await client.transaction(BODY)).status == 200
    assert [how for how, _ in server.bodies[1:]] == ["gzip", None]


async def test_short_bodies_and_pictures_are_left_as_they_are() -> None:
    server = Listener("gzip")
    async with FhirClient("http://127.0.0.1:9/fhir", transport=server, packs=True) as client:
        await client.read("Patient", "p")
        await client.transaction("{}")
        await client.send("PUT", "Binary/b", b"\xff" * 9_000, {"Content-Type": "image/jpeg"})
    assert [how for how, _ in server.bodies[1:]] == [None, None]


async def test_a_visit_reaches_our_plan_packed(
    field_plan: FieldPlan, nurse: Person, tablets: Callable[..., Awaitable[Tablet]], relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, relay.url)
    sign_in = await tablet.store.read(sessions.find)
    assert sign_in is not None
    await tablet.client.aclose()
    tablet.client = make_client(tablet.store, sign_in, packs=True)
    tablet.engine = SyncEngine(tablet.store, tablet.client)
    visit = await tablet.document(patient_id, "Slept well.", pain=4)
    await tablet.sync()
    assert await tablet.received(visit.id)
    assert any(b"Encounter" in gunzip(request.body) for request in relay.seen)


def gunzip(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else b""
