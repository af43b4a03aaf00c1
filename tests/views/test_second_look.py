"""Looking again at signs and levels after something was done: a few taps, one line on what was done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.settings import PlanSettings
from app.domain.visit import Absent
from app.views.visit import saving
from app.views.wording import forms as said
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.scene_forms import make_look_world
from tests.views.visit_page import draft, open_section, open_visit


@pytest.fixture
def visit_id(world: World) -> str:
    world.settings = PlanSettings(switches=frozenset({"painad"}))
    return add_visit(world, 0, timedelta(minutes=20))


def agains(world: World, visit_id: str) -> dict[str, list[tuple[object, str]]]:
    answers = draft(world, visit_id).answers
    return {
        key.removeprefix("distress-"): [(one.value or one.absent, one.done) for one in answer.again]
        for key, answer in answers.items()
        if answer.again
    }


async def test_signs_are_looked_at_again_together_with_one_line_on_what_was_done(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "distress")
        assert not app.has("distress-signs-again")
        for sign in ("face-a-lot", "sounds-some", "moved-a-lot"):
            await app.tap(f"distress-{sign}")
        assert not app.has("distress-face-again")
        await app.tap("distress-signs-again")
        assert not app.has("distress-others-again-some"), "what was not seen before stands above"
        await app.type("distress-signs-again-done", "morphine")
        await app.tap("distress-face-again-some")
        await app.tap("distress-sounds-again-none")
        await app.tap("distress-signs-again-rest")
        assert agains(world, visit_id) == {
            "face": [("some", "morphine")],
            "sounds": [("none", "morphine")],
            "moved": [("a-lot", "morphine")],
        }
        face = draft(world, visit_id).answers["distress-face"]
        first, then = (f"{at.astimezone():%H:%M}" for at in (face.at, face.again[0].at))
        assert app.shows(f"a lot at {first}, some at {then} after morphine")
        assert not app.has("distress-signs-again-rest")
        await app.tap("distress-signs-again-close")
        assert not app.has("distress-face-again-some")


async def test_a_tap_is_mended_or_taken_back_within_the_same_look(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 0.0)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "distress")
        await app.tap("distress-face-a-lot")
        await app.tap("distress-signs-again")
        await app.tap("distress-face-again-some")
        await app.tap("distress-face-again-none")
        assert agains(world, visit_id) == {"face": [("none", "")]}
        assert app.named("distress-face-again-none").selected is True
        await app.tap("distress-face-again-none")
        assert agains(world, visit_id) == {}
        await app.tap("distress-face-again-some")
        await app.tap("distress-signs-again-close")
        await app.tap("distress-signs-again")
        assert app.named("distress-face-again-some").selected is False
        await app.tap("distress-face-again-none")
        assert agains(world, visit_id) == {"face": [("some", ""), ("none", "")]}


async def test_what_was_done_said_afterwards_goes_to_every_sign_and_moves_no_time(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "distress")
        await app.tap("distress-face-a-lot")
        await app.tap("distress-sounds-a-lot")
        await app.tap("distress-signs-again")
        await app.tap("distress-face-again-some")
        await app.tap("distress-sounds-again-some")
        before = draft(world, visit_id).answers["distress-face"].again[0].at
        await app.type("distress-signs-again-done", "turned to the left", blur=True)
        await app.until(
            lambda: all(held[0][1] == "turned to the left" for held in agains(world, visit_id).values()),
            "the words",
        )
        assert len(agains(world, visit_id)) == 2
        assert draft(world, visit_id).answers["distress-face"].again[0].at == before


async def test_one_who_is_called_away_goes_on_with_the_same_look(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "distress")
        await app.tap("distress-face-a-lot")
        await app.tap("distress-sounds-some")
        await app.tap("distress-signs-again")
        await app.type("distress-signs-again-done", "morphine")
        await app.tap("distress-face-again-some")
        await app.tap("visit-back")
        await app.tap("nav-today")
        await open_visit(app, visit_id)
        assert app.value("distress-signs-again-done") == "morphine"
        assert app.named("distress-face-again-some").selected is True
        await app.tap("distress-sounds-again-none")
        assert agains(world, visit_id) == {"face": [("some", "morphine")], "sounds": [("none", "morphine")]}


async def test_a_sign_that_could_not_be_told_first_may_be_seen_later(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "distress")
        await app.tap("distress-face-no-answer")
        await app.tap("distress-face-not-known")
        await app.tap("distress-signs-again")
        await app.tap("distress-face-again-some")
        answer = draft(world, visit_id).answers["distress-face"]
        assert (answer.absent, answer.again[0].value) == (Absent.NOT_KNOWN, "some")
        assert app.shows("not known at ")


async def test_a_level_is_measured_again_by_itself_and_said_by_its_number(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "function")
        await app.tap("akps-30")
        await app.tap("akps-again")
        await app.type("akps-again-done", "oxygen")
        await app.tap("akps-again-20")
        await app.until(lambda: draft(world, visit_id).answers["akps"].again, "the second")
        again = draft(world, visit_id).answers["akps"].again[0]
        assert (again.value, again.done) == ("20", "oxygen")
        assert app.shows("30 at ")
        assert app.shows(f"20 at {again.at.astimezone():%H:%M} after oxygen")
        assert not app.has("akps-again-20")
        await app.tap("akps-again-undo")
        assert draft(world, visit_id).answers["akps"].again == ()


@pytest.mark.parametrize("width", [1180, 390])
async def test_a_whole_second_look_has_its_score_beside_the_visits_own(mount: Mount, width: int) -> None:
    world = make_look_world()
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await open_visit(app, "v1")
        await app.tap("section-pain-more")
        assert app.shows("PAINAD: 7 of 10, severe")
        assert app.shows("PAINAD, second look at ")
        assert app.shows(": 1 of 10, mild")
        (state,) = [one for one in app.texts(app.named("section-pain-more")) if "PAINAD" in one]
        assert state.endswith("PAINAD: 7 of 10, severe")
        await app.tap("painad-1-again-undo")
        await app.until(lambda: not app.has("score-again-painad"), "no score of half a look")
        await app.tap("nav-today")
        await app.tap("today-received-v0")
        await app.until(lambda: app.shows("PAINAD, second look at "), "the reading")
        assert app.shows("PAINAD: 7 of 10, severe")
        assert app.shows("30 at ")
        assert app.shows("“Repeated troubled calling out. Loud moaning or groaning. Crying” at ")


async def test_a_form_kept_apart_says_so_once(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "safety")
        await app.tap("private-concern-open")
        await app.tap("private-abuse-yes")
        await app.until(lambda: app.has("private-seen"), "the form")
        assert app.texts().count(said.PRIVATE) == 1
