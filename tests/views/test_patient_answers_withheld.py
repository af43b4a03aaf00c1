"""What the person who holds the tablet is not shown, and what is never handed over."""

from __future__ import annotations

from datetime import timedelta

import flet as ft
import pytest

from app.domain.settings import PlanSettings
from app.domain.visit import Modality
from tests.views.conftest import Mount
from tests.views.double_alerts import find_lines
from tests.views.doubles import DoubleDevice, World, add_visit, make_answers
from tests.views.patient_hands import ESAS, OWN, hands
from tests.views.scene_alerts import PHONES
from tests.views.scene_forms import make_forms_world
from tests.views.visit_page import draft, open_section, open_visit


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


async def test_what_was_said_before_stays_with_the_nurse(mount: Mount, world: World) -> None:
    add_visit(world, 0, timedelta(days=7), answers=make_answers(9, 9, 9))
    visit_id = add_visit(world, 0, timedelta(minutes=5), answers=make_answers(8, 4))
    async with hands(mount, world) as has:
        await open_visit(has.app, visit_id)
        await has.hand_over()
        assert not has.app.has("esas-pain-8")
        assert not has.app.has("esas-tired-4")
        assert has.app.has("esas-nausea-0")
        assert not [one for one in has.app.texts() if one.startswith(("Last", "Now"))]
        assert not any(c.selected for c in has.app.walk() if isinstance(c, ft.Semantics) and c.button)


async def test_alerts_are_made_and_only_the_nurse_sees_them_afterwards(
    mount: Mount, world: World, visit_id: str
) -> None:
    world.live_alerts = True
    world.settings = PlanSettings(phones=PHONES)
    async with hands(mount, world) as has:
        await open_section(has.app, visit_id, "mood")
        await has.app.tap("phq-9-open-all")
        await has.hand_over("hand-over-phq-9")
        await has.app.tap("44260-8-LA6571-9")
        assert find_lines(world, draft(world, visit_id))
        assert has.alone()
        assert not has.app.shows("988")
        await has.take_back()
        await has.app.until(lambda: has.app.has("visit-alerts"), "the alert")


async def test_more_questions_come_without_a_total_or_a_reason(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with hands(mount, world) as has:
        await open_section(has.app, visit_id, "mood")
        await has.hand_over("hand-over-phq-9")
        assert not has.app.has("44260-8-LA6568-5")
        await has.app.tap("44250-9-LA6571-9")
        assert has.app.has("44260-8-LA6568-5")
        assert not has.app.shows("PHQ-2")
        assert has.alone()


async def test_questions_about_violence_at_home_stay_with_the_nurse(mount: Mount, world: World) -> None:
    world.settings = PlanSettings(switches=frozenset({"hits-safety"}))
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with hands(mount, world) as has:
        await open_section(has.app, visit_id, "social")
        assert has.app.has("95618-5-LA6270-8")
        await has.hand_over("hand-over-ahc-hrsn")
        assert has.app.has("71802-3-declined")
        assert not [i for i in has.app.ids() if i.startswith("9561")]
        assert not has.app.shows("hurt you")


async def test_what_only_a_nurse_rates_and_our_own_forms_are_never_handed_over(mount: Mount) -> None:
    world = make_forms_world()
    visit_id = add_visit(world, 1, timedelta(minutes=10))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        for section in ("function", "thinking", "pain-more", "body", "safety", "distress"):
            await app.tap(f"section-{section}")
        offered = {i for i in app.ids() if i.startswith("hand-over-")}
        assert offered - {OWN} == {ESAS, "hand-over-peg-3"}


@pytest.mark.parametrize("modality", [Modality.TELEPHONE, Modality.VIDEO])
async def test_there_is_nothing_to_hand_over_in_a_call(
    mount: Mount, world: World, modality: Modality
) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5), modality=modality)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert not app.has(ESAS)


async def test_not_now_keeps_the_tablet(mount: Mount, world: World, visit_id: str) -> None:
    async with hands(mount, world) as has:
        await open_visit(has.app, visit_id)
        await has.app.tap(ESAS)
        await has.app.tap(f"{ESAS}-not")
        assert has.session.handover.now is None
        assert has.app.has("visit-back")
