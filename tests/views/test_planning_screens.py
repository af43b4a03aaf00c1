"""Plan of care, referrals and the call on the visit page and on a person's page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.care_plan import CareGoal, OtherPlan, PlanOfCare
from app.domain.referrals import Referral
from app.domain.settings import PlanSettings
from app.domain.visit import Answer, Modality
from app.services.patient_parts import PatientParts
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, now

FALLS = CareGoal(
    ("CarePlan/c1", "Goal/g1"),
    "Falls at night",
    "To get up by myself",
    "Night light",
    ("family",),
    date(2026, 12, 1),
    "Call us first",
    "going-on",
    "Ana Ruiz, RN",
    now() - timedelta(days=3),
)
THEIRS = OtherPlan("CarePlan/x", "Complex care plan", "Sam Lee", None, ("Stay home",), ("Weekly call",))
HOSPICE = Referral(
    "ServiceRequest/r1",
    "hospice",
    "Hospice",
    ("Getting weaker",),
    "",
    "soon",
    "sent",
    now(),
    "",
    "Ana",
    now(),
)


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


def give(world: World, **parts: object) -> None:
    world.parts["p0"] = replace(PatientParts(), **parts)  # type: ignore[arg-type]  # fields by name


async def open_section(app: FletHarness, visit_id: str, section: str) -> None:
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has(f"section-{section}"), "the visit page")
    if section != "call":  # open by itself where there is a call
        await app.tap(f"section-{section}")


async def test_a_standing_problem_is_taken_into_the_visit_with_all_that_was_written(
    mount: Mount, world: World, visit_id: str
) -> None:
    give(world, plan=PlanOfCare((FALLS,), (THEIRS,)))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "plan")
        await app.until(lambda: app.has("plan-change-1"), "the problem")
        assert app.shows("Complex care plan")
        await app.tap("plan-change-1")
        await app.until(lambda: world.visits[visit_id].draft.entries.get("care-goals"), "the entry")
        (entry,) = world.visits[visit_id].draft.entries["care-goals"]
        assert entry.about == "CarePlan/c1 Goal/g1"
        assert entry.answers["goal-hope"].value == "To get up by myself"
        await app.until(lambda: not app.has("plan-change-1"), "no second way to change it")


async def test_the_plan_and_a_care_managers_plan_stand_side_by_side_on_the_persons_page(
    mount: Mount, world: World
) -> None:
    give(world, plan=PlanOfCare((FALLS,), (THEIRS,)))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.shows("Falls at night"), "the plan")
        assert app.shows("Kept by others")
        assert app.shows("Goal: Stay home")


async def test_what_became_of_a_referral_is_one_tap_on_the_persons_page(mount: Mount, world: World) -> None:
    give(world, referrals=(HOSPICE,))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-patients")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("referral-1"), "the referral")
        await app.tap("referral-1")
        await app.until(lambda: app.has("referral-1-no-capacity"), "the states")
        await app.tap("referral-1-no-capacity")
        assert device.session is not None
        moved = device.session.referrals.moved
        await app.until(lambda: moved, "the new state")
        assert moved == [("p0", "ServiceRequest/r1", "no-capacity")]


async def test_two_yes_in_the_need_screen_offer_a_talk_and_decide_nothing(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "referrals")
        await app.until(lambda: app.has("referrals-open-need-screen"), "the screen")
        await app.tap("referrals-open-need-screen")
        await app.until(lambda: app.has("need-illness-yes"), "its questions")
        await app.tap("need-illness-yes")
        await app.until(lambda: app.shows("1 yes"), "the count")
        assert not app.shows("offer to talk about palliative care. This")
        await app.tap("need-caregiver-yes")
        await app.until(lambda: app.shows("offer to talk about palliative care. This"), "the offer")


async def test_a_video_visit_opens_the_plans_own_link(mount: Mount, world: World, visit_id: str) -> None:
    row = world.visits[visit_id]
    row.draft = replace(row.draft, modality=Modality.VIDEO)
    world.settings = PlanSettings(video_link="https://video.plan.example/visit")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "call")
        await app.until(lambda: app.has("call-video"), "the way in")


async def test_a_lost_video_visit_goes_on_by_telephone_as_the_same_visit(
    mount: Mount, world: World, visit_id: str
) -> None:
    row = world.visits[visit_id]
    answers = {**row.draft.answers, "call-lost-then": Answer(now(), "telephone")}
    row.draft = replace(row.draft, modality=Modality.VIDEO, answers=answers)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "call")
        await app.until(lambda: app.has("call-go-on"), "the way on")
        await app.tap("call-go-on")
        await app.until(lambda: world.visits[visit_id].draft.modality is Modality.TELEPHONE, "the new way")
        assert world.visits[visit_id].draft.id == visit_id


async def test_a_lost_call_that_cannot_wait_says_what_to_do_and_blocks_nothing(
    mount: Mount, world: World, visit_id: str
) -> None:
    row = world.visits[visit_id]
    answers = {**row.draft.answers, "call-lost-then": Answer(now(), "not-safe")}
    row.draft = replace(row.draft, modality=Modality.TELEPHONE, answers=answers)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_section(app, visit_id, "call")
        await app.until(lambda: app.shows("911"), "what to do")
        assert not app.has("call-go-on")
