"""Every kind of question on the visit page: what a tap or a typed word stores, and how it is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.content import load
from app.domain.visit import Absent, AnsweredBy, Setting
from app.views.visit import saving
from app.views.wording import alerts as report
from app.views.wording import forms as said
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, now
from tests.views.visit_page import draft, open_section, open_visit


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


async def test_reasons_stand_behind_one_tap_and_are_answers(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "mood")
        assert not app.has("44250-9-declined")
        await app.tap("44250-9-no-answer")
        await app.tap("44250-9-sleepy")
        await app.until(lambda: "/44250-9" in draft(world, visit_id).answers, "the reason")
        assert draft(world, visit_id).answers["/44250-9"].absent is Absent.SLEEPY
        assert app.named("44250-9-sleepy").selected is True


async def test_could_not_answer_may_say_why_and_keeps_its_own_name(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 0.0)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert not app.has("esas-wb-sleepy")
        await app.tap("esas-wb-could-not")
        await app.tap("esas-wb-sleepy")
        assert draft(world, visit_id).answers["esas-wb"].absent is Absent.SLEEPY
        assert app.named("esas-wb-could-not").selected is True
        await app.tap("esas-wb-sleepy")
        assert draft(world, visit_id).answers["esas-wb"].absent is Absent.COULD_NOT_ANSWER
        await app.tap("esas-wb-sleepy")
        await app.tap("esas-wb-could-not")
        assert "esas-wb" not in draft(world, visit_id).answers


async def test_several_answers_and_one_that_stands_alone(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 60.0)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "social")
        await app.tap("96778-6-LA28580-1")
        await app.tap("96778-6-LA31996-4")
        assert draft(world, visit_id).answers["96778-6"].value == ("LA31996-4", "LA28580-1")
        await app.tap("96778-6-LA9-3")
        assert draft(world, visit_id).answers["96778-6"].value == ("LA9-3",)
        await app.tap("96778-6-LA9-3")
        assert draft(world, visit_id).answers["96778-6"].value == ("LA9-3",), "a trembling tap"


async def test_a_tapped_answer_tapped_again_is_taken_back(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 0.0)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "function")
        await app.tap("akps-40")
        assert draft(world, visit_id).answers["akps"].value == "40"
        await app.tap("akps-40")
        assert "akps" not in draft(world, visit_id).answers


async def test_a_follow_up_appears_with_what_asks_for_it(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 0.0)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "body")
        assert not app.has("wounds-add")
        await app.tap("skin-how-open")
        await app.until(lambda: app.has("wounds-add"), "wounds")
        await app.tap("wounds-add")
        await app.tap("skin-how-open")
        assert app.has("wounds-add"), "an entry keeps its group in sight"


async def test_an_entry_is_added_answered_removed_and_brought_back(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "body")
        await app.tap("skin-how-open")
        await app.tap("wounds-add")
        await app.until(lambda: draft(world, visit_id).entries.get("wounds"), "the entry")
        (entry,) = draft(world, visit_id).entries["wounds"]
        await app.tap(f"{entry.id}-wound-place-heel")
        await app.type(f"{entry.id}-wound-length", "3.5", blur=True)
        (entry,) = draft(world, visit_id).entries["wounds"]
        assert entry.answers["wound-place"].value == "heel"
        assert entry.answers["wound-length"].value == Decimal("3.5")
        await app.tap(f"{entry.id}-wounds-remove")
        await app.until(lambda: not draft(world, visit_id).entries.get("wounds"), "the removal")
        assert app.shows("Removed: Heel")
        await app.tap("wounds-undo")
        await app.until(lambda: draft(world, visit_id).entries.get("wounds"), "the entry again")
        (back,) = draft(world, visit_id).entries["wounds"]
        assert {key: one.value for key, one in back.answers.items()} == {
            "wound-place": "heel",
            "wound-length": Decimal("3.5"),
        }
        assert not app.shows("Removed:")


async def test_typed_words_are_saved_and_reasons_wait_behind_an_empty_field(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "body")
        await app.tap("mouth-done-more")
        await app.type("mouth-words", "Dry since Tuesday", blur=True)
        await app.until(lambda: "mouth-words" in draft(world, visit_id).answers, "the save")
        assert draft(world, visit_id).answers["mouth-words"].value == "Dry since Tuesday"
        assert app.value("mouth-words") == "Dry since Tuesday"
        await app.tap("mouth-done-more")
        assert app.has("mouth-words"), "what is answered stays when More is closed"
        await app.type("mouth-words", "", blur=True)
        await app.until(lambda: "mouth-words" not in draft(world, visit_id).answers, "clearing")


async def test_a_typed_number_that_is_none_stays_in_the_field_unsaved(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "vitals")
        await app.type("vital-spo2", "ninety", blur=True)
        assert app.shows(said.NUMBER_WANTED)
        assert app.value("vital-spo2") == "ninety"
        assert "vital-spo2" not in draft(world, visit_id).answers
        await app.type("vital-spo2", "91", blur=True)
        await app.until(lambda: "vital-spo2" in draft(world, visit_id).answers, "the save")
        assert draft(world, visit_id).answers["vital-spo2"].value == Decimal("91")
        assert not app.shows(said.NUMBER_WANTED)


async def test_pain_is_measured_again_with_what_was_done_and_taken_back(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert not app.has("esas-pain-again")
        await app.tap("esas-pain-8")
        await app.tap("esas-pain-again")
        await app.type("esas-pain-again-done", "5 mg morphine by mouth")
        await app.tap("esas-pain-again-4")
        await app.until(lambda: draft(world, visit_id).answers["esas-pain"].again, "the second number")
        answer = draft(world, visit_id).answers["esas-pain"]
        assert (answer.value, answer.again[0].value) == (8, 4)
        assert app.shows(f"4 at {answer.again[0].at.astimezone():%H:%M} after 5 mg morphine by mouth")
        assert not app.has("esas-pain-again-4")
        await app.tap("esas-pain-again-undo")
        assert draft(world, visit_id).answers["esas-pain"].again == ()


async def test_a_measurement_is_taken_again_too(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "vitals")
        await app.type("vital-spo2", "86", blur=True)
        await app.tap("vital-spo2-again")
        await app.type("vital-spo2-again-number", "93")
        await app.tap("vital-spo2-again-set")
        await app.until(lambda: draft(world, visit_id).answers["vital-spo2"].again, "the second")
        assert draft(world, visit_id).answers["vital-spo2"].again[0].value == Decimal("93")


async def test_a_time_is_one_tap_or_three_numbers_and_two(mount: Mount, world: World, visit_id: str) -> None:
    link_id = "fac-spoke-at"
    world.visits[visit_id].draft = replace(draft(world, visit_id), setting=Setting.NURSING_HOME_LONG)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "facility")
        await app.type("fac-spoke-with", "R. Santos, LVN", blur=True)
        await app.until(lambda: app.has(f"{link_id}-now"), "the time")
        await app.tap(f"{link_id}-now")
        await app.until(lambda: link_id in draft(world, visit_id).answers, "now")
        await app.tap(f"{link_id}-other")
        await app.type(f"{link_id}-hour", "25")
        await app.tap(f"{link_id}-set")
        assert app.shows(said.TIME_WRONG)
        await app.type(f"{link_id}-hour", "8")
        await app.type(f"{link_id}-minute", "5")
        await app.tap(f"{link_id}-set")
        wanted = now().replace(hour=8, minute=5, second=0, microsecond=0)
        await app.until(
            lambda: draft(world, visit_id).answers[link_id].value == wanted.isoformat(), "the time"
        )


async def test_somebody_else_answering_begins_four_items_as_could_not_answer(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        proxy = said.proxy(["Tiredness", "Depression", "Anxiety", "Wellbeing"])
        assert not app.shows(proxy)
        await app.tap(f"visit-answered-{AnsweredBy.FAMILY.value}")
        await app.until(lambda: app.named("esas-wb-could-not").selected, "wellbeing")
        for name in ("tired", "depr", "anx", "wb"):
            assert draft(world, visit_id).answers[f"esas-{name}"].absent is Absent.COULD_NOT_ANSWER
        assert app.shows(proxy), "it says which: pain is not among them"
        await app.tap("esas-tired-6")
        assert draft(world, visit_id).answers["esas-tired"].value == 6


async def test_turning_the_tablet_keeps_words_that_are_being_typed(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "body")
        await app.tap("mouth-done-more")
        await app.type("mouth-words", "half a sen")
        await app.resize(390, 844)
        assert app.value("mouth-words") == "half a sen"


async def test_a_day_offers_only_days_that_make_sense(mount: Mount, world: World, visit_id: str) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "safety")
        await app.tap("private-concern-open")
        await app.tap("private-abuse-yes")
        await app.until(lambda: app.has("private-written-on-today"), "the day of a report")
        assert app.has("private-written-on-yesterday")
        assert not app.has("private-written-on-tomorrow")


async def test_a_private_concern_is_only_a_name_at_the_bedside_until_it_is_opened(
    mount: Mount, world: World, visit_id: str
) -> None:
    suspects = load()["private-concern"].get_item("private-abuse").text
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "safety")
        assert app.shows("Open: Private concern")
        assert not app.shows(suspects)
        await app.tap("private-concern-open")
        await app.tap("private-abuse-yes")
        assert app.shows(suspects)
        assert app.shows(report.REPORT)
        await app.tap("private-concern-open")
        assert not app.shows(suspects)
        assert not app.shows(report.REPORT)
        assert app.shows("1 answered")


@pytest.mark.parametrize("width", [390, 1180])
async def test_the_way_to_measure_again_has_a_word_beside_its_sign(
    mount: Mount, world: World, visit_id: str, width: int
) -> None:
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await open_visit(app, visit_id)
        await app.tap("esas-pain-8")
        await app.until(lambda: app.has("esas-pain-again"), "the way")
        assert app.texts(app.named("esas-pain-again")) == [said.AGAIN_SHORT]
        await app.tap("esas-pain-again")
        assert app.has("esas-pain-again-4")
