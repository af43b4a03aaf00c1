"""Forms on the visit page: sections, what opens what, what is not offered, what is kept apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.content import load, load_sections
from app.domain.settings import PlanSettings
from app.domain.visit import AnsweredBy, Modality
from app.views.wording import forms as said
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.visit_page import draft, open_section, open_visit


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


async def test_only_an_opened_section_builds_its_questions(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert not app.has("akps-50")
        await app.tap("section-function")
        assert app.has("akps-50")
        await app.tap("section-function")
        assert not app.has("akps-50")


async def test_every_section_opens_without_a_fault_and_names_nothing_twice(
    mount: Mount, world: World, visit_id: str
) -> None:
    world.settings = PlanSettings(switches=frozenset({"painad", "hits-safety"}))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        for section in load_sections():
            if app.has(f"section-{section.id}"):
                await app.tap(f"section-{section.id}")
        assert not app.shows("This part could not be shown")
        ids = app.ids()
        assert sorted(ids) == sorted(set(ids))


async def test_levels_that_a_visit_does_not_offer_are_not_shown(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "function")
        assert app.has("akps-10")
        assert not app.has("akps-0")
        assert app.has("ecog-4")
        assert not app.has("ecog-5")


async def test_a_closed_section_says_how_much_was_answered(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "mood")
        assert said.NOT_ASKED in app.texts(app.named("section-mood"))
        await app.tap("44250-9-LA6569-3")
        await app.tap("44255-8-LA6568-5")
        await app.tap("section-mood")
        assert "2 answered · PHQ-2: 1 of 6" in app.texts(app.named("section-mood"))


async def test_a_section_in_which_nobody_is_asked_is_not_called_not_asked(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        for section in ("prescriber", "vitals", "referrals", "safety", "there"):
            assert said.NOTHING_YET in app.texts(app.named(f"section-{section}")), section
        for section in ("mood", "function", "falls"):
            assert said.NOT_ASKED in app.texts(app.named(f"section-{section}")), section


async def test_two_questions_at_three_open_the_other_seven_with_a_sentence_why(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "mood")
        await app.tap("44250-9-LA6570-1")
        assert not app.has("44260-8-LA6568-5")
        await app.tap("44255-8-LA6569-3")
        await app.until(lambda: app.has("44260-8-LA6568-5"), "the ninth question")
        assert app.shows("PHQ-2 is 3: from 3 on, the other questions are asked too.")
        first, ninth = app.ids().index("44255-8-LA6569-3"), app.ids().index("44260-8-LA6568-5")
        assert first < ninth


async def test_an_incomplete_scale_says_what_is_missing_and_never_a_number(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "mood")
        for item in load()["phq-9"].items[:8]:
            await app.tap(f"{item.link_id[1:]}-LA6571-9")
        await app.until(lambda: app.shows("PHQ-9: no total, 1 not answered"), "the line")
        assert not app.shows("of 27")
        await app.tap("44260-8-no-answer")
        await app.tap("44260-8-declined")
        assert app.shows("PHQ-9: no total, 1 not answered")
        await app.tap("44260-8-LA6568-5")
        await app.until(lambda: app.shows("PHQ-9: 24 of 27, severe"), "the total")


async def test_the_nurse_may_open_the_rest_herself(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "mood")
        assert not app.has("69736-7-LA6568-5")
        await app.tap("gad-7-open-all")
        assert app.has("69736-7-LA6568-5")
        assert app.shows("You opened the questions after GAD-2.")


async def test_a_key_question_opens_all_twelve(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "falls")
        assert not app.has("steadi-12-yes")
        await app.tap("steadi-3-yes")
        await app.until(lambda: app.has("steadi-12-yes"), "the twelfth")


async def test_a_section_that_does_not_belong_to_such_a_visit_is_left_out(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert not app.has("section-facility")
        assert not app.has("section-call")


async def test_a_section_does_not_say_its_own_title_twice(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "social")
        texts = app.texts()
        assert texts.count("Peace, family and home") == 1
        assert not app.shows("Peace, family and language")


async def test_what_is_kept_apart_says_so_and_needs_the_plans_switch(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "social")
        assert not app.has("95618-5-LA6270-8")
        assert not app.shows(said.PRIVATE)
        assert not app.shows("AHC-HRSN: no total")
    world.settings = PlanSettings(switches=frozenset({"hits-safety"}))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "social")
        assert app.has("95618-5-LA6270-8")
        assert app.shows(said.PRIVATE)


async def test_a_scale_that_does_not_fit_the_visit_says_why(
    mount: Mount, world: World, visit_id: str
) -> None:
    world.visits[visit_id].draft = replace(
        draft(world, visit_id), modality=Modality.TELEPHONE, answered_by=AnsweredBy.FAMILY
    )
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "thinking")
        assert app.shows(f"{said.NOT_OFFERED}: This cannot be done by telephone.")
        assert not app.has("4at-1-normal")
        await app.tap("section-mood")
        assert app.shows(f"{said.NOT_OFFERED}: Only the person can answer this one.")
        assert not app.has("44250-9-LA6568-5")


async def test_by_telephone_the_hardest_question_waits_until_the_person_can_talk_freely(
    mount: Mount, world: World, visit_id: str
) -> None:
    world.visits[visit_id].draft = replace(draft(world, visit_id), modality=Modality.TELEPHONE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "mood")
        await app.tap("phq-9-open-all")
        assert not app.has("44260-8-LA6568-5")
        assert app.shows("First ask: can you talk freely?")
        await app.tap("call-freely-yes")
        await app.until(lambda: app.has("44260-8-LA6568-5"), "the question")


async def test_an_open_section_is_still_open_when_one_comes_back(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "function")
        await app.tap("nav-patients")
        await app.tap("nav-today")
        await open_visit(app, visit_id)
        assert app.has("akps-50")
