"""What a server such as HAPI keeps of an earlier answer, and how it points to the next page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from app.sync.transport import FhirClient

SEARCHSET = {"resourceType": "Bundle", "type": "searchset"}
BASE = "https://plan.example/fhir"
ASKED_WITHOUT = f"{BASE}/Task/t1/_history?_count=100"
ASKED_WHOLE = f"{ASKED_WITHOUT}&_since=1970-01-01T00:00:00Z"


class Server:
    """Keeps what it was asked, and answers as `judge` says."""

    def __init__(self, judge: Callable[[httpx.Request], int] = lambda _: 200) -> None:
        self.asked: list[httpx.Request] = []
        self._judge = judge

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        headers = {"Content-Type": "application/fhir+json"}
        return httpx.Response(self._judge(request), json=SEARCHSET, headers=headers)

    @property
    def addresses(self) -> list[str]:
        return [str(request.url) for request in self.asked]

    def client(self) -> FhirClient:
        now = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
        return FhirClient(BASE, transport=httpx.MockTransport(self), now=lambda: now)


@pytest.mark.parametrize("rest", ["/Patient?page=2", "?_getpages=4b0c&_getpagesoffset=50"])
async def test_a_link_to_the_next_page_is_asked_as_it_stands(rest: str) -> None:
    server = Server()
    async with server.client() as one:
        await one.follow(f"{BASE}{rest}")
    assert server.addresses == [f"{BASE}{rest}"]


async def test_no_answer_may_come_from_an_earlier_one() -> None:
    """HAPI keeps what a search found for a minute, and what lies between a tablet and the plan may do the same."""
    server = Server()
    async with server.client() as one:
        await one.search("Patient", [("_count", "5")])
        await one.batch('{"resourceType":"Bundle","type":"batch"}')
        await one.read("Patient", "p1")
        await one.history("Patient", "p1")
    assert [request.headers.get("Cache-Control") for request in server.asked] == ["no-cache"] * 4


async def test_a_history_is_asked_from_the_first_day_on() -> None:
    """HAPI keeps the number of versions for a minute: asked without a day, it leaves out the oldest."""
    server = Server()
    async with server.client() as one:
        assert (await one.history("Task", "t1")).ok
    assert server.addresses == [ASKED_WHOLE]


async def test_a_server_that_knows_no_since_is_asked_for_the_history_without_it() -> None:
    server = Server(lambda request: 400 if "_since" in str(request.url) else 200)
    async with server.client() as one:
        assert (await one.history("Task", "t1")).ok
    assert server.addresses == [ASKED_WHOLE, ASKED_WITHOUT]


async def test_another_refusal_of_a_history_stands() -> None:
    server = Server(lambda _: 501)
    async with server.client() as one:
        assert (await one.history("Task", "t1")).status == 501
    assert server.addresses == [ASKED_WHOLE]
