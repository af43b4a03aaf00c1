"""The nurse's day on screen: each planned visit one tap from its action, the door, "check on me", closing the day."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.check_on_me import CheckOnMe
from app.domain.day import PlannedState
from app.domain.going_in import GoingIn, GoingInKind
from app.domain.settings import PlanSettings
from app.domain.stays import Place, Stay
from app.domain.visit import Setting
from app.errors import StoreDamaged
from app.services.day_models import DayCheck
from app.services.models import Role, SyncState, SyncWord, VisitState, VisitStatus
from app.services.patient_parts import PatientParts
from app.services.sending_models import SendingPage
from app.services.stays import StaysPart
from app.views.today.more import offer_times
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line
from tests.views.double_day import plan_visit
from tests.views.double_sending import DoubleSending
from tests.views.doubles import DoubleDevice, DoubleSession, World, add_visit, now
from tests.views.scene_conflicts import make_conflicts_world

HOUR = timedelta(hours=1)


def session_of(device: DoubleDevice) -> DoubleSession:
    assert device.session is not None
    return device.session


def check(hours: float, **changes: object) -> DayCheck:
    made = CheckOnMe("c1", "p0", "Practitioner/ana", "Ana Ruiz, RN", now() - HOUR, now() + hours * HOUR)
    return DayCheck(replace(made, **changes), "María", "1 Almond Street", mine=True)  # type: ignore[arg-type]


async def test_a_planned_visit_shows_when_where_and_the_door_and_starts_with_one_tap(
    mount: Mount, world: World
) -> None:
    dog = GoingIn(GoingInKind.DOG, "stays in the kitchen", now(), "Ben Cole, RN", ("Flag/f",))
    own_id = plan_visit(world, 0, 1, kind="first", going_in=(dog,))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-go-{own_id}"), "the day")
        assert app.shows("100 Almond Street")
        assert app.shows("Before you go in: Dog: stays in the kitchen")
        await app.tap(f"today-go-{own_id}")
        await app.until(lambda: app.has("new-visit-start"), "the start of that visit")


async def test_a_planned_call_dials_and_begins_with_one_tap(
    mount: Mount, world: World, opened_urls: list[str]
) -> None:
    own_id = plan_visit(world, 1, 1, kind="telephone")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-go-{own_id}"), "the day")
        assert not app.has(f"today-call-{own_id}"), "one button for one thing"
        await app.tap(f"today-go-{own_id}")
        await app.until(lambda: app.has("visit-back"), "the visit")
        assert [url.partition(":")[0] for url in opened_urls] == ["tel"]


async def test_a_planned_call_is_with_somebody_where_she_lives(mount: Mount, world: World) -> None:
    house = Stay("Encounter/a", "p1", Place.ASSISTED_LIVING, "Oak Court", now() - 400 * HOUR, None)
    world.parts["p1"] = PatientParts(stays=StaysPart((house,)))
    own_id = plan_visit(world, 1, 1, kind="telephone")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-go-{own_id}"), "the day")
        await app.tap(f"today-go-{own_id}")
        await app.until(lambda: app.has("visit-back"), "the visit")
        assert [row.draft.setting for row in world.visits.values()] == [Setting.ASSISTED_LIVING]


async def test_calling_opens_the_dialler_and_nothing_else(
    mount: Mount, world: World, opened_urls: list[str]
) -> None:
    own_id, silent = plan_visit(world, 1, 1), plan_visit(world, 0, 2)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-call-{own_id}"), "the day")
        assert not app.has(f"today-call-{silent}"), "no number is on record"
        await app.tap(f"today-call-{own_id}")
        assert opened_urls == ["tel:%28559%29%20555-0142"]


async def test_what_nobody_made_and_what_is_due_now_stand_out_in_words(mount: Mount, world: World) -> None:
    plan_visit(world, 0, -30, state=PlannedState.OVERDUE)
    plan_visit(world, 1, -1, state=PlannedState.LATE)
    plan_visit(world, 2, 3, state=PlannedState.CANCELLED)
    add_visit(world, 3, HOUR, status=VisitStatus(VisitState.RECEIVED, received_at=now()), note="x")
    made = plan_visit(world, 3, -1, state=PlannedState.MADE, visit_id="v0")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("Not made: it was planned for"), "the day")
        assert app.shows("Its time has come")
        assert app.shows("Canceled by the plan")
        await app.tap(f"today-made-{made}")
        await app.until(lambda: app.has("reading-back"), "that visit")


async def test_she_puts_the_day_in_her_own_order_and_back(mount: Mount, world: World) -> None:
    first, second = plan_visit(world, 0, 1), plan_visit(world, 1, 2)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.until(lambda: app.has("today-order-own"), "the order")
        await app.tap("today-order-own")
        await app.until(lambda: app.has(f"today-down-{first}"), "the arrows")
        assert app.shows("There is no map on this device")
        await app.tap(f"today-down-{first}")
        assert session_of(device).day.order == (second, first)
        await app.until(lambda: _order(app) == [second, first], "the new order")
        await app.tap("today-order-time")
        await app.until(lambda: _order(app) == [first, second], "the order of time")


def _order(app: FletHarness) -> list[str]:
    return [name.removeprefix("today-go-") for name in app.ids() if name.startswith("today-go-")]


async def test_a_fact_at_the_door_takes_two_taps_and_goes_with_one(mount: Mount, world: World) -> None:
    own_id = plan_visit(world, 0, 1)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.until(lambda: app.has(f"today-more-{own_id}"), "the day")
        await app.tap(f"today-more-{own_id}")
        await app.tap("door-note-dog")
        facts = session_of(device).going_in
        assert facts.noted == [("p0", GoingInKind.DOG, "")]
        await app.until(lambda: app.shows("Before you go in: Dog"), "the fact")
        assert app.shows("Only on this tablet yet")
        await app.type("door-words", "barks only", submit=True)
        await app.until(lambda: app.shows("Dog: barks only"), "its words")
        await app.tap("door-gone-dog")
        assert facts.gone == [("p0", GoingInKind.DOG)]
        await app.until(lambda: not app.shows("Dog: barks only"), "it is gone")


async def test_with_no_contact_check_on_me_says_that_nobody_knows_and_whom_to_phone(
    mount: Mount, world: World, opened_urls: list[str]
) -> None:
    own_id = plan_visit(world, 0, 1)
    world.settings = PlanSettings(phones={"supervisor": "555-0100"})
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.until(lambda: app.has(f"today-more-{own_id}"), "the day")
        await app.tap(f"today-more-{own_id}")
        await app.tap("check-at-1")
        await app.until(lambda: app.has("check-fine-c1"), "the card")
        assert app.named("check-at-1").selected, "said where it was tapped, too"
        assert app.shows("Nobody knows of this yet.")
        await app.tap("check-call-c1")
        assert opened_urls == ["tel:555-0100"]
        await app.tap("check-fine-c1")
        assert session_of(device).checks.finished == [("c1", "")]
        await app.until(lambda: not app.has("check-fine-c1"), "it is over")


@pytest.mark.parametrize(
    ("one", "sentence", "phone"),
    [
        (check(1, told=True, known=True), "The plan has it.", False),
        (check(-0.1, told=True, known=True), "The time has come.", True),
        (check(1, told=True, done=True), "The plan does not know that yet", True),
    ],
)
async def test_check_on_me_never_says_more_than_the_plan_has(
    mount: Mount, world: World, one: DayCheck, sentence: str, phone: bool
) -> None:
    world.checks = [one]
    world.settings = PlanSettings(phones={"supervisor": "555-0100"})
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows(sentence), "the sentence")
        assert app.has("check-call-c1") is phone


async def test_a_supervisor_sees_whom_to_look_after_and_says_that_she_reached_her(
    mount: Mount, world: World
) -> None:
    world.checks = [replace(check(-0.5, told=True, known=True), mine=False)]
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        await app.until(lambda: app.shows("has not said since"), "the check")
        assert app.shows("With María, 1 Almond Street")
        await app.tap("check-reached-c1")
        assert session_of(device).checks.finished == [("c1", "I reached the nurse")]


@pytest.mark.parametrize(
    ("rule", "title", "finding"),
    [
        ("LAST_DAYS", "The last days may have come", "Phase: terminal."),
        ("CODE_STATUS_CONFLICT", "Different records of code status", "They do not say the same."),
        ("HOSPICE_REVIEW", "Time to talk about hospice?", "NYHA IV"),
        ("SUICIDE_ITEM", "Thoughts of being better off dead", "PHQ-9 item 9"),
        ("OF_A_NEWER_APP", "Something new", "That nobody here knows"),
    ],
)
async def test_code_status_phase_and_a_wish_to_die_are_not_read_off_a_nurse_s_day(
    mount: Mount, world: World, rule: str, title: str, finding: str
) -> None:
    line = make_line(1, rule=rule, title=title, finding=finding, level="act-now", received=False)
    world.open_alerts = [line]
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("Open the person's page"), "the alert")
        assert not app.shows(title)
        assert not app.shows(finding.rstrip("."))
        assert app.shows("Act now")
        assert app.shows("Nobody has seen this yet.")
        await app.tap(f"alert-row-{line.id}")
        await app.until(lambda: app.has("patients-row-p0"), "the person's page")


async def test_two_versions_do_not_say_on_today_what_they_are_about(mount: Mount) -> None:
    world = make_conflicts_world()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has("today-conflict-1"), "what needs a person")
        assert not app.shows("Code status")
        assert not app.shows("Plan of care")


async def test_without_a_plan_for_the_day_it_says_so_and_how_old_that_is(mount: Mount, world: World) -> None:
    world.sync = SyncState(SyncWord.NO_NETWORK, "No network.", 0, 0, now() - timedelta(hours=3))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows("No visit is planned for you today."), "the empty day")
        assert app.shows("Changes that the plan made since then are not here.")


async def test_a_day_that_cannot_be_read_says_so_and_can_be_tried_again(mount: Mount, world: World) -> None:
    world.read_error = StoreDamaged()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has("today-try-again"), "the problem")
        world.read_error = None
        await app.tap("today-try-again")
        await app.until(lambda: app.has("today-close"), "the day")


async def test_the_day_is_there_before_it_is_known_what_waits_to_be_chosen(
    mount: Mount, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = asyncio.Event()
    page = DoubleSending.page

    async def slow(self: DoubleSending) -> SendingPage:
        await looked.wait()
        return await page(self)

    monkeypatch.setattr(DoubleSending, "page", slow)
    own_id = plan_visit(world, 0, 1)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-go-{own_id}"), "the day")
        assert not app.has("today-close")
        looked.set()
        await app.until(lambda: app.has("today-close"), "closing the day")


async def test_a_new_visit_shows_the_door_and_takes_a_fact_in_two_taps(mount: Mount, world: World) -> None:
    plan_visit(world, 0, 1)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("today-go-a0")
        await app.until(lambda: app.has("door-open"), "the start of a visit")
        await app.tap("door-open")
        await app.tap("door-note-stairs")
        assert session_of(device).going_in.noted == [("p0", GoingInKind.STAIRS, "")]
        await app.until(lambda: app.has("door-words"), "the field for its words")


def test_offered_times_are_half_hours_and_never_too_soon() -> None:
    at = datetime(2026, 11, 22, 10, 40).astimezone()
    assert [one.strftime("%H:%M") for one in offer_times(at)] == ["11:30", "12:00", "12:30", "13:00"]
    assert offer_times(at.replace(minute=35))[0].strftime("%H:%M") == "11:00"
