"""What stands before a plan (a proxy, a firewall) may refuse one record or one question; nothing else waits for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from app.sync.engine import SyncEngine
from tests.faults.double.server import FhirDouble
from tests.faults.one_tablet import TurnedClock, condition, held, make_double, open_tablet
from tests.faults.world import ANA
from tests.support.alert_records import close_alert, make_alert, raise_alert
from tests.support.field import Tablet

Refuses = Callable[[httpx.Request], bool]
Open = Callable[[FhirDouble], Awaitable[Tablet]]
PEOPLE = ("p1", "p2", "p3", "p4", "p5", "p6")
PAGE = (403, "text/html", b"<html>Request blocked</html>")
WORDS = (403, "text/plain", b"blocked")
OLD_APP = (426, "text/plain", b"please update")


class Door(httpx.AsyncBaseTransport):
    def __init__(self, double: FhirDouble, refuses: Refuses, said: tuple[int, str, bytes]) -> None:
        self._inner = httpx.ASGITransport(double)
        self._refuses = refuses
        self._said = said
        self.fired = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        if not self._refuses(request):
            return await self._inner.handle_async_request(request)
        self.fired += 1
        status, kind, body = self._said
        return httpx.Response(status, headers={"content-type": kind}, content=body)


@pytest.fixture
async def open_one(templates: Path, tmp_path: Path) -> AsyncIterator[Open]:
    opened: list[Tablet] = []

    async def make(double: FhirDouble) -> Tablet:
        opened.append(await open_tablet(templates, tmp_path, double))
        await opened[-1].sync()
        return opened[-1]

    yield make
    for tablet in opened:
        await tablet.close()


def put_before(tablet: Tablet, door: Door) -> None:
    tablet.client._http._transport = door


@pytest.mark.parametrize("said", [PAGE, WORDS])
async def test_f14_a_firewall_that_blocks_one_record_stops_nobody_else_and_no_pull(
    open_one: Open, said: tuple[int, str, bytes]
) -> None:
    double = make_double(*PEOPLE)
    tablet = await open_one(double)
    visits = [await tablet.document(one, pain=3) for one in PEOPLE]
    blocked = visits[0].id.encode()
    door = Door(double, lambda r: b'"transaction"' in r.content and blocked in r.content, said)
    put_before(tablet, door)
    double.put(condition("p1", "news"))
    report = await tablet.sync()
    assert door.fired
    assert report.outcome == "partly"
    assert [await tablet.received(one.id) for one in visits] == [False] + [True] * (len(PEOPLE) - 1)
    assert "news" in await held(tablet, "Condition")
    assert "403" in ((await tablet.status(visits[0].id)).reason or ""), "it says why it waits"
    put_before(tablet, Door(double, lambda r: False, said))
    await tablet.sync()
    assert await tablet.received(visits[0].id)
    assert len(double.versions("Encounter", visits[0].id)) == 1


async def test_426_on_the_servers_description_stops_nothing_that_exists(open_one: Open) -> None:
    double = make_double("p1")
    tablet = await open_one(double)
    visit = await tablet.document("p1", pain=3)
    door = Door(double, lambda r: b'"transaction"' not in r.content, OLD_APP)
    put_before(tablet, door)
    tablet.engine = SyncEngine(tablet.store, tablet.client, TurnedClock(double))
    assert (await tablet.sync()).outcome == "update-needed"
    assert door.fired
    assert await tablet.received(visit.id)


@pytest.mark.parametrize("count", [5, 60])
async def test_f35_no_number_of_waiting_edits_hides_one_whose_version_was_given_out_twice(
    open_one: Open, count: int
) -> None:
    double = make_double("p1")
    tablet = await open_one(double)
    alerts = [make_alert("p1") for _ in range(count)]
    for one in alerts:
        await tablet.store.write(lambda c, a=one: raise_alert(c, a, ANA))  # type: ignore[misc]  # bound at once
    await tablet.sync()
    double.clock.advance(60)
    for one in alerts:
        double.edit("Task", one.id, language="zero")
    await tablet.sync()
    double.clock.advance(60)
    backup, last = double.snapshot(), alerts[-1].id
    double.clock.advance(60)
    double.edit("Task", last, language="first")
    await tablet.sync()
    for one in alerts:
        await tablet.store.write(lambda c, a=one: close_alert(c, a))  # type: ignore[misc]  # bound at once
    double.restore(backup)
    double.clock.advance(60)
    double.edit("Task", last, language="second")
    await tablet.sync()
    found = [(row.resource or {}).get("language") for row in double.versions("Task", last)]
    assert found[2:] == ["second"] * len(found[2:]), "what somebody wrote under that number is what stands"
