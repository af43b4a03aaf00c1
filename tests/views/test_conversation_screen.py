"""The conversation in a visit, and on the person's page."""

from __future__ import annotations

from dataclasses import replace

import flet as ft
import pytest

from app.domain.code_status import Cpr, Rests, Statement, compose
from app.domain.conversation_fields import BOXES, PROMPT_ORDER, get_field, list_fields
from app.domain.look import Look
from app.domain.patient import Allergy
from app.domain.visit import Absent, Answer
from app.services.at_door import AtDoor
from app.services.patient_parts import PatientParts
from app.views.conversation.strip import say_shortest
from app.views.wording import conversation as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, now
from tests.views.scene_goals import make_goals_world


async def open_section(app: FletHarness, section: str) -> None:
    await app.until(lambda: app.has("today-draft-v1"), "the draft on Today")
    await app.tap("today-draft-v1")
    await app.until(lambda: app.has(f"section-{section}"), "the visit page")
    await app.tap(f"section-{section}")


def answers(world: World) -> dict[str, Answer]:
    return dict(world.visits["v1"].draft.answers)


async def open_patient(app: FletHarness) -> None:
    await app.tap("nav-patients")
    await app.until(lambda: app.has("patients-row-p0"), "the list")
    await app.tap("patients-row-p0")
    await app.until(lambda: app.has("code-status"), "the page")


async def test_four_boxes_stand_open_and_the_rest_behind_more(mount: Mount) -> None:
    async with mount(DoubleDevice(make_goals_world()), unlock=True) as app:
        await open_section(app, "conversation")
        await app.until(lambda: app.has("conv-matters-home"), "the boxes")
        assert all(app.has(f"{box}-no-answer") for box in BOXES)
        assert app.has("conv-matters-words")
        assert not app.has("conv-understanding-good")
        await app.tap("conv-more")
        await app.until(lambda: app.has("conv-understanding-good"), "the rest")
        asked = [one.id for one in list_fields() if one.item.absents and one.item.when is None]
        assert all(app.has(f"{one}-no-answer") for one in asked)


async def test_ways_to_ask_can_be_read_without_touching_a_field(mount: Mount) -> None:
    world = make_goals_world()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "conversation")
        await app.until(lambda: app.has("conv-prompts"), "the section")
        await app.tap("conv-prompts")
        await app.until(lambda: app.shows(said.PROMPTS_HELP), "the prompts")
        assert all(app.shows(get_field(one).item.hint or "?") for one in PROMPT_ORDER)
        assert answers(world) == {}


async def test_a_word_is_stored_with_the_versions_that_were_on_the_screen(mount: Mount) -> None:
    world = make_goals_world()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "conversation")
        await app.until(lambda: app.has("conv-worries-pain"), "the boxes")
        await app.tap("conv-worries-pain")
        await app.until(lambda: "conv-saw" in answers(world), "the versions named")
        assert answers(world)["conv-worries"].value == ("pain",)
        assert answers(world)["conv-saw"].value == "Procedure/b conv-matters=Goal/a"


async def test_words_are_saved_while_typed_and_a_reason_is_one_tap_away(mount: Mount) -> None:
    world = make_goals_world()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "conversation")
        await app.until(lambda: app.has("conv-next-words"), "the boxes")
        await app.type("conv-next-words", "Call Rosa on Thursday", blur=True)
        await app.until(lambda: "conv-next-words" in answers(world), "the words")
        await app.tap("conv-worries-no-answer")
        await app.tap("conv-worries-not-want")
        await app.until(lambda: "conv-worries" in answers(world), "the reason")
        assert answers(world)["conv-worries"].absent is Absent.DOES_NOT_WANT


async def test_what_stands_on_record_is_beside_each_field_with_who_and_when(mount: Mount) -> None:
    async with mount(DoubleDevice(make_goals_world()), unlock=True) as app:
        await open_section(app, "conversation")
        await app.until(lambda: app.has("conv-on-record"), "the section")
        shown = " ".join(app.texts())
        assert "“Who will look after Luis.”" in shown
        assert "Ben Ochoa, RN" in shown
        await app.tap("conv-on-record")
        await app.until(lambda: app.shows("Attend the graduation in June"), "the plan's record")


