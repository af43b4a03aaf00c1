from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import flet as ft

from app.domain.code_status import NOT_RECORDED
from app.domain.patient import Problem, ProblemKind
from app.domain.visit import Absent, Modality, PersonRef, Setting
from app.errors import SignInRefused, StoreDamaged
from app.services.models import Role, SyncState, SyncWord, VisitState, VisitStatus
from app.store.changes import Topic
from app.views import text
from app.views.wording import waiting
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, make_answers, make_world, now

TOM = PersonRef("Practitioner/tom", "Tomás Okoye, RN")


def received(ago: timedelta = timedelta(minutes=1)) -> VisitStatus:
    return VisitStatus(VisitState.RECEIVED, received_at=now() - ago)


async def open_person(app: FletHarness, patient_id: str) -> None:
    await app.tap("nav-patients")
    await app.until(lambda: app.has(f"patients-row-{patient_id}"), "the list")
    await app.tap(f"patients-row-{patient_id}")
    await app.until(lambda: app.shows(NOT_RECORDED), "the person's page")


async def test_search_takes_accents_lightly_and_an_empty_answer_says_what_to_do(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.type("patients-search", "nguyen")
        await app.until(lambda: not app.has("patients-row-p0"), "the found ones")
        assert app.has("patients-row-p1")
        await app.type("patients-search", "zzz")
        await app.until(lambda: app.shows(text.NOBODY_FOUND), "the sentence")


async def test_a_person_page_always_says_what_is_not_recorded(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app, "p0")
        assert app.shows("Allergies: Penicillin (high risk), Latex")
        await open_person(app, "p1")
        await app.until(lambda: app.shows(text.NO_KNOWN_ALLERGIES), "known to have none")
        await open_person(app, "p2")
        await app.until(lambda: app.shows(text.ALLERGIES_NOT_RECORDED), "not recorded")
        await open_person(app, "p3")
        await app.until(lambda: app.shows(text.LANGUAGE_NOT_RECORDED), "language")
        assert app.shows(NOT_RECORDED)


async def test_code_status_is_neutral_and_never_in_one_box_with_allergies(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app, "p0")

        def boxes(sentence: str) -> list[ft.Container]:
            framed = [c for c in app.walk() if isinstance(c, ft.Container) and c.border is not None]
            return [box for box in framed if any(sentence in line for line in app.texts(box))]

        (status,), (allergies,) = boxes(NOT_RECORDED), boxes("Allergies: ")
        assert status is not allergies
        assert status.bgcolor == ft.Colors.SURFACE_CONTAINER
        assert allergies.bgcolor == ft.Colors.TERTIARY_CONTAINER


async def test_problems_filed_in_several_ways_stand_under_what_the_plan_calls_them(
    mount: Mount, world: World
) -> None:
    listed = Problem("Multiple myeloma", date(2022, 2, 2))
    visit = Problem("Laceration of thigh", date(2026, 11, 3), ProblemKind.AT_VISIT)
    more = tuple(Problem(f"Visit problem {n}", None, ProblemKind.AT_VISIT) for n in range(20))
    risk = Problem("At risk for suicide", None, ProblemKind.FINDING)
    world.people["p0"] = replace(world.people["p0"], problems=(listed, visit, *more, risk))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app, "p0")
        shown = app.texts()
        start = shown.index("On the plan's problem list")
        assert shown[start : start + 4] == [
            "On the plan's problem list",
            "Multiple myeloma · since 2022",
            "Recorded at visits",
            "Laceration of thigh · since 2026",
        ]
        assert "Visit problem 19" not in shown
        assert "At risk for suicide" in shown


async def test_a_long_problem_list_opens_and_closes(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app, "p0")
        assert not app.shows("number 12")
        assert app.shows("Show all 12")
        await app.tap("patient-problems-all")
        assert app.shows("number 12")
        await app.tap("patient-problems-all")
        assert not app.shows("number 12")


