"""Leave and cover on screen: the handover puts what matters first, one tap takes over, and leave shows as leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.domain.handover import Watch
from app.services.leave_models import HandoverPage, LeavePage
from app.services.models import Role
from app.store.changes import Topic
from app.sync.leaves import UNREACHABLE, LeaveFailed
from app.views import say
from app.views.leave.entering import end_of
from app.views.wording import leave as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_day import plan_visit
from tests.views.doubles import DoubleDevice, DoubleSession, World, now
from tests.views.scene_board import ANA, BEN, make_board
from tests.views.scene_leave import make_board_with_leave, make_handover, make_leave

SIZES = pytest.mark.parametrize("width", [1180, 390])


def session_of(device: DoubleDevice) -> DoubleSession:
    assert device.session is not None
    return device.session


async def open_handover(app: FletHarness, device: DoubleDevice, page: HandoverPage | None = None) -> None:
    session, page = session_of(device), page or make_handover()
    session.leaves.page, session.leaves.handovers = LeavePage(covers=(page.line,)), {"l1": page}
    session.hub.publish(Topic.SYNC)
    await app.until(lambda: app.has("cover-look-l1"), "the cover on Today")
    await app.tap("cover-look-l1")
    await app.until(lambda: app.has("cover-have-them"), "the handover")


@SIZES
async def test_two_taps_from_today_take_over_and_what_is_unsent_is_said_to_be(
    mount: Mount, world: World, width: int
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=width) as app:
        await open_handover(app, device)
        text = " | ".join(app.texts())
        assert "You cover Ana Ruiz, RN until" in text
        assert "The record of 1 person has not come yet." in text
        names = ("Văn Thọ Nguyễn", "Grace Okafor", "Walter O'Dowd")
        assert [text.index(name) for name in names] == sorted(text.index(name) for name in names)
        for line in (
            "Act now · Severe symptom: Pain 8 of 10",
            "Pain 8: 4 more than",
            "Promised: Ask the doctor",
            "No CPR",
        ):
            assert line in text, line
        assert "Private task" in text
        assert "not recorded" in text, "no code status is said too"
        assert said.NOTHING_TO_WATCH in text
        await app.tap("cover-have-them")
        await app.until(lambda: app.shows(said.NOT_SENT), "not sent yet")
        assert not app.has("cover-have-them")


async def test_what_is_overdue_is_not_called_today_and_the_arrow_goes_the_way_of_the_number(
    mount: Mount, world: World
) -> None:
    due = now() - timedelta(days=5)
    page = make_handover()
    (one,) = [each for each in page.people if each.changes]
    (rose,) = one.changes
    fell = replace(
        rose,
        id="esas-nausea",
        name="Nausea",
        points=(*rose.points, replace(rose.points[0], at=now(), visit_id="v3")),
    )
    late = Watch("today", "Severe symptom", "Nausea 7 of 10.", due_at=due)
    one = replace(one, watch=(late, replace(late, due_at=now() + timedelta(hours=9))), changes=(rose, fell))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_handover(app, device, replace(page, people=(one,)))
        assert app.shows(f"Overdue · Severe symptom: Nausea 7 of 10 · Since {say.moment(due, now())}")
        assert app.shows("Today · Severe symptom: Nausea 7 of 10")
        icons = [each.icon for each in app.walk(app.named("cover-person-p1")) if isinstance(each, ft.Icon)]
        assert (ft.Icons.TRENDING_UP in icons, ft.Icons.TRENDING_DOWN in icons) == (True, True)


async def test_what_is_made_for_somebody_else_says_for_whom(mount: Mount, world: World) -> None:
    plan_visit(world, 0, 1, covers="Ana")
    plan_visit(world, 1, 2)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("for Ana"), "the mark")
        assert app.texts().count("for Ana") == 1


async def test_who_is_on_leave_reads_who_has_her_people(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        session = session_of(device)
        session.leaves.page = LeavePage(make_leave(people=()), own_stands=True)
        session.hub.publish(Topic.SYNC)
        await app.until(lambda: any("You are on leave until" in one for one in app.texts()), "the leave")
        text = " | ".join(app.texts())
        assert "Ben Cole, RN has not said “I have them” yet." in text
        taken = replace(make_leave(people=()), taken_at=now() - timedelta(hours=1))
        session.leaves.page = LeavePage(taken, own_stands=True)
        session.hub.publish(Topic.SYNC)
        await app.until(lambda: any("Ben Cole, RN has had them since" in one for one in app.texts()), "taken")


async def test_a_cover_that_is_over_meanwhile_says_so(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_handover(app, device)
        session_of(device).leaves.handovers.clear()
        await app.tap("cover-back")
        await app.until(lambda: app.has("cover-look-l1"), "Today")
        await app.tap("cover-look-l1")
        await app.until(lambda: app.shows(said.GONE), "the sentence")


@SIZES
async def test_on_the_board_leave_shows_as_leave_and_not_as_silence(
    mount: Mount, world: World, width: int
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        session_of(device).board.page = make_board_with_leave()
        await app.tap("nav-team")
        await app.until(lambda: app.has("leave-open-ana"), "the board")
        text = " | ".join(app.texts())
        assert "On leave until" in text
        assert "covered by Ben Cole, RN" in text
        assert "Covers Ana Ruiz, RN until" in text
        assert "Not heard from since" not in text, "nobody hears from a nurse on leave"
        await app.tap("leave-open-ana")
        await app.tap("leave-end-ana")
        await app.until(lambda: app.has("leave-end-now-ana"), "the question")
        assert any("has the people again from now on" in one for one in app.texts())
        await app.tap("leave-end-now-ana")
        await app.until(lambda: session_of(device).leaves.ended == ["l1"], "ended")


async def test_a_leave_is_entered_with_its_days_and_says_what_will_happen_first(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        leaves = session_of(device).leaves
        session_of(device).board.page = make_board()
        await app.tap("nav-team")
        await app.until(lambda: app.has("leave-open-ana"), "the board")
        await app.tap("leave-open-ana")
        await app.until(lambda: app.has("leave-by-ana-ben"), "the panel")
        assert not app.has("leave-by-ana-ana"), "nobody stands in for herself"
        for one in (
            "leave-from-ana-more",
            "leave-from-ana-less",
            "leave-from-ana-less",
            "leave-until-ana-week",
        ):
            await app.tap(one)
        assert app.inner("leave-enter-ana", ft.FilledButton).disabled, "in sight before a name is tapped"
        assert app.shows(said.NAME_FIRST)
        await app.tap("leave-by-ana-ben")
        await app.until(lambda: app.has("leave-keep-ana"), "the question")
        assert not app.shows(said.NAME_FIRST)
        assert any("in that time and no longer" in one for one in app.texts())
        leaves.error = LeaveFailed(UNREACHABLE)
        await app.tap("leave-enter-ana")
        await app.until(lambda: app.shows(UNREACHABLE), "the sentence")
        assert leaves.entered == []
        leaves.error = None
        await app.tap("leave-enter-ana")
        await app.until(lambda: leaves.entered, "entered")
        ((nurse, stand_in, begins, until),) = leaves.entered
        today = now()
        assert (nurse, stand_in) == (ANA, BEN)
        assert abs(begins - today) < timedelta(minutes=5), "from today is from now"
        assert until == end_of(today.date() + timedelta(days=13)), "the last day counts to its end"
        await app.until(lambda: app.shows(said.entered("Ana Ruiz, RN", "Ben Cole, RN")), "what was done")


async def test_a_leave_in_six_weeks_takes_six_taps_and_keeps_its_length(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        session_of(device).board.page = make_board()
        await app.tap("nav-team")
        await app.until(lambda: app.has("leave-open-ana"), "the board")
        await app.tap("leave-open-ana")
        await app.until(lambda: app.has("leave-from-ana-week"), "the panel")
        assert app.shows("Close “Leave and cover”: Ana Ruiz, RN"), "what is closed"
        for _ in range(6):
            await app.tap("leave-from-ana-week")
        first = now().date() + timedelta(weeks=6)
        assert app.shows(f"From: {say.full_day(first)}")
        assert app.shows(f"Until: {say.full_day(first + timedelta(days=6))}")


def test_the_last_day_is_the_day_before_the_midnight_at_which_it_ends() -> None:
    at = now()
    leave = replace(make_leave(), until=end_of(at.date()))
    assert said.last_day(leave, at) == "today"
