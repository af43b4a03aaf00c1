"""On call on screen: nothing but names before a reason, one page after it, and nothing at all once the duty is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.on_call import REASONS, PackLine, Reason
from app.language import ENGLISH, speak
from app.views.wording import oncall as said
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, now
from tests.views.scene_oncall import open_list, open_page, shift_of

SIZES = pytest.mark.parametrize("width", [1180, 390])


async def test_today_says_until_when_and_how_old_and_is_silent_without_a_duty(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        assert not app.has("today-oncall")
        shift = shift_of(device)
        shift.before()
        await app.until(lambda: app.has("today-oncall"), "a duty to come")
        assert app.shows(said.BEFORE)
        await app.tap("today-oncall")
        await app.until(lambda: app.has("oncall-back"), "the screen")
        assert not app.has("oncall-search"), "nothing opens before it begins"
        await app.tap("oncall-back")
        shift.on()
        await app.until(lambda: any("On call until" in one for one in app.texts()), "the duty")
        (line,) = [one for one in app.texts() if "On call until" in one]
        assert "214 people" in line
        assert "as of" in line
        shift.over()
        await app.until(lambda: not app.has("today-oncall"), "nothing any more")


@SIZES
async def test_two_taps_from_the_list_and_why_is_kept(
    mount: Mount, world: World, width: int, opened_urls: list[str]
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=width) as app:
        shift = await open_list(app, device)
        text = " | ".join(app.texts())
        assert "12 Oak Street" in text
        assert "born Feb 3, 1940" in text
        for hidden in ("Morphine", "No CPR", "Elena", "555", "Penicillin"):
            assert hidden not in text
        await app.type("oncall-search", "colo")
        await app.until(lambda: not app.has("oncall-person-n1"), "the search")
        await app.tap("oncall-person-r1")
        await app.until(lambda: app.has("oncall-why-family"), "the reasons")
        assert shift.session.on_call.opened == []
        assert "Morphine" not in " | ".join(app.texts())
        await app.tap("oncall-why-family")
        await app.until(lambda: app.has("oncall-begin"), "her page")
        assert shift.session.on_call.opened == [("r1", REASONS[Reason.FAMILY])]
        text = " | ".join(app.texts())
        for shown in (
            "POLST: No CPR; comfort-focused treatment",
            "Breathlessness at night: Morphine 5 mg",
            "Elena Colón",
            "Allergies: Penicillin",
            "Last counted: 60 mL",
            "6 more medicines are on the plan's list.",
            "At home · Ana Ruiz, RN",
            "Spanish, an interpreter is needed",
        ):
            assert shown in text, shown
        await app.tap("oncall-call-0")
        assert opened_urls == ["tel:%28555%29%20010-0199"]
        await app.tap("oncall-begin")
        await app.until(lambda: shift.session.on_call.begun == ["r1"], "a visit to her")


async def test_another_reason_has_to_be_written(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        shift = await open_list(app, device)
        await app.tap("oncall-person-n1")
        await app.until(lambda: app.has("oncall-why-other"), "the reasons")
        await app.tap("oncall-why-other")
        await app.until(lambda: app.has("oncall-open"), "the words")
        await app.tap("oncall-open")
        await app.until(lambda: app.shows("Please say why: tap a reason, or write one."), "no reason")
        await app.type("oncall-why-words", "asked by the desk")
        await app.tap("oncall-open")
        await app.until(lambda: app.has("oncall-begin"), "the page")
        assert shift.session.on_call.opened == [("n1", "asked by the desk")]
        for nothing in (
            said.NO_CODE_STATUS,
            said.NO_CRISIS,
            said.NO_PHONES,
            said.NO_ALLERGIES,
            said.NO_VISIT,
        ):
            assert app.shows(nothing), "what nobody recorded is said, never blank"


async def test_the_page_goes_the_moment_the_duty_is_over(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        shift = await open_list(app, device)
        await open_page(app)
        shift.over()
        await app.until(lambda: app.shows(said.NONE), "nothing is here")
        assert "Rosa" not in " | ".join(app.texts())


async def test_an_old_pack_and_a_death_are_said(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_list(app, device, as_of=now() - timedelta(hours=6))
        assert any(one.startswith("This is as of") for one in app.texts())
        await app.tap("oncall-person-d1")
        await app.until(lambda: app.has("oncall-why-alert"), "the reasons")
        await app.tap("oncall-why-alert")
        await app.until(lambda: app.shows(said.DIED), "the page")


async def test_who_is_not_found_on_call_leads_to_one_record_in_an_emergency(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_list(app, device)
        await app.type("oncall-search", "zzzz")
        await app.until(lambda: app.shows(said.NOBODY), "nobody")
        await app.tap("patients-not-listed")
        await app.until(lambda: app.has("emergency-open"), "the way that was named")


def test_symptoms_of_the_last_visit_have_their_short_names_and_keep_their_numbers_beside_them() -> None:
    worst = PackLine("visit", "Tiredness 7, Shortness of Breath 5", "Symptoms")
    none = PackLine("visit", "None of 4 or more", "Symptoms")
    assert said.visit(worst, now())[0] == "Symptoms: Tiredness\u00a07, Shortness of Breath\u00a05"
    speak("es")
    try:
        assert said.visit(worst, now())[0] == "Síntomas: Cansancio\u00a07, Falta de aire\u00a05"
        assert said.visit(none, now())[0] == "Síntomas: Ninguno de 4 o más"
    finally:
        speak(ENGLISH)
