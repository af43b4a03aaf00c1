"""Adding to a signed visit on the page where it is read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.addendum import Correction
from app.domain.visit import Value
from app.language import ENGLISH, speak
from app.services.models import VisitState, VisitStatus
from app.views.visit.still_there import asks
from app.views.wording.corrected import said_of
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, DoubleSession, World, add_visit, make_answers, now


def session_of(device: DoubleDevice) -> DoubleSession:
    assert device.session is not None
    return device.session


async def open_signed(app: FletHarness, world: World) -> str:
    status = VisitStatus(VisitState.RECEIVED, now())
    visit_id = add_visit(world, 0, timedelta(hours=2), status=status, answers=make_answers(2))
    await app.tap("nav-patients")
    await app.tap("patients-row-p0")
    await app.until(lambda: app.has(f"patient-visit-{visit_id}"), "the visit on her page")
    await app.tap(f"patient-visit-{visit_id}")
    await app.until(lambda: app.has("reading-back"), "the reading")
    return visit_id


async def test_a_nurse_adds_to_her_own_visit(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        visit_id = await open_signed(app, world)
        await app.tap("addendum-open")
        await app.until(lambda: app.has("addendum-text"), "the field")
        await app.type("addendum-text", "Daughter called.", blur=True)
        addenda = session_of(device).addenda
        await app.until(lambda: addenda.kept, "what was typed, kept")
        await app.tap("addendum-keep")
        await app.until(lambda: addenda.added, "the addendum")
        assert addenda.added == [(visit_id, "Daughter called.")]
        await app.until(lambda: app.has("addendum-open"), "the way to add once more")


async def test_a_nurse_puts_an_answer_of_her_own_visit_right_without_typing(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=1180, height=820) as app:
        visit_id = await open_signed(app, world)
        await app.tap("addendum-open")
        await app.until(lambda: app.has("addendum-wrong"), "the way to put it right")
        await app.tap("addendum-wrong")
        await app.tap("addendum-item-esas-pain")
        await app.tap("addendum-right-9")
        assert {"What this puts right", "9"} <= set(app.texts())
        shown = app.texts(app.named("addendum-item-esas-pain"))
        assert "Should read: 9" in shown, "the list stays open for the next answer and says what it took"
        await app.resize(390, 844)
        await app.until(lambda: app.shows("What this puts right"), "still there after a turn")
        await app.tap("addendum-keep")
        addenda = session_of(device).addenda
        await app.until(lambda: addenda.added, "the addendum")
        assert addenda.added == [(visit_id, "")]
        assert [(one.link_id, one.was, one.value) for one in addenda.right] == [("esas-pain", "2", 9)]
        await app.tap("addendum-open")
        await app.until(lambda: app.has("addendum-text"), "the field")
        assert not app.shows("What this puts right"), "what was added is not added again"


async def test_an_empty_addendum_gets_a_sentence_and_the_field_stays(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_signed(app, world)
        await app.tap("addendum-open")
        await app.until(lambda: app.has("addendum-keep"), "the field")
        await app.tap("addendum-keep")
        await app.until(lambda: app.shows("Please write what you want to add."), "the sentence")
        assert app.has("addendum-text")


async def test_an_addendum_that_is_written_stays_open_with_its_words_when_the_device_is_turned(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True, width=1180, height=820) as app:
        await open_signed(app, world)
        await app.tap("addendum-open")
        await app.until(lambda: app.has("addendum-text"), "the field")
        for size in ((390, 844), (1180, 820)):
            await app.type("addendum-text", f"Daughter called {size}.")
            await app.resize(*size)
            await app.settle(60)
            assert app.value("addendum-text") == f"Daughter called {size}."
        await app.tap("addendum-later")
        await app.resize(390, 844)
        await app.until(lambda: app.has("addendum-open"), "what was closed stays closed")


@pytest.mark.parametrize(
    ("began", "said", "left", "expected"),
    [
        (2.9, None, False, False),
        (3.0, None, False, True),
        (8.0, 2.9, False, False),
        (8.0, 3.1, False, True),
        (8.0, None, True, False),
    ],
)
async def test_after_three_hours_the_page_asks_still_there(
    mount: Mount, world: World, began: float, said: float | None, left: bool, expected: bool
) -> None:
    device = DoubleDevice(world)
    visit_id = add_visit(world, 0, timedelta(hours=began))
    async with mount(device, unlock=True) as app:
        page = await session_of(device).visits.page(visit_id)
        if left:
            await session_of(device).visits.leave(visit_id)
            page = await session_of(device).visits.page(visit_id)
        at = page.draft.began_at + timedelta(hours=began)
        said_at = None if said is None else at - timedelta(hours=said)
        assert asks(page, said_at, at) is expected
        app.assert_calm()


async def test_yes_still_here_quiets_the_question(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(hours=4))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
        await app.tap(f"today-draft-{visit_id}")
        await app.until(lambda: app.has("visit-still-there"), "the question")
        await app.tap("visit-still-there")
        await app.until(lambda: not app.has("visit-still-there"), "quiet")


def correction(link_id: str, name: str, was: str, now: str, value: Value | None = None) -> Correction:
    return Correction(link_id, name, was, now, value)


@pytest.mark.parametrize(
    ("one", "read"),
    [
        (
            correction("fall-injury", "Hurt by it", "No", "Yes", "yes"),
            ("Se lastimó", "No", "Sí"),
        ),
        (
            correction("fall-injury", "Hurt by it", "Not known", "Yes", "yes"),
            ("Se lastimó", "No se sabe", "Sí"),
        ),
        (
            correction("bowels-how", "How it is", "Hard or straining; Blood", "Hard or straining"),
            ("Cómo está", "Duro o con esfuerzo; Sangre", "Hard or straining"),
        ),
        (
            correction("poc-next-contact", "Next contact", "2026-03-08", "a week later"),
            ("Próximo contacto", "dom, 8 de mar de 2026", "a week later"),
        ),
        (
            correction("esas-other", "Other Problem: itching", "5", "8", 8),
            ("Otro problema: itching", "5", "8"),
        ),
        (correction("from-a-newer-app", "Hats", "No", "Yes", "yes"), ("Hats", "No", "Yes")),
        (
            correction("phase", "Phase of illness today", "Stable", "Odd", "odd"),
            ("Fase de la enfermedad hoy", "Stable", "Odd"),
        ),
    ],
)
def test_a_correction_is_read_in_the_language_that_is_spoken_and_typed_words_as_they_stand(
    one: Correction, read: tuple[str, str, str]
) -> None:
    speak("es")
    try:
        assert said_of(one) == read
    finally:
        speak(ENGLISH)


def test_a_correction_that_was_once_kept_in_spanish_is_called_by_its_question_for_other_readers() -> None:
    old = correction("bowels-how", "Cómo está", "Sangre", "Escapes", "leaking")
    assert said_of(old) == ("How it is", "Sangre", "Leaking")
