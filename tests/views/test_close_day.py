""" "Close my day": that it can be put away, or exactly what is left, each one tap away."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from app.domain.check_on_me import CheckOnMe
from app.domain.day import PlannedState
from app.domain.review import Comment
from app.services.day_models import DayCheck, DayClock, DayTry
from app.services.models import SyncState, SyncWord, VisitState, VisitStatus
from app.services.sending_models import DayEnd, SendingPage
from app.store.outbox_kinds import GroupKind
from app.views.wording import closing as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line
from tests.views.double_day import plan_visit
from tests.views.double_review import SUE, DoubleReview
from tests.views.double_team import DoubleTeam
from tests.views.double_world import Hub
from tests.views.doubles import DoubleDevice, World, add_visit, now
from tests.views.test_not_seen_on_today import came_home

HOUR = timedelta(hours=1)


async def expect_way(app: FletHarness, row: str, shows: str) -> None:
    """From Today through "Close my day" and this row of it one comes to where `shows` stands."""
    await app.tap("nav-today")
    await app.until(lambda: app.has("today-close"), "Today")
    await app.tap("today-close")
    await app.until(lambda: app.has(row), row)
    await app.tap(row)
    await app.until(lambda: app.has(shows), shows)


def check(hours: float) -> DayCheck:
    made = CheckOnMe("c1", "p0", "Practitioner/ana", "Ana Ruiz, RN", now() - HOUR, now() + hours * HOUR)
    return DayCheck(made, "María", "1 Almond Street", mine=True)


async def test_check_on_me_that_the_plan_does_not_have_is_counted_once(mount: Mount, world: World) -> None:
    world.checks = [check(1)]
    world.sending = SendingPage(day=DayEnd(waiting=Counter({GroupKind.TASK: 1})))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("1 thing is left"), "the tile")


async def test_six_visits_received_and_nothing_waits_means_that_it_can_be_put_away(
    mount: Mount, world: World
) -> None:
    for person in range(6):
        add_visit(world, person, HOUR, status=VisitStatus(VisitState.RECEIVED, received_at=now()), note="x")
    world.sync = SyncState(SyncWord.OK, "Connected.", 0, 0, now())
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("Nothing waits."), "the tile")
        await app.tap("today-close")
        await app.until(lambda: app.shows("Six visits received. Nothing waits."), "the sentence")
        assert app.shows("You can put it away.")


async def test_what_is_left_of_the_day_is_listed_and_each_row_leads_there(mount: Mount, world: World) -> None:
    draft = add_visit(world, 0, HOUR)
    planned = plan_visit(world, 1, -2, state=PlannedState.LATE)
    world.checks = [check(1)]
    world.sending = SendingPage(
        day=DayEnd(
            drafts=1,
            waiting=Counter({GroupKind.VISIT: 2}),
            set_aside=Counter({GroupKind.ALERT: 1}),
            sign_in=True,
            ever=False,
        )
    )
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("8 things are left"), "the tile")
        for row, shows in (
            (f"close-draft-{draft}", "visit-back"),
            (f"close-planned-{planned}", "new-visit-back"),
            ("close-waiting-visit", "waiting-test"),
            ("close-aside", "waiting-test"),
            ("close-sign-in", "waiting-test"),
            ("close-never", "waiting-test"),
            ("close-check-c1", "today-close"),
        ):
            await expect_way(app, row, shows)


async def test_a_question_of_the_supervisor_is_left_until_it_is_answered_and_a_thank_you_is_not(
    mount: Mount, world: World
) -> None:
    status = VisitStatus(VisitState.RECEIVED, received_at=now())
    asked, thanked = (add_visit(world, person, HOUR, status=status, note="x") for person in (0, 1))
    world.sync = SyncState(SyncWord.OK, "Connected.", 0, 0, now())
    review = DoubleReview(world, Hub(), DoubleTeam(world, Hub(), SUE.name), SUE.name)
    await review.ask(asked, [Comment("medicines", "Medicines", "Which dose?")])
    await review.ask(thanked, [], thanks=True)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("1 thing is left"), "the tile")
        await app.tap("today-close")
        (row,) = [one for one in app.ids() if one.startswith("close-question-")]
        assert any("Question from Sue Park, RN" in one for one in app.texts(app.named(row)))
        await app.tap(row)
        await app.until(lambda: app.has("reading-back"), "the visit she asks about")


async def test_a_clock_a_promise_and_an_alert_of_today_are_left_and_each_leads_to_its_place(
    mount: Mount, world: World
) -> None:
    today = now().date()
    world.clocks = [DayClock("p1", "Văn Thọ", came_home(41))]
    world.tries = [DayTry("v9", "p2", "Mei", today, clock=came_home(45))]
    overdue = make_line(1, due_at=now() - timedelta(days=5))
    hidden = make_line(2, rule="LAST_DAYS", finding="Phase: terminal.", due_at=now())
    clock = make_line(3, subject="transition", patient_id="p1", owner="supervisor", due_at=now())
    world.open_alerts = [overdue, hidden, clock, make_line(4, due_at=now() + timedelta(days=2))]
    world.sync = SyncState(SyncWord.OK, "Connected.", 0, 0, now())
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("4 things are left"), "the tile")
        await app.tap("today-close")
        await app.until(lambda: app.has("close-clock-p1"), "the list")
        assert not app.shows("You can put it away.")
        assert not app.shows("Phase: terminal"), "others may see this page"
        assert any("Not seen · Next contact: today · Home from" in one for one in app.texts())
        for row, shows in (
            ("close-clock-p1", "new-visit-back"),
            ("close-again-v9", "new-visit-back"),
            (f"close-alert-{overdue.id}", "patient-new-visit"),
        ):
            await expect_way(app, row, shows)


async def test_what_somebody_else_has_is_said_with_whose_it_is_and_keeps_nobody_from_going_home(
    mount: Mount, world: World
) -> None:
    at = now()
    mine = make_line(1, state="acknowledged", due_at=at)
    hers = make_line(2, owner="supervisor", due_at=at)
    seen = make_line(3, state="acknowledged", seen_by="Dr. Ortiz", seen_at=at, due_at=at)
    gone = make_line(4, gone_to="Ben Cole, RN", gone_at=at, due_at=at)
    world.open_alerts = [mine, hers, seen, gone]
    world.sync = SyncState(SyncWord.OK, "Connected.", 0, 0, at)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("Nothing waits."), "the tile")
        await app.tap("today-close")
        await app.until(lambda: app.has(f"close-held-{mine.id}"), "the list")
        assert app.shows("You can put it away.")
        for line, whose in (
            (mine, "You have taken it"),
            (hers, "For the supervisor"),
            (seen, "Seen by Dr. Ortiz"),
            (gone, "it went to Ben Cole, RN"),
        ):
            assert any(whose in one for one in app.texts(app.named(f"close-held-{line.id}")))


@pytest.mark.parametrize(
    ("seen", "shut", "sentence"),
    [
        (4, 2, "Four visits and two not seen, all received. Nothing waits."),
        (1, 1, "One visit and one not seen, all received. Nothing waits."),
        (0, 2, "Two not seen, all received. Nothing waits."),
        (0, 1, "One visit not seen, received. Nothing waits."),
        (1, 0, "One visit received. Nothing waits."),
    ],
)
async def test_visits_that_were_made_and_those_not_seen_are_counted_apart(
    seen: int, shut: int, sentence: str
) -> None:
    assert f"{said.received(seen + shut, shut)} {said.NOTHING_WAITS}" == sentence
