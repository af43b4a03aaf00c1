"""By name: the ways in which a pull loses records on real servers, each on the server double."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.store import meta, outbox, patients, sessions
from app.sync import tracks
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client
from tests.faults.double.server import FhirDouble, Quirks, Trouble
from tests.faults.one_tablet import (
    Open,
    condition,
    held,
    make_double,
    patient,
    sweep_next,
    team,
)

FHIR = {"content-type": "application/fhir+json"}


async def test_a_40_s_writer_whose_commit_comes_after_the_overlap_is_found_by_the_sweep(
    open_one: Open,
) -> None:
    """Stamped now, seen 400 s later, while other records move the cursor far beyond its stamp."""
    double = make_double("p1")
    tablet = await open_one(double)
    await tablet.sync()
    double.put(condition("p1", "late"), late=400)
    for n in range(8):
        double.clock.advance(60)
        double.put(condition("p1", f"c{n}"))
        assert (await tablet.sync()).outcome == "ok"
    assert double.effective["late_commit"], "the writer was never late"
    assert "late" not in await held(tablet, "Condition"), "no cursor can find it"
    double.clock.advance(24 * 3600)
    assert (await tablet.sync()).outcome == "ok"
    assert "late" in await held(tablet, "Condition")
    assert not [k for k in await held(tablet, "Condition") if k not in double.current("Condition")]


@pytest.mark.parametrize("late", [0.0, 40.0, 290.0])
async def test_a_writer_late_within_the_overlap_needs_no_sweep(open_one: Open, late: float) -> None:
    double = make_double("p1")
    tablet = await open_one(double)
    await tablet.sync()
    double.put(condition("p1", "late"), late=late)
    double.clock.advance(1)
    double.put(condition("p1", "other"))
    await tablet.sync()
    double.clock.advance(late)
    await tablet.sync()
    assert set(await held(tablet, "Condition")) == {"late", "other"}


async def test_a_patient_assigned_with_old_history_comes_whole(open_one: Open) -> None:
    double = make_double("p1")
    double.load([patient("p2"), team("p2", "ben")])
    for n in range(5):
        double.put(condition("p2", f"old{n}"))
    tablet = await open_one(double)
    double.clock.advance(40 * 24 * 3600)
    double.put(condition("p1", "new"))
    await tablet.sync()
    double.clock.advance(3600)
    double.put(team("p2", "ben", "ana"))
    double.clock.advance(1)
    assert (await tablet.sync()).outcome == "ok"
    assert set(await held(tablet, "Condition", ["p2"])) == {f"old{n}" for n in range(5)}
    assert await tablet.store.read(patients.list_ids) == {"p1", "p2"}


@pytest.mark.parametrize("cap", [None, 50])
@pytest.mark.parametrize("whole", [False, True])
async def test_f11_three_pages_of_one_timestamp_come_whole(
    open_one: Open, cap: int | None, whole: bool
) -> None:
    double = make_double("p1", quirks=Quirks(count_cap=cap, whole_seconds=whole))
    double.load([condition("p1", f"c{n:03}") for n in range(450)])
    double.clock.advance(0.3)
    double.put(condition("p1", "after"))
    double.clock.advance(2)
    tablet = await open_one(double)
    assert (await tablet.sync()).outcome == "ok"
    assert len(await held(tablet, "Condition")) == 451
    if cap:
        assert double.effective["count_cap"]


async def test_f12_a_record_dated_2105_stops_nothing(open_one: Open) -> None:
    double = make_double("p1")
    tablet = await open_one(double)
    now, far = double.clock.at, datetime(2105, 1, 1, tzinfo=UTC)
    double.clock.at = far
    double.put(condition("p1", "far"), late=-(far - now).total_seconds())
    double.clock.at = now
    await tablet.sync()
    assert "far" in await held(tablet, "Condition")
    for n in range(3):
        double.clock.advance(3600)
        double.put(condition("p1", f"c{n}"))
        await tablet.sync()
    assert set(await held(tablet, "Condition")) == {"far", "c0", "c1", "c2"}
    double.clock.advance(24 * 3600)
    double.edit("Condition", "far", recordedDate="2026-01-01")
    assert (await tablet.sync()).outcome == "ok"
    assert (await held(tablet, "Condition"))["far"] == "2", "a correction with an honest stamp comes too"


async def test_f12_a_sweep_stamped_2105_does_not_put_the_next_one_off(open_one: Open) -> None:
    double = make_double("p1")
    tablet = await open_one(double)
    await tablet.sync()
    await tablet.store.write(lambda c: meta.put(c, meta.SWEPT_AT, "2105-01-01T00:00:00Z"))
    double.put(condition("p1", "late"), late=1000)
    double.clock.advance(1001)
    await tablet.sync()
    assert "late" in await held(tablet, "Condition")


@pytest.mark.parametrize("answer", ["html", "empty", "wrong-type", "cut", "timeout", 500])
async def test_f18_a_spoilt_page_ends_that_pass_and_loses_nothing(open_one: Open, answer: str | int) -> None:
    double = make_double("p1")
    tablet = await open_one(double)
    await tablet.sync()
    double.put(condition("p1", "c1"))
    trouble = Trouble(answer=answer, times=1)  # type: ignore[arg-type]  # each of the words it knows
    double.quirks = replace(double.quirks, troubles=(trouble,))
    report = await tablet.sync()
    assert double.fired[trouble.name] == 1
    assert report.outcome != "ok" or answer == "empty"
    double.clock.advance(1)
    assert (await tablet.sync()).outcome == "ok"
    assert set(await held(tablet, "Condition")) == {"c1"}


async def test_f18_stray_characters_of_a_record_travel_and_come_back(open_one: Open) -> None:
    stray = "\u0000\u2028 \U0001f469\u200d\u2695\ufe0f \u202eabc \ud7ff" + "x" * 5000
    double = make_double("p1")
    tablet = await open_one(double)
    double.put(condition("p1", "c1", stray.replace("\u0000", "\ufffd")))
    assert (await tablet.sync()).outcome == "ok"
    assert set(await held(tablet, "Condition")) == {"c1"}


async def test_an_interrupted_first_load_goes_on_and_its_counts_are_compared(open_one: Open) -> None:
    double = make_double("p1", "p2")
    double.load([condition("p1", f"c{n}") for n in range(30)])
    trouble = Trouble("cut", times=1, where="search")
    tablet = await open_one(double)
    double.quirks = replace(double.quirks, troubles=(trouble,))
    assert (await tablet.sync()).outcome != "ok"
    # A record that was stamped before the load and seen after it: only a comparison of ids finds it.
    double.put(condition("p1", "unseen"), late=2)
    double.clock.advance(400)
    assert (await tablet.sync()).outcome == "ok"
    assert len(await held(tablet, "Condition")) == 31
    assert await tablet.store.read(lambda c: meta.find(c, meta.SWEPT_AT)) is not None


async def test_whole_second_clocks_and_a_server_that_ignores_elements_are_no_news_to_the_sweep(
    open_one: Open,
) -> None:
    double = make_double("p1", quirks=Quirks(whole_seconds=True, unknown_parameter="ignored"))
    double.load([condition("p1", f"c{n}") for n in range(5)])
    tablet = await open_one(double)
    await tablet.sync()
    await tablet.document("p1", pain=4)
    double.clock.advance(0.7)
    await tablet.sync()
    await sweep_next(tablet)
    double.requests.clear()
    report = await tablet.sync()
    assert (report.outcome, report.pulled) == ("ok", 0)
    assert len(double.requests) == 3, "panel, quiet pull, one listing: nothing had to be asked by id"
    assert not await tablet.store.read(outbox.open_writes)


async def test_a_quiet_pass_between_two_sweeps_is_two_requests(open_one: Open) -> None:
    double = make_double("p1")
    double.load([condition("p1", f"c{n}") for n in range(5)])
    tablet = await open_one(double)
    await tablet.sync()
    double.clock.advance(30)
    double.requests.clear()
    assert (await tablet.sync()).outcome == "ok"
    assert len(double.requests) == 2


class Endless(httpx.AsyncBaseTransport):
    """The double behind a door that answers each further page with the first one and a link to yet another."""

    def __init__(self, double: FhirDouble, *, fresh: bool) -> None:
        self._inner = httpx.ASGITransport(double)
        self._base = double.base_url
        self._fresh = fresh
        self._page: dict[str, Any] = {}
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if b"endless" in request.url.query:
            self.asked += 1
            return httpx.Response(200, headers=FHIR, content=json.dumps(self._linked(self._page)))
        response = await self._inner.handle_async_request(request)
        body = json.loads(await response.aread() or b"{}")
        for entry in body.get("entry", []) if body.get("type") == "batch-response" else ():
            found = entry.get("resource", {}).get("entry", [])
            if found and found[0]["resource"]["resourceType"] == "Condition":
                self._page = entry["resource"]
                entry["resource"] = self._linked(self._page)
        headers = FHIR | {"date": response.headers.get("date", "")}
        return httpx.Response(response.status_code, headers=headers, content=json.dumps(body))

    def _linked(self, page: dict[str, Any]) -> dict[str, Any]:
        url = f"{self._base}/Condition?endless={self.asked if self._fresh else 0}"
        return page | {"link": [{"relation": "next", "url": url}]}


@pytest.mark.parametrize("fresh", [True, False])
async def test_pages_without_an_end_are_given_up_and_visits_still_leave(
    open_one: Open, monkeypatch: pytest.MonkeyPatch, fresh: bool
) -> None:
    monkeypatch.setattr(tracks, "LARGEST_PAGE", 200)
    monkeypatch.setattr(tracks, "MOST_LINKS", 20)
    double = make_double("p1")
    double.load([condition("p1", f"c{n:03}") for n in range(250)])
    tablet = await open_one(double)
    door = Endless(double, fresh=fresh)
    await tablet.client.aclose()
    sign_in = await tablet.store.read(sessions.find)
    assert sign_in is not None
    tablet.client = make_client(tablet.store, sign_in, transport=door)
    tablet.engine = SyncEngine(tablet.store, tablet.client)
    async with asyncio.timeout(60):
        report = await tablet.sync()
    assert (report.outcome, "endless pages" in report.detail) == ("plan-down", True)
    assert 0 < door.asked <= 25
    visit = await tablet.document("p1", pain=2)
    await tablet.sync()
    assert await tablet.received(visit.id)
