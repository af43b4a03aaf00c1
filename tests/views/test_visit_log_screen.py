"""The visit log on screen: filters behind a button, both clocks, saved views, and visits that leave with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import flet as ft

from app.domain import evv
from app.domain.visit import Answer, Modality
from app.errors import DiskFull
from app.services.log_export import ExportForm, ExportReason
from app.services.log_models import LogFilter, Looking
from app.services.models import Role, VisitState, VisitStatus
from app.store.log_rows import LogSort
from app.views.supervisor.days import read_day
from app.views.wording import log as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, make_answers, make_world, now
from tests.views.walk_log import world_of_log


def put(world: World, n: int, **answers: str) -> str:
    status = VisitStatus(VisitState.RECEIVED, received_at=now())
    texts = {link_id.replace("_", "-"): Answer(now(), value) for link_id, value in answers.items()}
    return add_visit(world, n, timedelta(hours=n + 1), status=status, answers=make_answers(3) | texts)


@asynccontextmanager
async def opened(mount: Mount, world: World, width: int = 1180) -> AsyncIterator[tuple[FletHarness, Any]]:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        await app.tap("nav-log")
        await app.until(lambda: app.has("log-as-evv"), "the log")
        yield app, device.session


async def choose(app: FletHarness, identifier: str, value: str) -> None:
    box = app.inner(identifier, ft.Dropdown)
    app.session.apply_patch(box._i, {"value": value})
    await app.send(box, "select", value)


async def test_no_more_than_one_page_of_rows_is_ever_built(mount: Mount) -> None:
    async with opened(mount, world_of_log(52)) as (app, session):
        await app.until(lambda: app.shows("1 to 50 of 52"), "the first page")
        assert sum(name.startswith("log-row-") for name in app.ids()) == 50
        await app.tap("log-next")
        await app.until(lambda: app.shows("51 to 52 of 52"), "the last page")
        assert sum(name.startswith("log-row-") for name in app.ids()) == 2
        await app.tap("log-previous")
        await app.until(lambda: app.shows("1 to 50 of 52"), "the first page again")
        assert session.team.pages_read == 3


async def test_on_a_phone_the_log_itself_stands_first_and_its_tools_behind_one_line(mount: Mount) -> None:
    tools = ("log-sort", "log-views", "log-export", "log-when-week", "log-filter-person")
    async with opened(mount, world_of_log(3), 390) as (app, _session):
        assert not [one for one in tools if app.has(one)]
        await app.tap("log-filters")
        assert [one for one in tools if not app.has(one)] == []
        await app.tap("log-when-week")
        await app.tap("log-filters")
        assert not app.has("log-when-week")
        await app.tap("log-clear")
        assert not app.has("log-clear"), "what is on can be taken off without opening them again"


async def test_days_show_how_they_are_written_and_rows_that_they_open(mount: Mount) -> None:
    world = make_world()
    mine = put(world, 0)
    async with opened(mount, world) as (app, _session):
        await app.until(lambda: app.has(f"log-row-{mine}"), "the visit")
        signs = [one.icon for one in app.walk(app.named(f"log-row-{mine}")) if isinstance(one, ft.Icon)]
        assert ft.Icons.CHEVRON_RIGHT in signs
        await app.tap("log-more-filters")
        for one in ("log-filter-from", "log-filter-to"):
            assert app.inner(one, ft.TextField).helper == "Month/day/year, such as 11/23/2026"


async def test_filters_behind_more_say_that_they_are_on(mount: Mount) -> None:
    world = make_world()
    mine = put(world, 0, frame_line_of_business="Medicaid", prog_organisation="Valley")
    other = put(world, 1)
    async with opened(mount, world) as (app, _session):
        await app.until(lambda: app.has(f"log-row-{other}"), "both")
        await app.tap("log-more-filters")
        await choose(app, "log-filter-line", "Medicaid")
        await app.until(lambda: not app.has(f"log-row-{other}"), "one")
        assert app.has(f"log-row-{mine}")
        await app.tap("log-more-filters")
        await app.until(lambda: app.shows("More filters, 1 on"), "that one is on")
        await app.tap("log-clear")
        await app.until(lambda: app.has(f"log-row-{other}"), "both again")


async def test_verification_shows_both_clocks_and_what_to_look_at(mount: Mount) -> None:
    world = make_world()
    fine = put(world, 0, frame_address=evv.ON_RECORD)
    odd = put(world, 1, frame_address=evv.ELSEWHERE)
    call = put(world, 2)
    row = world.visits[call]
    world.visits[call] = replace(row, draft=replace(row.draft, modality=Modality.TELEPHONE))
    for width in (1180, 390):
        async with opened(mount, world, width) as (app, _session):
            await app.tap("log-as-evv")
            await app.until(lambda: not app.has(f"log-row-{call}"), "visits in person")
            assert app.has(f"log-row-{fine}")
            assert app.has(f"log-row-{odd}")
            assert app.shows("the same to the minute")
            assert app.shows("At another address")


async def test_a_named_view_is_one_tap_and_can_be_taken_away(mount: Mount) -> None:
    world = make_world()
    put(world, 0)
    async with opened(mount, world) as (app, session):
        await app.tap("log-when-week")
        await choose(app, "log-sort", "person")
        await app.tap("log-views")
        await app.type("log-view-name", "This week by person")
        await app.tap("log-view-save")
        await app.until(lambda: app.has("log-view-0"), "the view")
        (view,) = session.team.saved
        assert view.looking == Looking(LogFilter(days=6), LogSort.PERSON)
        await app.tap("log-clear")
        await app.until(lambda: not app.has("log-view-remove"), "another look")
        await app.tap("log-view-0")
        await app.until(lambda: app.has("log-view-remove"), "the same look")
        await app.tap("log-view-remove")
        await app.until(lambda: not app.has("log-view-0"), "none")
        assert session.team.saved == ()


async def test_without_a_reason_nothing_is_taken_out(mount: Mount) -> None:
    world = make_world()
    put(world, 0)
    async with opened(mount, world) as (app, session):
        app.page.web = True
        await app.tap("log-export")
        await app.until(lambda: app.has("log-export-make"), "the questions")
        assert app.inner("log-export-make").disabled
        assert app.shows(said.EXPORT_WHY_FIRST), "what the grey button waits for"
        await app.tap("log-export-why-quality")
        await app.until(lambda: not app.shows(said.EXPORT_WHY_FIRST), "the reason")
        await app.tap("log-export-as-ndjson")
        await app.tap("log-export-make")
        await app.until(lambda: app.has("log-export-done"), "the words")
        assert app.shows("amber river quiet lantern stone")
        assert app.shows("1 visit is in the file.")
        assert session.log_export.made == [(LogFilter(), ExportForm.NDJSON, ExportReason.QUALITY)]
        await app.tap("log-export-done")
        await app.until(lambda: not app.has("log-export-done"), "the log")
        assert not app.shows("amber river quiet lantern stone")


async def test_what_could_not_be_written_down_is_said_and_gives_no_words(mount: Mount) -> None:
    world = make_world()
    put(world, 0)
    async with opened(mount, world) as (app, session):
        session.log_export.error = DiskFull()
        await app.tap("log-export")
        await app.tap("log-export-why-law")
        await app.tap("log-export-make")
        await app.until(lambda: app.shows(DiskFull.sentence), "the sentence")
        assert not app.has("log-export-done")


def test_a_day_is_read_as_people_write_it() -> None:
    assert str(read_day("11/2/2026")) == str(read_day("2026-11-02")) == "2026-11-02"
    assert read_day("  ") is None


def test_clocks_are_told_in_words() -> None:
    assert said.clock_gap(29_000) == "the same to the minute"
    assert said.clock_gap(600_000) == "the tablet was 10 min behind"
    assert said.clock_gap(-7 * 3_600_000) == "the tablet was 7 h ahead"


def test_a_visit_over_midnight_names_both_days() -> None:
    began = datetime(2026, 11, 21, 23, 50, tzinfo=UTC)
    assert said.tablet_time(began, began + timedelta(minutes=5)) == "Nov 21, 2026, 23:50 to 23:55"
    assert (
        said.tablet_time(began, began + timedelta(minutes=20)) == "Nov 21, 2026, 23:50 to Nov 22, 2026, 00:10"
    )
