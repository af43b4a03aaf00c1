"""The supervisor's queue and a visit under review; the nurse who is asked, and her answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.domain.look import Look
from app.domain.review import Comment, Reason, ReviewKind, ReviewState
from app.domain.visit import PersonRef
from app.services.models import Role, VisitState, VisitStatus
from app.store.changes import Topic
from app.views import say
from app.views.wording import review as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line
from tests.views.double_review import add_review, needs
from tests.views.doubles import DoubleDevice, World, add_visit, make_answers, now
from tests.views.test_not_seen_on_today import came_home

ASKED = Comment("symptoms", "Symptoms", "Was it 7 before or after the dose?")


def add_received(world: World, person: int, *scores: int) -> str:
    status = VisitStatus(VisitState.RECEIVED, received_at=now())
    return add_visit(world, person, timedelta(hours=3), status=status, answers=make_answers(*scores))


async def open_review(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"review-row-{visit_id}"), "the queue")
    await app.tap(f"review-row-{visit_id}")
    await app.until(lambda: app.has("review-ask"), "the visit")


async def test_the_queue_says_in_words_why_each_visit_is_there(mount: Mount, world: World) -> None:
    first = needs(world, add_received(world, 0, 7), Reason.ACT_NOW, Reason.FIRST)
    needs(world, add_received(world, 1, 2), Reason.SAMPLE)
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await app.until(lambda: app.has(f"review-row-{first}"), "the queue")
        for words in (said.REASONS[Reason.ACT_NOW], said.REASONS[Reason.FIRST], said.REASONS[Reason.SAMPLE]):
            assert app.shows(words)
        assert app.shows(said.TOGETHER)
        assert app.shows(said.filed(3))


async def test_visits_without_flags_are_countersigned_together_after_one_question(
    mount: Mount, world: World
) -> None:
    alone = needs(world, add_received(world, 0, 7), Reason.DEATH)
    for person in (1, 2):
        needs(world, add_received(world, person, 2), Reason.FIRST)
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await app.until(lambda: app.has("review-together"), "the way")
        await app.tap("review-together")
        assert app.shows(said.sure(2))
        assert world.reviews == []
        await app.tap("review-together-yes")
        await app.until(lambda: not app.has("review-together-yes"), "done")
        assert {one.kind for one in world.reviews} == {ReviewKind.COUNTERSIGN}
        assert len(world.reviews) == 2
        assert app.has(f"review-row-{alone}")


async def test_a_visit_in_which_nobody_was_seen_says_why_it_is_read_alone_and_shows_the_clock(
    mount: Mount, world: World
) -> None:
    visit_id = needs(world, add_received(world, 0), Reason.FROM_FACILITY, Reason.NOT_SAFE)
    world.review_clock = came_home(41)
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await open_review(app, visit_id)
        assert app.shows("48-hour visit")
        assert app.shows("Not safe to go in")
        assert app.shows("Home from hospital: home visit due")


async def test_reading_shows_what_changed_and_one_tap_countersigns(mount: Mount, world: World) -> None:
    add_visit(
        world,
        0,
        timedelta(days=7),
        status=VisitStatus(VisitState.RECEIVED, received_at=now() - timedelta(days=7)),
        answers=make_answers(3, 4),
    )
    visit_id = needs(world, add_received(world, 0, 7, 4), Reason.ACT_NOW)
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await open_review(app, visit_id)
        assert app.shows(said.CHANGED)
        visit = world.visits[visit_id].draft
        which = said.by_nurse(visit.nurse.name, say.times(visit.began_at, visit.left_at, now()))
        assert app.shows(which)
        assert app.shows("3, then 7 (4 higher: worse)")
        await app.tap("review-sign")
        await app.until(lambda: not app.has("review-sign"), "back in the queue")
        (made,) = world.reviews
        assert (made.kind, made.visit_id) == (ReviewKind.COUNTERSIGN, visit_id)


async def test_a_question_is_tied_to_sections_and_kept_while_it_is_typed(mount: Mount, world: World) -> None:
    visit_id = needs(world, add_received(world, 0, 7), Reason.ACT_NOW)
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        await open_review(app, visit_id)
        await app.tap("review-ask")
        await app.tap("review-about-symptoms")
        label = app.inner("review-words-symptoms", ft.TextField).label
        assert label == "Your question about: Symptoms", "her own words, and not what the section asks for"
        await app.type("review-words-symptoms", ASKED.words)
        await app.until(lambda: (visit_id, "symptoms") in world.review_texts, "kept")
        await app.tap("review-send")
        await app.until(lambda: bool(world.reviews), "sent")
        assert world.reviews[0].comments == (ASKED,)
        await app.until(lambda: app.shows(ASKED.words), "the question")
        assert not app.has("review-sign"), "first the answer"
        await app.tap(f"review-undo-{world.reviews[0].id}")
        await app.until(lambda: app.has("review-sign"), "taken back")


async def test_a_visit_that_still_arrives_offers_no_way_to_review_it(mount: Mount, world: World) -> None:
    visit_id = needs(world, add_received(world, 0, 7), Reason.ACT_NOW)
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        await open_review(app, visit_id)
        world.visits[visit_id].status = VisitStatus(VisitState.ARRIVING)
        assert device.session is not None
        device.session.hub.publish(Topic.VISITS)
        await app.until(lambda: app.shows(said.ARRIVING_HELP), "the sentence")
        assert not {"review-sign", "review-ask", "review-thank"} & set(app.ids())


async def test_the_nurse_is_asked_on_today_and_answers_with_what_should_read_otherwise(
    mount: Mount, world: World
) -> None:
    visit_id = add_received(world, 0, 7)
    review_id = add_review(world, visit_id, ASKED)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-question-{review_id}"), "the question on Today")
        assert not app.shows(ASKED.words), "others see this page"
        await app.tap(f"today-question-{review_id}")
        await app.until(lambda: app.has("question-words"), "the way to answer")
        assert app.shows(ASKED.words)
        await app.type("question-words", "After the dose.")
        await app.tap("question-wrong")
        await app.tap("question-item-esas-pain")
        await app.tap("question-right-3")
        assert app.shows(said.CHANGED_BY_ANSWER)
        await app.tap("question-answer")
        await app.until(lambda: not app.has("question-answer"), "answered")
        (answer,) = world.answers_to
        assert (answer.own_words, [(one.was, one.now, one.value) for one in answer.corrections]) == (
            "After the dose.",
            [("7", "3", 3)],
        )
        assert world.visits[visit_id].draft.answers["esas-pain"].value == 7, "what was signed stays"


@pytest.mark.parametrize(("width", "beside"), [(1180, 11), (390, 6)])
async def test_what_a_number_should_read_is_tapped_in_the_same_wide_cells_as_in_the_visit(
    mount: Mount, world: World, width: int, beside: int
) -> None:
    review_id = add_review(world, add_received(world, 0, 7), ASKED)
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await app.until(lambda: app.has(f"today-question-{review_id}"), "the question on Today")
        await app.tap(f"today-question-{review_id}")
        await app.until(lambda: app.has("question-wrong"), "the way to answer")
        await app.tap("question-wrong")
        await app.tap("question-item-esas-pain")
        numbers = [app.named(f"question-right-{number}") for number in range(11)]
        rows = [one for one in app.walk() if isinstance(one, ft.Row) and numbers[0] in one.controls]
        assert all(one.expand for one in numbers), "they share the width of their row"
        assert [len(one.controls) for one in rows] == [beside], "as many as are still 48 wide"
        assert numbers[7].selected, "what was signed"


async def test_in_large_text_on_a_phone_what_was_signed_and_what_it_should_read_are_lines_of_their_own(
    mount: Mount, world: World
) -> None:
    review_id = add_review(world, add_received(world, 0, 7), ASKED)
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(text=200)) for one in device.found]
    async with mount(device, unlock=True, width=390) as app:
        await app.until(lambda: app.has(f"today-question-{review_id}"), "the question on Today")
        await app.tap(f"today-question-{review_id}")
        await app.until(lambda: app.has("question-wrong"), "the way to answer")
        await app.tap("question-wrong")
        await app.tap("question-item-esas-pain")
        await app.tap("question-right-3")
        assert {"As signed: 7", "Should read: 3"} <= set(app.texts())


async def test_what_should_read_otherwise_is_named_in_the_language_that_is_spoken(
    mount: Mount, world: World
) -> None:
    visit_id = add_received(world, 0, 7)
    review_id = add_review(world, visit_id, ASKED)
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(language="es")) for one in device.found]
    async with mount(device, unlock=True) as app:
        await app.until(lambda: app.has(f"today-question-{review_id}"), "the question on Today")
        await app.tap(f"today-question-{review_id}")
        await app.until(lambda: app.has("question-wrong"), "the way to answer")
        await app.tap("question-wrong")
        assert "Dolor" in app.texts(app.named("question-item-esas-pain"))
        await app.tap("question-item-esas-pain")
        await app.tap("question-right-3")
        assert "Dolor" in app.texts(), "what changed"
        assert "Síntomas" in app.texts(), "what she asks about"
        await app.type("question-words", "After the dose.")
        await app.tap("question-answer")
        await app.until(lambda: not app.has("question-answer"), "answered")
        assert "After the dose." in app.texts()
        assert not any("should read" in text for text in app.texts()), "once, in the reader's language"


async def test_the_button_under_the_first_alerts_says_that_it_shows_the_others(
    mount: Mount, world: World
) -> None:
    world.open_alerts = [make_line(n) for n in range(1, 8)]
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await app.until(lambda: app.has("today-alerts-all"), "the alerts")
        assert app.texts(app.named("today-alerts-all")) == ["Show all 7"]


@pytest.mark.parametrize("role", [Role.NURSE, Role.SUPERVISOR])
async def test_who_has_reviewed_a_visit_is_said_once_and_with_the_time(
    mount: Mount, world: World, role: Role
) -> None:
    visit_id = needs(world, add_received(world, 0, 7), Reason.FIRST)
    device = DoubleDevice(world, role=role)
    async with mount(device, unlock=True) as app:
        if role is Role.SUPERVISOR:
            await open_review(app, visit_id)
        else:
            await app.tap(f"today-received-{visit_id}")
            await app.until(lambda: app.shows("Received by the plan"), "the visit")
        add_review(world, visit_id)
        world.reviews = [replace(world.reviews[0], kind=ReviewKind.COUNTERSIGN, state=ReviewState.DONE)]
        row = world.visits[visit_id]
        row.status = replace(row.status, state=VisitState.REVIEWED, by="Sue Park, RN")
        assert device.session is not None
        device.session.hub.publish(Topic.VISITS)
        when = say.clock(world.reviews[0].at)
        await app.until(lambda: app.shows(f"Reviewed by Sue Park, RN, {when}"), "who and when")
        assert len([one for one in app.texts() if one.startswith("Reviewed by")]) == 1
        assert app.shows("Received by the plan")


async def test_thanks_need_one_tap(mount: Mount, world: World) -> None:
    visit_id = add_received(world, 0, 7)
    review_id = add_review(world, visit_id, replace(ASKED, words="Well done."), thanks=True)
    async with mount(DoubleDevice(world), unlock=True, width=390, height=844) as app:
        await app.until(lambda: app.has(f"today-question-{review_id}"), "the thanks on Today")
        await app.tap(f"today-question-{review_id}")
        await app.until(lambda: app.has(f"question-seen-{review_id}"), "the tap")
        await app.tap(f"question-seen-{review_id}")
        await app.until(lambda: world.reviews[0].state is ReviewState.DONE, "seen")


async def test_where_the_nurse_has_left_the_person_both_sides_read_whom_the_question_goes_to(
    mount: Mount, world: World
) -> None:
    visit_id = needs(world, add_received(world, 0, 7), Reason.ACT_NOW)
    world.answerer = PersonRef("Practitioner/ben", "Ben Cole, RN")
    author = world.visits[visit_id].draft.nurse.name
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True) as app:
        await open_review(app, visit_id)
        await app.tap("review-ask")
        assert app.shows(said.goes_to("Ben Cole, RN", author))
        await app.tap("review-send-not")
        await app.tap("review-thank")
        assert app.shows(said.no_thanks_to(author))
