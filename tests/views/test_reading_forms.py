"""A signed visit with every kind of answer, to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.addendum import Addendum, Correction
from app.domain.medicines import GROUP, Taken, listed_answers
from app.domain.visit import Absent, Answer, Entry, PersonRef
from app.services.models import Role, VisitState, VisitStatus
from app.store.changes import Topic
from app.views import text
from app.views.wording import forms as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, make_answers, now
from tests.views.medicine_world import MORPHINE
from tests.views.scene_forms import much, some_entries


def add_signed(world: World, answers: dict[str, Answer] | None = None, nurse: PersonRef | None = None) -> str:
    at = now() - timedelta(hours=3)
    status = VisitStatus(VisitState.RECEIVED, received_at=now())
    visit_id = add_visit(
        world, 0, timedelta(hours=3), status=status, answers=much(at) if answers is None else answers
    )
    row = world.visits[visit_id]
    row.draft = replace(row.draft, entries=some_entries(at), nurse=nurse or row.draft.nurse)
    return visit_id


async def open_reading(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"today-received-{visit_id}"), "Today")
    await app.tap(f"today-received-{visit_id}")
    await app.until(lambda: app.shows(text.FACT_SIGNED), "the reading")
    await app.settle(60)


async def test_every_answered_instrument_is_read_in_the_order_of_the_sections(
    mount: Mount, world: World
) -> None:
    visit_id = add_signed(world)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        shown = app.texts()
        order = ["Tiredness", "AKPS", "Little interest or pleasure in doing things", "Alertness"]
        places = [shown.index(words) for words in order]
        assert places == sorted(places)
        for words in (
            "50: Considerable assistance and frequent medical care required",
            "PHQ-9: no total, 2 not answered",
            "More than half the days",
            "Could not answer: sleepy",
            "Declined today",
            "91 %",
            "Open or wound",
            "Shallow, clean edges",
        ):
            assert words in shown, words
        assert not [part for part in shown if "could not be shown" in part]


async def test_an_entry_is_titled_by_its_first_answer_which_is_not_said_twice(
    mount: Mount, world: World
) -> None:
    visit_id = add_signed(world)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        assert app.texts().count("Left heel") == 1
        assert "3.5 cm" in app.texts()


@pytest.mark.parametrize(("later", "read"), [(0, False), (4, True)])
async def test_nought_doses_that_an_older_version_wrote_by_itself_are_not_read_and_typed_ones_are(
    mount: Mount, world: World, later: int, read: bool
) -> None:
    visit_id = add_signed(world)
    row, at = world.visits[visit_id], now() - timedelta(hours=3)
    held: dict[str, Answer] = {
        link: Answer(at, value) for link, value in listed_answers(MORPHINE, Taken.AS_LISTED).items()
    }
    held["med-times"] = Answer(at + timedelta(seconds=later), Decimal(0))
    entry = Entry("e-mor", held, MORPHINE.reference)
    row.draft = replace(row.draft, entries={GROUP: (entry,)})
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        assert app.shows(MORPHINE.text)
        assert app.shows("15 mg")
        assert app.shows("0 a day") is read


async def test_measurements_stand_with_their_times_and_what_was_done(mount: Mount, world: World) -> None:
    visit_id = add_signed(world)
    first: datetime = world.visits[visit_id].draft.answers["esas-pain"].at.astimezone()
    second = first + timedelta(minutes=35)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        assert app.shows(f"8 at {first:%H:%M}, 4 at {second:%H:%M} after 5 mg morphine by mouth")


async def test_a_complete_scale_is_read_with_its_total_and_band(mount: Mount, world: World) -> None:
    code = "LA6570-1"
    ids = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")
    visit_id = add_signed(world, {f"/{name}": Answer(now(), code) for name in ids})
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        assert app.shows("PHQ-9: 18 of 27, moderately severe")


async def test_only_the_short_form_is_read_where_only_that_was_asked(mount: Mount, world: World) -> None:
    answers = {"/44250-9": Answer(now(), "LA6569-3"), "/44255-8": Answer(now(), "LA6568-5")}
    visit_id = add_signed(world, answers)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        assert app.shows("PHQ-2: 1 of 6")
        assert not app.shows("PHQ-9: no total")


async def test_what_is_kept_apart_opens_by_a_tap_for_the_one_who_wrote_it(mount: Mount, world: World) -> None:
    visit_id = add_signed(world)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        assert not app.shows("Physically hurt")
        assert not app.shows("AHC-HRSN")
        assert app.shows(said.SHOW_PRIVATE)
        await app.tap("reading-private")
        assert app.shows("Physically hurt")
        assert app.shows(said.PRIVATE_READ)
        await app.tap("reading-private")
        assert not app.shows("Physically hurt")


async def test_an_answer_that_was_put_right_says_so_where_it_stands_as_it_was_signed(
    mount: Mount, world: World
) -> None:
    visit_id = add_signed(world, {**make_answers(5), "phase": Answer(now(), "stable")})
    nurse = world.visits[visit_id].draft.nurse
    right = Correction("esas-pain", "Pain", "5", "3", 3)
    world.answers_to.append(Addendum("a1", visit_id, nurse, now(), right.sentence, True, (right,)))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        texts = app.texts()
        assert texts.count("Should read: 3") == 1
        assert texts[texts.index("Should read: 3") - 1] == "Pain", "beside no other answer"


async def test_what_was_found_out_about_a_wish_to_die_opens_by_a_tap_for_a_nurse(
    mount: Mount, world: World
) -> None:
    visit_id = add_signed(world)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        assert not app.shows("not want to live")
        await app.tap("reading-hushed")
        await app.until(lambda: app.shows("not want to live"), "its words")
        assert app.shows("Tired of living, no wish to act")
        await app.tap("reading-hushed")
        await app.until(lambda: not app.shows("not want to live"), "closed again")


async def test_a_supervisor_reads_what_was_found_out_about_a_wish_to_die_at_once(
    mount: Mount, world: World
) -> None:
    visit_id = add_signed(world)
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await app.tap("nav-log")
        await app.until(lambda: app.has(f"log-row-{visit_id}"), "the log")
        await app.tap(f"log-row-{visit_id}")
        await app.until(lambda: app.shows("Tired of living, no wish to act"), "the visit")
        assert not app.has("reading-hushed")


async def test_another_nurse_cannot_open_what_is_kept_apart(mount: Mount, world: World) -> None:
    visit_id = add_signed(world, nurse=PersonRef("Practitioner/tom", "Tomás Okoye, RN"))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        assert not app.has("reading-private")
        assert app.shows(said.PRIVATE_CLOSED)


async def test_a_supervisor_opens_what_is_kept_apart(mount: Mount, world: World) -> None:
    visit_id = add_signed(world)
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await app.tap("nav-log")
        await app.until(lambda: app.has(f"log-row-{visit_id}"), "the log")
        await app.tap(f"log-row-{visit_id}")
        await app.until(lambda: app.has("reading-private"), "the tap")
        await app.tap("reading-private")
        assert app.shows("Physically hurt")


async def test_a_visit_with_nothing_private_offers_no_such_tap(mount: Mount, world: World) -> None:
    visit_id = add_signed(world, make_answers(3, Absent.DECLINED))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        assert not app.has("reading-private")
        assert not app.shows(said.PRIVATE_CLOSED)


async def test_an_answer_that_this_app_does_not_know_is_kept_apart_and_not_lost(
    mount: Mount, world: World
) -> None:
    visit_id = add_signed(world, {"newer-item": Answer(now(), "something")})
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_reading(app, visit_id)
        assert not app.shows("something")
        await app.tap("reading-private")
        assert app.shows(said.OTHER_ANSWERS)
        assert app.shows("newer-item: something")


async def test_a_signed_visit_on_the_screen_says_by_itself_that_the_plan_has_it(
    mount: Mount, world: World
) -> None:
    visit_id = add_visit(world, 0, timedelta(hours=1), status=VisitStatus(VisitState.ON_DEVICE), note="x")
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.until(lambda: app.has(f"today-unsent-{visit_id}"), "Today")
        await app.tap(f"today-unsent-{visit_id}")
        await app.until(lambda: app.shows("Signed, only on this tablet"), "waiting")
        world.visits[visit_id].status = VisitStatus(VisitState.RECEIVED, received_at=now())
        assert device.session is not None
        device.session.hub.publish(Topic.OUTBOX)
        await app.until(lambda: app.shows("Received by the plan "), "the receipt")