async def test_status_words_are_the_products_words(mount: Mount, world: World) -> None:
    states = {
        VisitStatus(VisitState.ON_DEVICE): "Signed, only on this tablet",
        VisitStatus(VisitState.SENDING): "Sending",
        received(): "Received by the plan ",
        VisitStatus(
            VisitState.REFUSED, reason="unknown member"
        ): "The plan could not take it: unknown member",
        VisitStatus(VisitState.TWO_VERSIONS): "Two versions: choose",
    }
    for status in states:
        add_visit(world, 0, timedelta(hours=1), status=status, note="x")
    add_visit(world, 0, timedelta(minutes=2))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has("today-draft-v5"), "Today")
        for words in (*states.values(), "Draft, not signed"):
            assert app.shows(words), words


async def test_a_receipt_appears_without_a_tap(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(hours=1), status=VisitStatus(VisitState.ON_DEVICE), note="x")
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.until(lambda: app.shows("Signed, only on this tablet"), "waiting")
        world.visits[visit_id].status = received()
        assert device.session is not None
        device.session.hub.publish(Topic.OUTBOX)
        await app.until(lambda: app.shows("Received by the plan "), "the receipt")


async def test_a_reading_shows_both_times_who_answered_and_last_values(mount: Mount, world: World) -> None:
    week = timedelta(days=7)
    add_visit(world, 0, week, status=received(week), answers=make_answers(5))
    answers = make_answers(7, Absent.DECLINED)
    visit_id = add_visit(world, 0, timedelta(hours=2), status=received(), answers=answers, note="Two\nlines")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-received-{visit_id}"), "Today")
        await app.tap(f"today-received-{visit_id}")
        await app.until(lambda: app.has("reading-back"), "the reading")
        await app.until(lambda: app.shows("Two\nlines"), "the note")
        shown = app.texts()
        for words in (
            text.FACT_SIGNED,
            text.FACT_ENDED,
            "Patient",
            "7",
            "Declined today",
            "In person · Home",
        ):
            assert words in shown, words
        assert app.shows("Last 5, ")
        assert not [i for i in app.ids() if i.startswith(("esas-", "visit-"))]


async def test_sent_and_waiting_says_what_waits_why_and_what_was_set_aside(
    mount: Mount, world: World
) -> None:
    add_visit(world, 0, timedelta(hours=1), status=VisitStatus(VisitState.ON_DEVICE), note="x")
    add_visit(
        world,
        1,
        timedelta(hours=1),
        status=VisitStatus(VisitState.REFUSED, reason="unknown member"),
        note="x",
    )
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-waiting")
        await app.until(lambda: app.has("waiting-row-v0"), "what waits")
        assert app.has("waiting-aside-v1")
        assert app.shows("unknown member")
        assert app.shows(waiting.NOTHING_RECEIVED)
        await app.tap("waiting-send")
        assert world.sends == 1


async def test_signing_in_again_is_one_button_that_says_what_it_is_for(
    mount: Mount, world: World, opened_urls: list[str]
) -> None:
    world.sync = SyncState(SyncWord.SIGN_IN, "Sign in to send 3 visits.", 3, 0, None)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-waiting")
        assert app.shows("Sign in to send 3 visits")
        button = app.inner("waiting-sign-in")
        going = asyncio.create_task(app.session.dispatch_event(button._i, "click", None))
        await app.until(lambda: opened_urls, "the browser")
        assert device.session is not None
        assert device.session.syncing.attempt is not None
        device.session.syncing.attempt.back.set_result(None)
        await going
        assert world.sends == 1