async def test_the_code_status_in_the_head_follows_what_is_written_down(mount: Mount) -> None:
    world = make_goals_world()
    world.parts.clear()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "conversation")
        await app.until(lambda: app.has("cs-add"), "the section")
        assert app.texts(app.named("visit-code-status")) == ["Code status: not recorded"]
        await app.tap("cs-add")
        await app.until(lambda: world.visits["v1"].draft.entries, "an entry")
        (entry,) = world.visits["v1"].draft.entries["cs-statements"]
        await app.until(lambda: app.has(f"{entry.id}-cs-rests-patient"), "the open entry")
        await app.tap(f"{entry.id}-cs-rests-patient")
        await app.tap(f"{entry.id}-cs-says-cpr-no")
        await app.until(
            lambda: "No CPR" in " ".join(app.texts(app.named("visit-code-status"))), "the line in the head"
        )


async def test_two_that_differ_are_both_listed_and_one_can_be_looked_at_again(mount: Mount) -> None:
    world = make_goals_world()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "conversation")
        await app.until(lambda: app.has("cs-again-1"), "the statements")
        shown = app.texts(app.named("visit-code-status"))
        assert shown[0] == "Code status: Two different records"
        assert len(shown) == 3
        await app.tap("cs-gone-2")
        await app.until(lambda: world.visits["v1"].draft.entries.get("cs-statements"), "an entry")
        (entry,) = world.visits["v1"].draft.entries["cs-statements"]
        assert entry.answers["cs-stands"].value == "taken-back"
        assert entry.about == "Flag/f"
        await app.until(
            lambda: app.texts(app.named("visit-code-status"))[0].startswith("Code status: No CPR"), "one left"
        )


async def test_records_of_code_status_that_differ_ask_for_a_look_on_the_persons_page(mount: Mount) -> None:
    world = make_goals_world()
    for more, ground in (
        ((), ft.Colors.SURFACE_CONTAINER),
        (ON_RECORD_TWICE[-1:], ft.Colors.TERTIARY_CONTAINER),
    ):
        world.parts["p0"] = PatientParts(code_status=(POLST_ON_FILE, *more))
        async with mount(DoubleDevice(world), unlock=True) as app:
            await open_patient(app)
            boxes = [one for one in app.walk(app.named("code-status")) if isinstance(one, ft.Container)]
            assert [one.bgcolor for one in boxes if one.bgcolor] == [ground]


async def test_the_persons_page_shows_what_holds_and_how_it_changed(mount: Mount) -> None:
    async with mount(DoubleDevice(make_goals_world()), unlock=True) as app:
        await open_patient(app)
        shown = app.texts()
        assert (
            "Being at home; Time with people I love. “To sit under the lemon tree with the little ones.”"
            in shown
        )
        assert "Only for something that can be put right." not in shown
        assert "No." in shown
        await app.tap("patient-conversation-history")
        await app.until(lambda: app.shows("Before: Only for something that can be put right."), "the history")


POLST_ON_FILE = Statement("Flag/f", Rests.PLAN, Cpr.NO, dated="2024-01-16", what="POLST: No CPR")
ON_RECORD_TWICE = (
    replace(POLST_ON_FILE, id="Observation/o", what="No CPR"),
    POLST_ON_FILE,
    replace(POLST_ON_FILE, id="DocumentReference/d"),
    Statement("Observation/s", Rests.PATIENT, Cpr.YES, dated="2025-11-12"),
)


