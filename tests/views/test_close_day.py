""" "Close my day": that it can be put away, or exactly what is left, each one tap away."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from app.domain.check_on_me import CheckOnMe
from app.domain.day import PlannedState
from app.domain.review import Comment
from app.services.day_models import DayCheck
from app.services.models import SyncState, SyncWord, VisitState, VisitStatus
from app.services.sending_models import DayEnd, SendingPage
from app.store.outbox_kinds import GroupKind
from tests.views.conftest import Mount
from tests.views.double_day import plan_visit
from tests.views.double_review import SUE, DoubleReview
from tests.views.double_team import DoubleTeam
from tests.views.double_world import Hub
from tests.views.doubles import DoubleDevice, World, add_visit, now

HOUR = timedelta(hours=1)


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
            await app.tap("nav-today")
            await app.until(lambda: app.has("today-close"), "Today")
            await app.tap("today-close")
            await app.until(lambda row=row: app.has(row), row)
            await app.tap(row)
            await app.until(lambda shows=shows: app.has(shows), shows)


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