async def test_a_sign_in_that_nobody_finishes_can_be_opened_again_and_given_up(
    mount: Mount, world: World, opened_urls: list[str]
) -> None:
    world.sync = SyncState(SyncWord.SIGN_IN, "Sign in to send 3 visits.", 3, 0, None)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-waiting")
        button = app.inner("waiting-sign-in")
        going = asyncio.create_task(app.session.dispatch_event(button._i, "click", None))
        await app.until(lambda: app.has("waiting-open-again"), "the ways out")
        await app.tap("waiting-open-again")
        assert len(opened_urls) == 2
        assert device.session is not None
        assert device.session.syncing.attempt is not None
        device.session.syncing.attempt.back.set_exception(SignInRefused("The sign-in was canceled."))
        await going
        await app.until(lambda: app.shows("The sign-in was canceled."), "the sentence")
        assert app.has("waiting-sign-in")


async def test_nothing_here_is_said_with_what_to_do(mount: Mount) -> None:
    world = make_world(0)
    world.sync = replace(world.sync, last_success_at=None)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.shows(text.NO_PEOPLE), "Today")
        assert app.shows(text.NO_PEOPLE_HELP)
        await app.tap("nav-patients")
        await app.until(lambda: app.shows(text.NO_PEOPLE), "Patients")
        await app.tap("nav-waiting")
        await app.until(lambda: app.shows(text.NOTHING_WAITS), "Sent & waiting")


async def test_a_read_that_fails_says_so_and_keeps_the_last_value(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.until(lambda: app.shows("10 people on this device"), "Today")
        world.read_error = StoreDamaged()
        assert device.session is not None
        device.session.hub.publish(Topic.VISITS)
        await app.until(lambda: app.shows(StoreDamaged.sentence), "the sentence")
        assert app.shows("10 people on this device")


async def test_rotating_the_tablet_keeps_the_place(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app, "p2")
        await app.resize(390, 844)
        await app.until(lambda: app.has("patient-back"), "one pane")
        assert app.shows("Okafor, Grace")
        await app.tap("patient-back")
        await app.until(lambda: app.has("patients-search"), "the list")
        await app.resize(1180, 820)
        assert app.has("patients-search")


async def test_the_supervisor_filters_pages_and_reads_the_log(mount: Mount, world: World) -> None:
    for n in range(60):
        add_visit(
            world,
            n % 3,
            timedelta(hours=n + 1),
            status=received(timedelta(hours=n)),
            answers=make_answers(9 if n == 4 else 3),
            nurse=TOM if n == 4 else PersonRef("Practitioner/ana", "Ana Ruiz, RN"),
            setting=Setting.HOSPITAL if n == 5 else Setting.HOME,
            modality=Modality.VIDEO if n == 6 else Modality.IN_PERSON,
        )
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await app.tap("nav-log")
        await app.until(lambda: app.shows("1 to 50 of 60"), "the log")
        await app.tap("log-next")
        await app.until(lambda: app.shows("51 to 60 of 60"), "page two")
        await app.tap("log-filter-severe")
        await app.until(lambda: app.shows("1 to 1 of 1"), "one severe")
        await app.tap("log-clear")
        await app.until(lambda: app.shows("1 to 50 of 60"), "all again")
        await app.type("log-filter-person", "nguyen")
        await app.until(lambda: app.shows("1 to 20 of 20"), "by person")
        await app.tap("log-clear")
        await app.until(lambda: app.has("log-row-v4"), "all again")
        await app.tap("log-row-v4")
        await app.until(lambda: app.shows("Tomás Okoye, RN"), "the reading")
        assert app.has("reading-back")
        assert not app.has("visit-sign")


async def test_a_supervisor_sees_people_but_starts_no_visit(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await open_person(app, "p0")
        assert not app.has("patient-new-visit")


async def test_the_status_line_follows_what_happens(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        show = device.session.syncing.show
        show(replace(world.sync, word=SyncWord.WORKING, sentence="Talking to the plan…", unsent_visits=1))
        await app.until(lambda: app.shows("1 visit on this tablet, not yet received"), "the count")
        show(replace(world.sync, word=SyncWord.OK, sentence="Connected to the plan.", unsent_visits=0))
        await app.until(lambda: app.shows("Nothing waits to be sent."), "nothing")
