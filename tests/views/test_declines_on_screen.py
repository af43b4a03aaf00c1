"""Something is not wanted: written down in a few taps where it happens, said in one quiet line, taken back in one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.declines import Decline, Scope, Voice
from app.domain.visit import Answer
from app.domain.visit_kind import KIND, NOT_SEEN_WHY
from app.services.patient_parts import PatientParts
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, now
from tests.views.visit_page import short_page


def held(world: World) -> tuple[Decline, ...]:
    return world.parts.get("p0", PatientParts()).declines


def make(world: World, kind: str, **answers: str) -> str:
    world.settings = short_page(world.settings, due="phq-9")
    visit_id = add_visit(world, 0, timedelta(minutes=20))
    row = world.visits[visit_id]
    given = {link.replace("_", "-"): Answer(now(), value) for link, value in answers.items()}
    row.draft = replace(row.draft, answers={KIND: Answer(now(), kind), **given})
    return visit_id


async def open_visit(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("section-mood"), "the visit page")


async def test_a_topic_is_declined_in_its_section_in_four_taps_and_the_section_says_so_quietly(
    mount: Mount, world: World
) -> None:
    visit_id = make(world, "routine")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        if not app.has("decline-mood"):
            await app.tap("section-mood")
        await app.until(lambda: app.has("decline-mood"), "the open section")
        for name in (
            "decline-mood",
            "decline-mood-scope-topic",
            "decline-mood-voice-person",
            "decline-mood-again-30",
        ):
            await app.tap(name)
        await app.tap("decline-mood-keep")
        await app.until(lambda: held(world), "the no on record")
        (one,) = held(world)
        assert (one.scope, one.about, one.voice) == (Scope.TOPIC, "mood", Voice.PERSON)
        assert one.ask_again_on == now().astimezone().date() + timedelta(days=30)
        await app.until(lambda: app.shows("Declined until"), "the quiet line")
        assert app.shows("so far only on this tablet")
        assert not app.has("decline-mood"), "the section that was due is closed"
        await app.tap("section-mood")
        await app.until(lambda: app.shows("the person declined, ask again on"), "what is in it as ever")


async def test_nothing_is_kept_while_a_row_is_not_chosen_and_cancel_keeps_nothing(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "the list")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("patient-decline"), "her page")
        await app.tap("patient-decline")
        await app.tap("decline-keep")
        await app.until(lambda: app.shows("Please choose one in each row."), "what is missing")
        await app.tap("decline-cancel")
        await app.until(lambda: app.has("patient-decline"), "the page again")
        assert held(world) == ()


async def test_on_her_page_a_service_is_declined_by_the_family_and_taken_back_in_one_tap(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "the list")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("patient-decline"), "her page")
        await app.tap("patient-decline")
        for name in ("scope-service", "about-hospice", "voice-family", "again-90", "keep"):
            await app.until(lambda name=name: app.has(f"decline-{name}"), name)  # type: ignore[misc]  # a name of the loop
            await app.tap(f"decline-{name}")
        await app.until(lambda: app.shows("the family declined"), "the line")
        assert app.shows("The person has not been asked.")
        await app.tap("decline-back-service-hospice-family")
        await app.until(lambda: not app.shows("the family declined"), "nothing stands")
        assert held(world) == ()


async def test_a_no_at_the_door_is_kept_with_its_own_voice(mount: Mount, world: World) -> None:
    visit_id = make(world, "not-seen", **{NOT_SEEN_WHY: "family-no"})
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
        await app.tap(f"today-draft-{visit_id}")
        await app.until(lambda: app.has("decline-not-seen"), "the way to it")
        for name in ("decline-not-seen", "decline-not-seen-again-14", "decline-not-seen-keep"):
            await app.until(lambda name=name: app.has(name), name)  # type: ignore[misc]  # a name of the loop
            await app.tap(name)
        await app.until(lambda: held(world), "the no on record")
        (one,) = held(world)
        assert (one.scope, one.about, one.voice) == (Scope.SERVICE, "home-visit", Voice.FAMILY)
