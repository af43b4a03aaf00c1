"""At the bedside: a star, one tap to take back, a phrase. Each is one tap, and each is true on the disk."""

from __future__ import annotations

from datetime import timedelta

import flet as ft
import pytest

from app.content import all_items, load
from app.domain.undo import Step, StepKind
from app.services.alert_discretion import HUSHED_FORM
from app.views.visit import saving
from app.views.wording import bedside as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.visit_page import draft, open_visit


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


@pytest.fixture(autouse=True)
def _steady_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 0.0)


def label(app: FletHarness, identifier: str) -> str:
    """What a screen reader says where it is not what one reads."""
    named = [c for c in app.walk(app.named(identifier)) if isinstance(c, (ft.Icon, ft.Text))]
    return next((c.semantics_label for c in named if c.semantics_label), "")


def has_words(app: FletHarness, identifier: str, words: str) -> bool:
    return any(words in one for one in app.texts(app.named(identifier)))


async def test_a_star_lists_the_section_here_at_the_end_and_on_today(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert not app.has("car-go-medicines")
        await app.tap("star-medicines")
        await app.tap("star-note")
        assert draft(world, visit_id).stars == ("medicines", "note")
        assert app.has("car-go-medicines")
        assert app.has("visit-starred-medicines")
        assert "take the star away" in label(app, "star-medicines")
        await app.tap("visit-back")
        await app.until(lambda: app.has(f"today-draft-{visit_id}"), "Today")
        assert has_words(app, f"today-draft-{visit_id}", said.things_left(2))
        await open_visit(app, visit_id)
        await app.tap("car-go-medicines")
        await app.until(lambda: bool(app.named("section-medicines").expanded), "the section is open")
        await app.tap("car-done-medicines")
        await app.tap("visit-finished-note")
        assert draft(world, visit_id).stars == ()
        assert not app.has("car-go-note")
        assert not app.has("visit-starred-note")
        await app.tap("star-medicines")
        await app.type("visit-note", "Slept well.")
        await app.tap("visit-leave")
        await app.tap("visit-sign")
        await app.until(lambda: app.has("reading-back"), "a starred visit can be signed")
    assert world.signs == 1


async def test_a_starred_section_says_where_it_ends_that_it_is_finished_and_no_answer_says_so_for_her(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert not app.has("star-done-symptoms")
        for section in ("symptoms", "note", "who", "medicines"):
            await app.tap(f"star-{section}")
        await app.tap("visit-leave")
        await app.tap("esas-pain-3")
        await app.until(lambda: "esas-pain" in draft(world, visit_id).answers, "one answer of many")
        assert "symptoms" in draft(world, visit_id).stars
        assert not app.has("star-done-medicines"), "the section is closed"
        await app.tap("section-medicines")
        for section in ("symptoms", "note", "who", "medicines"):
            assert label(app, f"star-done-{section}").startswith(f"{said.FINISHED}: ")
            await app.tap(f"star-done-{section}")
            assert section not in draft(world, visit_id).stars
            assert not app.has(f"car-go-{section}")
            assert not app.has(f"star-done-{section}")


async def test_what_is_entered_after_leaving_says_so_in_its_section(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.tap("section-body")
        await app.tap("visit-leave")
        assert not has_words(app, "section-body", said.ENTERED_LATER)
        await app.tap("bowels-how-hard")
        assert has_words(app, "section-body", said.ENTERED_LATER)
        left = draft(world, visit_id).left_at
        assert left is not None
        assert draft(world, visit_id).answers["bowels-how"].at > left


async def test_one_tap_takes_the_last_step_back_and_says_which(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert not app.has("visit-undo")
        await app.tap("esas-pain-4")
        await app.tap("esas-pain-7")
        assert "Pain" in label(app, "visit-undo")
        await app.tap("visit-undo")
        assert draft(world, visit_id).answers["esas-pain"].value == 4
        assert app.shows("Taken back: Pain")
        await app.tap("visit-undo")
        assert "esas-pain" not in draft(world, visit_id).answers
        assert not app.has("visit-undo")
        await app.tap("esas-pain-4")
        assert not app.shows("Taken back: Pain")
        await app.type("visit-note", "Slept well. ", blur=True)
        await app.tap("visit-undo")
        assert (draft(world, visit_id).note, app.value("visit-note")) == ("", "")
        await app.type("visit-note", "Calm.", blur=True)
        assert (draft(world, visit_id).note, app.value("visit-note")) == ("Calm.", "Calm.")
        await app.tap("esas-tired-6")
        monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 60.0)
        await app.tap("visit-undo")
        await app.tap("visit-undo")  # a trembling hand
        assert set(draft(world, visit_id).answers) == {"esas-pain"}
        assert draft(world, visit_id).note == "Calm."


async def test_a_phrase_is_put_in_by_one_tap_and_is_ordinary_text(
    mount: Mount, world: World, visit_id: str
) -> None:
    world.own_phrases = ("Slept in her chair.",)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.type("visit-note", "Calm")
        await app.tap("phrase-note-0")
        assert draft(world, visit_id).note == "Calm. Slept in her chair."
        assert app.value("visit-note") == "Calm. Slept in her chair."
        await app.type("visit-note", "Calm. Slept in her chair. Ate")
        await app.tap("phrase-more-note")
        await app.tap("phrase-note-3")
        assert draft(world, visit_id).note.startswith("Calm. Slept in her chair. Ate. ")


async def test_own_phrases_are_added_and_taken_away_in_the_settings(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-settings")
        await app.type("settings-phrase-new", "Pain 7")
        await app.tap("settings-phrase-add")
        assert not world.own_phrases
        assert any("numbers out" in one for one in app.texts())
        await app.type("settings-phrase-new", "Slept in her chair.")
        await app.tap("settings-phrase-add")
        await app.until(lambda: app.has("settings-phrase-remove-0"), "the phrase")
        assert list(world.own_phrases) == ["Slept in her chair."]
        await app.tap("settings-phrase-remove-0")
        assert not world.own_phrases


def test_what_is_private_is_not_named_beside_undo() -> None:
    private = [item for one in load().values() for item in all_items(one) if item.private]
    assert private
    assert {said.undo(Step(StepKind.ANSWER, item.link_id)) for item in private} == {said.UNDO}


def test_a_worry_that_somebody_may_not_want_to_live_is_not_named_beside_undo() -> None:
    steps = [Step(StepKind.ANSWER, item.link_id) for item in all_items(load()[HUSHED_FORM])]
    assert steps
    assert {words for step in steps for words in (said.undo(step), said.undo_said(step))} == {said.UNDO}


def test_what_undo_says_is_brief_for_every_question_and_whole_for_a_screen_reader() -> None:
    forms = [one for one in load().values() if one.id != HUSHED_FORM]
    items = [item for one in forms for item in all_items(one) if not (item.private or item.hidden)]
    steps = {item: Step(StepKind.ANSWER, item.link_id) for item in items}
    most = len(said.UNDO) + 2 + said.BRIEF
    assert any(len(said.undo_said(step)) > most for step in steps.values()), "there are such questions"
    assert [item.link_id for item, step in steps.items() if len(said.undo(step)) > most] == []
    assert all(said.undo_said(step).endswith(item.name) for item, step in steps.items())
