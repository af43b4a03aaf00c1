"""A visit whose times make no visit can be given its times on the page and be signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from app.domain.visit import Missing
from app.views import say, text
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, now


@pytest.fixture
def visit_id(world: World) -> str:
    """Left a minute ago, begun on a clock that was two days ahead."""
    visit_id = add_visit(world, 0, timedelta(minutes=40), note="All calm.")
    row = world.visits[visit_id]
    left = now() - timedelta(minutes=1)
    row.draft = replace(row.draft, began_at=left + timedelta(days=2), left_at=left)
    return visit_id


async def open_visit(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("esas-pain-0"), "the visit page")


async def test_times_that_do_not_fit_can_be_set_and_the_visit_signed(
    mount: Mount, world: World, visit_id: str
) -> None:
    left = world.visits[visit_id].draft.left_at
    assert left is not None
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert app.shows(text.MISSING[Missing.TIMES])
        assert app.shows(say.full_day((left + timedelta(days=2)).astimezone().date()))
        await app.tap("visit-times-set")
        assert app.shows(text.TIMES_WRONG)
        assert world.writes == []
        for _ in range(3):
            await app.tap("visit-time-began-earlier")
        await app.tap("visit-time-began-later")
        await app.type("visit-time-began-hour", "0")
        await app.type("visit-time-began-minute", "60")
        await app.tap("visit-times-set")
        assert app.shows(text.TIME_DIGITS)
        await app.type("visit-time-began-minute", "")
        await app.tap("visit-times-set")
        assert app.shows(text.TIME_DIGITS)
        await app.type("visit-time-began-minute", "00")
        await app.tap("visit-times-set")
        await app.until(lambda: not app.has("visit-missing-times"), "times that fit")
        draft = world.visits[visit_id].draft
        assert draft.left_at == left
        assert draft.began_at == datetime.combine(left.astimezone().date(), time()).astimezone()
        assert not app.has("visit-times-set")
        await app.tap("visit-sign")
        await app.until(lambda: app.has("reading-back"), "the reading")


async def test_times_that_fit_can_be_changed_too_and_untouched_ones_keep_their_seconds(
    mount: Mount, world: World, visit_id: str
) -> None:
    row = world.visits[visit_id]
    left = now().replace(hour=14, minute=20, second=31, microsecond=7)
    row.draft = replace(row.draft, began_at=left - timedelta(minutes=50), left_at=left)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert not app.has("visit-times-set")
        await app.tap("visit-times")
        await app.type("visit-time-began-hour", "12")
        assert app.inner("visit-sign").disabled
        assert app.shows(text.TIMES_OPEN)
        await app.tap("visit-times")
        assert world.writes == []
        assert not app.inner("visit-sign").disabled
        await app.tap("visit-times")
        assert app.value("visit-time-began-hour") == "13"
        await app.type("visit-time-began-hour", "12")
        await app.tap("visit-times-set")
        await app.until(lambda: world.writes == ["times"], "the write")
        assert row.draft.left_at == left
        assert row.draft.began_at == left.replace(hour=12, minute=30, second=0, microsecond=0)
        assert not app.has("visit-times-set")
