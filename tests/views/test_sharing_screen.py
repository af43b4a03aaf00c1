"""Sharing a record on screen: nothing without a yes, link and passcode once, withdrawn in two taps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.sharing import Audience, HowAgreed
from app.services.models import Role
from app.store.changes import Topic
from app.sync.sharing import UNREACHABLE, SharingFailed
from app.sync.worklist import NoWorklist
from app.views.wording import sharing as said
from app.views.wording import worklist
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_sharing import LINK, DoubleSharing, DoubleWorklist
from tests.views.doubles import DoubleDevice, World
from tests.views.scene_worklist import make_worklist

SIZES = pytest.mark.parametrize("width", [1180, 390])


async def open_sharing(app: FletHarness, device: DoubleDevice) -> DoubleSharing:
    assert device.session is not None
    for one, shows in (
        ("nav-patients", "patients-row-p0"),
        ("patients-row-p0", "sharing-open"),
        ("sharing-open", "sharing-share"),
    ):
        await app.tap(one)
        await app.until(lambda shows=shows: app.has(shows), shows)
    return device.session.sharing


async def test_nobody_is_asked_for_a_yes_after_a_death(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        sharing = await open_sharing(app, device)
        sharing.page = replace(sharing.page, agreeing=())
        await app.tap("sharing-back")
        await app.until(lambda: app.has("sharing-open"), "her page")
        await app.tap("sharing-open")
        await app.until(lambda: app.shows(said.NOBODY_AGREES), "why")
        assert not app.has("sharing-share")
        assert app.shows(said.SHARED), "what was shared before can be withdrawn"


@SIZES
async def test_a_record_is_shared_with_a_doctor_on_record_without_typing(
    mount: Mount, world: World, width: int
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=width) as app:
        sharing = await open_sharing(app, device)
        for missing, tap in (
            (said.NO_AUDIENCE, "sharing-for-primary-care"),
            (said.NO_NAME, "sharing-name-0"),
            (said.NO_YES, "sharing-yes-1"),
            (said.NO_HOW, "sharing-how-spoken"),
        ):
            await app.tap("sharing-share")
            await app.until(lambda missing=missing: app.shows(missing), missing)
            assert sharing.asked == []
            await app.tap(tap)
        await app.tap("sharing-days-30")
        await app.tap("sharing-share")
        await app.until(lambda: app.has("sharing-passcode"), "link and passcode")
        (ask,) = sharing.asked
        assert (ask.audience, ask.recipient) == (Audience.PRIMARY_CARE, "Amara Nwosu, MD")
        assert (ask.said_by, ask.how, ask.days) == ("RelatedPerson/r1", HowAgreed.SPOKEN, 30)
        assert app.shows(LINK)
        assert app.shows("4829 1735")
        await app.tap("sharing-done")
        await app.until(lambda: app.has("sharing-withdraw-s1"), "the list")
        assert not app.shows("4829 1735"), "shown once"
        await app.tap("sharing-withdraw-s1")
        await app.until(lambda: app.has("sharing-withdraw-now"), "the question")
        await app.tap("sharing-withdraw-now")
        await app.until(lambda: app.shows(said.WITHDRAWN), "withdrawn")
        assert not app.has("sharing-withdraw-s1")


async def test_without_the_plan_nothing_is_shared_and_the_screen_says_so(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        sharing = await open_sharing(app, device)
        sharing.error = SharingFailed(UNREACHABLE)
        for one in ("sharing-for-case-manager", "sharing-yes-0", "sharing-how-signed"):
            await app.tap(one)
        await app.type("sharing-name", "Lena  Hart, Golden Valley ")
        await app.tap("sharing-share")
        await app.until(lambda: app.shows(UNREACHABLE), "the sentence")
        assert not app.has("sharing-passcode")
        sharing.error = None
        await app.tap("sharing-share")
        await app.until(lambda: app.has("sharing-passcode"), "the same form, shared")
        assert sharing.asked[0].recipient == "Lena Hart, Golden Valley"


async def open_worklist(app: FletHarness, device: DoubleDevice) -> DoubleWorklist:
    assert device.session is not None
    device.session.worklist.page = make_worklist(25)
    await app.tap("nav-team")
    await app.until(lambda: app.has("board-worklist"), "the team")
    await app.tap("board-worklist")
    await app.until(lambda: app.has("worklist-refer-p0"), "the list")
    return device.session.worklist


@SIZES
async def test_the_worklist_says_why_each_is_on_it_and_refers_in_one_tap(
    mount: Mount, world: World, width: int
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        held = await open_worklist(app, device)
        assert held.refreshed == 1, "the plan is asked when the list is looked at"
        text = " | ".join(app.texts())
        assert "25 people were not reached yet" in text
        assert "14 more people have no team" in text
        assert worklist.SB_1004 in text
        assert "Came home from a facility" in text
        assert "Death within a year would not be a surprise (asked" in text
        assert "No agent and no wish is on record" in text
        await app.tap("worklist-refer-p0")
        await app.until(lambda: held.referred, "the referral")
        ((who, target, why),) = held.referred
        assert (who, target) == ("p0", "ecm")
        assert why[0] == "need-transition"
        assert not app.has("worklist-refer-p2"), "referred already"
        await app.tap("worklist-take-back-p2")
        await app.until(lambda: held.taken_back == ["ServiceRequest/r1"], "taken back")
        assert not app.has("worklist-refer-p3"), "a record that is not here cannot be referred"
        assert not app.has("worklist-refer-p20")
        await app.tap("worklist-more")
        await app.until(lambda: app.has("worklist-refer-p20"), "all of them")


async def test_what_was_told_last_stays_when_the_plan_is_away(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        device.session.worklist.error = NoWorklist()
        await open_worklist(app, device)
        assert app.shows(NoWorklist.sentence)
        assert app.has("worklist-again")


async def test_between_the_plans_answer_and_its_reading_nobody_is_told_that_it_has_not_told(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        held = device.session.worklist
        await app.tap("nav-team")
        await app.until(lambda: app.has("board-worklist"), "the team")
        await app.tap("board-worklist")
        await app.until(lambda: held.refreshed == 1, "the plan has answered")
        await app.settle()
        assert not app.shows(worklist.NOT_TOLD)
        held.page = make_worklist()
        device.session.hub.publish(Topic.SYNC)
        await app.until(lambda: app.has("worklist-refer-p0"), "the list")