async def test_how_code_status_changed_is_told_once_with_every_day_it_was_said_again(mount: Mount) -> None:
    world = make_goals_world()
    world.parts["p0"] = PatientParts(code_status=ON_RECORD_TWICE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_patient(app)
        await app.tap("patient-conversation-history")
        await app.until(lambda: app.shows("Said again:"), "the story")
        story = app.texts()[app.texts().index("Attempt CPR") :][:5]
        assert story == [
            "Attempt CPR",
            "Patient said, Nov 12, 2025",
            "No CPR",
            "Plan record, Jan 16, 2024 · “POLST: No CPR”",
            "Said again: Plan record, Jan 16, 2024 · “POLST: No CPR”",
        ]


async def test_records_that_read_alike_are_one_and_one_tap_looks_at_all_of_them_again(mount: Mount) -> None:
    world = make_goals_world()
    world.parts["p0"] = PatientParts(code_status=ON_RECORD_TWICE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, "conversation")
        await app.until(lambda: app.has("cs-again-3"), "the statements")
        assert not app.has("cs-again-4")
        assert app.shows("2 records say this")
        await app.tap("cs-gone-3")
        await app.until(lambda: world.visits["v1"].draft.entries.get("cs-statements"), "an entry")
        (entry,) = world.visits["v1"].draft.entries["cs-statements"]
        assert set((entry.about or "").split()) == {"Flag/f", "DocumentReference/d"}


async def test_a_person_of_whom_nothing_is_known_reads_not_recorded(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_patient(app)
        assert app.texts(app.named("code-status")) == ["Code status: not recorded"]
        assert app.shows(said.NOTHING_ON_RECORD)


async def test_what_is_kept_apart_is_not_read_in_passing(mount: Mount) -> None:
    world = make_goals_world()
    first, *rest = world.parts["p0"].conversation.versions
    told = {
        **first.answers,
        "conv-aid-in-dying": Answer(first.at, "yes"),
        "conv-aid-words": Answer(first.at, "The pills"),
    }
    part = replace(world.parts["p0"].conversation, versions=(replace(first, answers=told), *rest))
    world.parts["p0"] = replace(world.parts["p0"], conversation=part)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_patient(app)
        await app.tap("patient-conversation-history")
        await app.until(lambda: app.shows("Before: Only for something that can be put right."), "the history")
        assert app.shows(said.KEPT_APART)
        assert "pills" not in " ".join(app.texts())
        assert "aid in dying" not in " ".join(app.texts())


@pytest.mark.parametrize("size", [(390, 844), (844, 390)])
async def test_with_large_text_who_code_status_and_allergies_stay_while_the_head_scrolls(
    mount: Mount, size: tuple[int, int]
) -> None:
    world = make_goals_world()
    listed = (Allergy("Latex", "low"), Allergy("Penicillin", "high"))
    parts = replace(world.parts["p0"], at_door=AtDoor(allergies=listed[1:], listed=listed))
    world.parts["p0"] = replace(parts, code_status=parts.code_status[:1])
    (rests,) = compose(parts.code_status[:1], now().date()).lines
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(text=200)) for one in device.found]
    async with mount(device, unlock=True, width=size[0], height=size[1]) as app:
        await app.until(lambda: app.has("today-draft-v1"), "the draft on Today")
        await app.tap("today-draft-v1")
        await app.until(lambda: app.has("visit-in-sight"), "the visit page")
        page = next(one for one in app.walk() if isinstance(one, ft.ListView) and one.on_scroll is not None)
        moving = {id(one) for one in app.walk(page)}
        assert id(app.named("visit-code-status")) in moving
        assert id(app.named("visit-in-sight")) not in moving
        name, code_status, allergies = app.texts(app.named("visit-in-sight"))
        assert (code_status, allergies) == ("No CPR", "2 allergies: Penicillin, Latex")
        assert app.texts().count(name) == 1
        assert app.texts(app.named("visit-code-status")) == [f"Comfort-focused treatment · {rests}"], (
            "what the line that stays says is not said again"
        )
        assert sum("Penicillin" in one for one in app.texts()) == 1


async def test_nothing_but_a_plain_yes_or_no_is_shortened_in_the_line_that_stays() -> None:
    polst, plan = make_goals_world().parts["p0"].code_status
    today = now().date()
    assert say_shortest(compose((plan,), today)) == "Attempt CPR"
    assert say_shortest(compose((polst, plan), today)) == "Code status: Two different records"
    assert say_shortest(compose((), today)) == "Code status: not recorded"
    unread = Statement("Flag/w", Rests.PLAN, what="considering DNR")
    assert say_shortest(compose((unread,), today)) == "Code status: “considering DNR”"
