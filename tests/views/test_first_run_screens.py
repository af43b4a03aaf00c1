from __future__ import annotations

from dataclasses import replace

import flet as ft
import pytest

from app.errors import (
    CaptivePortal,
    HearthsideError,
    NoNetwork,
    NotFhir,
    PlanDown,
    SignInRefused,
    WebPageThere,
    WrongClock,
)
from app.services.models import LockKind, SyncState, SyncWord
from app.views import text
from app.views.app import show
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World


def fresh(world: World, kind: LockKind = LockKind.PIN) -> DoubleDevice:
    return DoubleDevice(world, users=[], lock_kind=kind)


async def sign_in(app: FletHarness, device: DoubleDevice) -> None:
    await app.tap("first-run-check")
    await app.tap("first-run-sign-in")
    assert device.attempt is not None
    device.attempt.back.set_result(object())


async def test_the_address_is_prefilled_and_the_found_plan_is_named(mount: Mount, world: World) -> None:
    async with mount(fresh(world)) as app:
        assert app.value("first-run-plan") == "https://plan.example.org"
        await app.tap("first-run-check")
        assert app.shows("Valley Health Plan")


async def test_the_second_nurse_of_a_tablet_need_not_type_the_address_again(world: World) -> None:
    device = DoubleDevice(world)
    device.plan_url = "https://plan.example.com/fhir"

    async def main(page: ft.Page) -> object:
        return await show(page, device, plan_url=None)

    async with FletHarness(main, width=390, height=844) as app:
        await app.tap("lock-add-person")
        assert app.value("first-run-plan") == device.plan_url
        assert app.shows(text.PLAN_FILLED_IN)


@pytest.mark.parametrize("error", [NotFhir, CaptivePortal, WebPageThere, NoNetwork, WrongClock])
async def test_a_wrong_address_gets_a_sentence_and_keeps_what_was_typed(
    mount: Mount, world: World, error: type[HearthsideError]
) -> None:
    device = fresh(world)
    device.error = error()
    async with mount(device) as app:
        await app.type("first-run-plan", "https://elsewhere.example.org")
        await app.tap("first-run-check")
        assert app.shows(error.sentence)
        assert app.value("first-run-plan") == "https://elsewhere.example.org"


async def test_an_address_where_nothing_answers_is_questioned_first(mount: Mount, world: World) -> None:
    device = fresh(world)
    device.error = PlanDown()
    async with mount(device) as app:
        assert app.shows(text.PLAN_FILLED_IN)
        await app.tap("first-run-check")
        assert app.shows(text.NO_ANSWER_THERE)
        await app.type("first-run-plan", "https://plan.example.net")
        assert app.shows(text.PLAN_HELP)


async def test_signing_in_opens_the_browser_can_be_opened_again_and_cancelled(
    mount: Mount, world: World, opened_urls: list[str]
) -> None:
    device = fresh(world)
    async with mount(device) as app:
        await app.tap("first-run-check")
        await app.tap("first-run-sign-in")
        assert app.shows(text.WAITING_TITLE)
        await app.tap("first-run-open-again")
        assert len(opened_urls) == 2
        await app.tap("first-run-cancel-sign-in")
        assert app.has("first-run-sign-in")
        assert device.attempt is not None
        assert device.attempt.back.cancelled()


async def test_a_refused_sign_in_leads_back_with_a_sentence(mount: Mount, world: World) -> None:
    device = fresh(world)
    async with mount(device) as app:
        await app.tap("first-run-check")
        await app.tap("first-run-sign-in")
        assert device.attempt is not None
        device.attempt.back.set_exception(SignInRefused())
        await app.until(lambda: app.shows(SignInRefused.sentence), "the sentence")
        assert app.has("first-run-sign-in")


async def test_a_weak_pin_is_said_before_it_is_typed_twice_and_unequal_pins_begin_again(
    mount: Mount, world: World
) -> None:
    device = fresh(world)
    async with mount(device) as app:
        await sign_in(app, device)
        await app.until(lambda: app.has("first-run-pin"), "the PIN step")
        await app.type("first-run-pin", "123456", submit=True)
        assert app.shows("Please choose a PIN")
        await app.type("first-run-pin", "482915", submit=True)
        await app.type("first-run-pin-again", "482916", submit=True)
        assert app.shows(text.PINS_DIFFER)
        assert app.value("first-run-pin") == ""


async def test_after_the_pin_today_is_open_while_the_first_load_goes_on(mount: Mount, world: World) -> None:
    world.sync = SyncState(SyncWord.WORKING, "Talking to the plan…", 0, 0, None, progress=(40, 200))
    device = fresh(world)
    async with mount(device) as app:
        await sign_in(app, device)
        await app.until(lambda: app.has("first-run-pin"), "the PIN step")
        for digit in "482915":
            await app.tap(f"first-run-key-{digit}")
        await app.tap("first-run-pin-continue")
        await app.type("first-run-pin-again", "482915", submit=True)
        await app.until(lambda: app.shows("40 of 200"), "progress")
        assert device.session is not None
        device.session.syncing.show(replace(world.sync, progress=(120, 200)))
        await app.until(lambda: app.shows("120 of 200"), "more progress")
        await app.tap("first-run-open-today")
        await app.until(lambda: app.has("today-start"), "Today")
        assert app.shows("120 of 200")


async def test_five_words_are_shown_and_have_to_be_typed_back(mount: Mount, world: World) -> None:
    device = fresh(world, LockKind.PASSPHRASE)
    async with mount(device) as app:
        await sign_in(app, device)
        await app.until(lambda: app.shows(DoubleDevice.PHRASE), "the words")
        await app.tap("first-run-phrase-written")
        assert not app.shows(DoubleDevice.PHRASE)
        await app.type("first-run-phrase", "amber river quiet lantern", submit=True)
        assert app.shows(text.PHRASE_DIFFERS)
        await app.type("first-run-phrase", " Amber river  quiet lantern stone", submit=True)
        await app.until(lambda: app.has("first-run-open-today"), "the first load")


async def test_adding_a_person_can_be_left_again(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world)) as app:
        await app.tap("lock-add-person")
        assert app.has("first-run-plan")
        await app.tap("first-run-back")
        assert app.has("lock-secret")
