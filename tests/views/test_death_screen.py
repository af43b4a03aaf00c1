"""Recording a death on the screen: at most fourteen taps, nothing lost, said to be unsent, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import flet as ft
import pytest

from app.domain.death import ALONE, BY_CODE, CONTACT, ME, NAMED, QUESTIONS, DeathDraft
from app.domain.going_in import GoingIn, GoingInKind
from app.language import ENGLISH, speak
from app.services.models import Role
from app.services.patient_parts import PatientParts
from app.store.outbox_kinds import GroupKind
from app.views.waiting.rows import ICONS
from app.views.wording import death as said
from app.views.wording import waiting
from app.views.wording.sharing import NOBODY_AGREES
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_day import plan_visit
from tests.views.doubles import DoubleDevice, World, now
from tests.views.scene_goals import make_goals_world
from tests.views.tap_counting import Finger, Step
from tests.views.test_conversation_screen import ON_RECORD_TWICE, POLST_ON_FILE
from tests.views.test_patient_page import scrolls

NIGHT: tuple[Step, ...] = (
    ("told by", "death-told-by-family"),
    ("when", "death-when-now"),
    ("where", "death-place-home"),
    ("expected", "death-expected-yes"),
    ("who was there", "death-present-family"),
    ("who pronounced", "death-pronounced-hospice"),
    ("calls made", "death-calls-n1"),
)
MORE: tuple[Step, ...] = (
    ("wishes", "death-wishes-under-way"),
    ("how the family is", "death-family-managing"),
    ("record", "death-record"),
)
"""Whom we call in the weeks after stands proposed from the people list, and can be changed."""


async def is_recorded(app: FletHarness, device: DoubleDevice, finger: Finger) -> DeathDraft:
    await app.until(
        lambda: app.has("today-people") and app.has("death-of-p0"), "Today, with what was recorded"
    )
    assert len(finger.touches) <= 14, finger.touches
    assert device.session is not None
    (news,) = device.session.deaths.unread
    assert news.death.at is not None
    return DeathDraft(news.death.answers, news.death.at)


async def test_every_question_answered_takes_at_most_fourteen_taps_from_today_back_to_today(
    mount: Mount, world: World
) -> None:
    stop = plan_visit(world, 0, 1)
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        finger = Finger(app)
        await app.until(lambda: app.has(f"today-more-{stop}"), "Today")
        await finger.go(("more", f"today-more-{stop}"), ("record a death", "today-death"))
        await app.until(lambda: app.has("death-record"), "the form")
        assert app.texts().index("There is no hurry. You can do this afterwards.") < app.texts().index("When")
        await finger.go(
            *NIGHT, ("medicines", "death-disposed-hospice"), ("witness", "death-witness-family"), *MORE
        )
        recorded = await is_recorded(app, device, finger)
    assert set(recorded.answers) == {one.code for one in QUESTIONS}


async def test_from_the_list_of_people_it_takes_no_more_while_the_medicines_are_still_there(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        finger = Finger(app)
        await finger.go(("people", "nav-patients"))
        await app.until(lambda: app.has("patients-row-p0"), "people")
        await finger.go(("person", "patients-row-p0"))
        await app.until(lambda: app.has("patient-death"), "her page")
        await finger.go(("record a death", "patient-death"))
        await app.until(lambda: app.has("death-record"), "the form")
        await finger.go(*NIGHT, ("medicines", "death-disposed-not-yet"))
        assert not app.has("death-witness-family"), "nobody can have witnessed it"
        await finger.go(*MORE)
        recorded = await is_recorded(app, device, finger)
    assert {one.code for one in QUESTIONS} - set(recorded.answers) == {"witness"}


async def test_what_was_tapped_is_kept_and_what_a_nurse_may_not_do_is_not_offered(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "people")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("patient-death"), "her page")
        await app.tap("patient-death")
        await app.until(lambda: app.has("death-record"), "the form")
        offered = {one for one in app.ids() if one.endswith(f"-{ME}")}
        assert offered == set()
        for one in ("death-present-family", "death-present-i", "death-calls-n2", "death-calls-n3"):
            await app.tap(one)
        await app.tap("death-back")
        kept = device.session.deaths.kept["p0"]
        assert kept.answers["present"] == ("family", "i")
        assert kept.answers["calls"] == ("@On-call supervisor", "@Hospice")
        await app.until(lambda: app.has("patient-death"), "her page")
        await app.tap("patient-death")
        await app.until(lambda: app.has("death-record"), "the form again")
        await app.tap("death-record")
        await app.until(lambda: any("Please say when" in one for one in app.texts()), "why not")
        assert device.session.deaths.kept["p0"] == kept


async def test_the_page_says_when_she_died_what_is_not_sent_and_takes_it_back_after_asking(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        deaths = device.session.deaths
        await deaths.record("p0", replace((await deaths.page("p0")).draft, on=None, at=at_three()))
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "people")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("face-died"), "the header")
        shown = app.texts()
        assert "Died May 3, 2026, 03:10" in shown
        assert "Only on this tablet, not sent yet." in shown
        await app.tap("death-error")
        await app.tap("death-error-yes")
        await app.until(lambda: not app.has("face-died") and app.has("patient-death"), "she lives")


async def test_after_a_death_a_visit_to_the_family_is_possible_and_not_what_the_page_leads_with(
    mount: Mount, world: World
) -> None:
    dog = GoingIn(GoingInKind.DOG, "sleeps by the door", now(), "Ben Cole, RN", ("Flag/f",))
    world.parts["p0"] = PatientParts(going_in=(dog,))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        deaths = device.session.deaths
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "people")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("patient-death"), "her page")
        living = type(app.inner("patient-new-visit"))
        await deaths.record("p0", replace((await deaths.page("p0")).draft, on=None, at=at_three()))
        await app.until(lambda: app.has("face-died"), "the header")
        assert living is ft.FilledButton
        assert type(app.inner("patient-new-visit")) is ft.OutlinedButton
        shown = app.texts()
        door = next(n for n, one in enumerate(shown) if "sleeps by the door" in one)
        assert shown.index("Only on this tablet, not sent yet.") < door, "what was for the door follows"


@pytest.mark.parametrize("width", [1180, 390])
async def test_after_a_death_only_that_stays_in_sight_and_the_code_status_is_read_further_down(
    mount: Mount, width: int
) -> None:
    world = make_goals_world()
    world.parts["p0"] = replace(world.parts["p0"], code_status=(POLST_ON_FILE, ON_RECORD_TWICE[-1]))
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        deaths = device.session.deaths

        def pinned() -> set[str]:
            face = ("face-died", "code-status", "face-decides", "face-allergies")
            return {one for one in face if app.has(one) and not scrolls(app, one)}

        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "people")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("patient-death"), "her page")
        living = {"code-status", "face-decides", "face-allergies"}
        assert pinned() == living
        await deaths.record("p0", replace((await deaths.page("p0")).draft, on=None, at=at_three()))
        await app.until(lambda: app.has("face-died"), "the header")
        assert pinned() == {"face-died"}
        assert all(app.has(one) for one in living)
        assert app.texts(app.named("face-decides"))[0].startswith("Until the death: ")
        assert app.shows(NOBODY_AGREES)
        ids = app.ids()
        assert ids.index("code-status") < ids.index("patient-conversation-history"), "with her conversations"
        boxes = [one for one in app.walk(app.named("code-status")) if isinstance(one, ft.Container)]
        assert [one.bgcolor for one in boxes if one.bgcolor] == [ft.Colors.SURFACE_CONTAINER], (
            "two records that differ: nobody is to ask any more"
        )
        await deaths.undo("p0")
        await app.until(lambda: not app.has("face-died"), "taken back")
        assert pinned() == living


def at_three() -> datetime:
    """In the device's own zone."""
    return datetime(2026, 5, 3, 3, 10).astimezone()


def test_what_stands_alone_puts_the_others_out_and_a_second_tap_takes_back() -> None:
    draft = DeathDraft().chose("present", "family").chose("present", "staff")
    assert draft.answers["present"] == ("family", "staff")
    assert draft.chose("present", "nobody").answers["present"] == ("nobody",)
    assert draft.chose("present", "family").chose("present", "staff").answers == {}
    assert draft.chose("place", "home").chose("place", "hospital").answers["place"] == ("hospital",)
    assert {"nobody", "not-known"} <= ALONE & set(BY_CODE["present"].options)


def test_each_kind_of_what_waits_has_words_and_a_sign() -> None:
    for held in (ICONS, waiting.KIND, waiting.KIND_TITLE, waiting.ORDER):
        assert set(held) == set(GroupKind)


def test_whom_we_call_is_said_with_the_relation_in_the_readers_language() -> None:
    try:
        speak("es")
        maureen = f"{NAMED}Maureen O'Dowd (husband, wife or partner)"
        assert said.answer(CONTACT, maureen) == "Maureen O'Dowd (esposo, esposa o pareja)"
        assert said.answer(CONTACT, f"{NAMED}Jo (bridge partner)") == "Jo (bridge partner)", "own words"
    finally:
        speak(ENGLISH)
