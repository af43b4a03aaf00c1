"""The way back in without the PIN, as a nurse walks it; and the plan's orders on the lock screen."""

from __future__ import annotations

import asyncio

import pytest

from app.errors import DiskFull, HearthsideError, KeyMissing, NoNetwork, SignInRefused
from app.services.models import LockKind, UserOnDevice
from app.services.orders import OrderNotice
from app.services.recovery import NO_WAY_BACK, WayBack, WayBackState
from app.sync.recovery import OVER, RecoveryRefused
from app.views import text
from app.views.wording import orders
from app.views.wording import recovery as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, DoubleRecovery, World


async def to_code(app: FletHarness, device: DoubleDevice) -> DoubleRecovery:
    """Signed in, with the code on the screen."""
    await app.tap("lock-forgot")
    await app.tap("recover-sign-in")
    await app.until(lambda: app.has("recover-open-again"), "the wait for the browser")
    assert device.recovery is not None
    device.recovery.attempt.back.set_result(object())
    await app.until(lambda: app.shows(DoubleRecovery.code), "the code")
    return device.recovery


async def test_she_reads_a_code_aloud_chooses_a_new_pin_and_is_in(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device) as app:
        recovery = await to_code(app, device)
        assert app.shows("Good for 14 more minutes.")
        recovery.answer.set_result(None)
        await app.until(lambda: app.has("first-run-pin"), "the new PIN")
        assert app.shows(said.GRANTED)
        await app.type("first-run-pin", "123456", submit=True)
        assert app.has("first-run-pin")
        await app.type("first-run-pin", "739164", submit=True)
        await app.type("first-run-pin-again", "739164", submit=True)
        await app.until(lambda: app.has("nav-today"), "Today")
        assert device.new_secret == "739164"


async def test_the_page_says_where_she_signs_in_before_she_types_a_password(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device) as app:
        await app.tap("lock-forgot")
        await app.tap("recover-sign-in")
        await app.until(lambda: app.shows(DoubleRecovery.plan_url), "the plan's address")
        await app.tap("recover-cancel")
        await app.until(lambda: app.has("recover-sign-in"), "the beginning")
        assert device.recovery is not None
        assert device.recovery.cancels == 1
        await app.tap("recover-back")
        assert app.has("lock-secret")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            SignInRefused("Please sign in as Ana Ruiz, RN, whose records these are."),
            "Please sign in as Ana Ruiz",
        ),
        (RecoveryRefused(detail="refused"), RecoveryRefused.sentence),
        (NoNetwork(), NoNetwork.sentence),
    ],
)
async def test_what_keeps_the_request_from_being_sent_is_said_where_she_can_begin_again(
    mount: Mount, world: World, error: HearthsideError, sentence: str
) -> None:
    device = DoubleDevice(world)
    async with mount(device) as app:
        await app.tap("lock-forgot")
        await app.tap("recover-sign-in")
        await app.until(lambda: app.has("recover-open-again"), "the wait for the browser")
        assert device.recovery is not None
        device.recovery.attempt.back.set_exception(error)
        await app.until(lambda: app.shows(sentence), "the sentence")
        assert app.has("recover-sign-in")


async def test_a_request_that_is_over_or_stopped_leads_back_to_the_beginning(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device) as app:
        recovery = await to_code(app, device)
        recovery.answer.set_exception(RecoveryRefused(OVER, detail="over"))
        await app.until(lambda: app.shows(OVER), "that it is over")
        assert recovery.cancels == 1
        await app.tap("recover-back")
        second = await to_code(app, device)
        await app.tap("recover-stop")
        await app.until(lambda: app.has("recover-sign-in"), "the beginning")
        assert second.cancels == 1
        second.answer.cancel()


async def test_a_full_disk_at_the_last_step_asks_for_no_second_officer(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device) as app:
        recovery = await to_code(app, device)
        recovery.answer.set_result(None)
        await app.until(lambda: app.has("first-run-pin"), "the new PIN")
        device.error = DiskFull()
        await app.type("first-run-pin", "739164", submit=True)
        await app.type("first-run-pin-again", "739164", submit=True)
        assert app.shows(DiskFull.sentence)
        device.error = None
        await app.tap("first-run-pin-continue")
        await app.until(lambda: app.has("nav-today"), "Today")


async def test_a_new_pin_that_comes_too_late_is_told_so(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device) as app:
        recovery = await to_code(app, device)
        recovery.answer.set_result(None)
        await app.until(lambda: app.has("first-run-pin"), "the new PIN")
        recovery.granted = False
        await app.type("first-run-pin", "739164", submit=True)
        await app.type("first-run-pin-again", "739164", submit=True)
        await app.until(lambda: app.shows(OVER), "that it is over")
        assert app.has("recover-sign-in")


async def test_a_store_that_lost_its_key_offers_the_way_back_too(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    device.error = KeyMissing()
    async with mount(device) as app:
        await app.type("lock-secret", DoubleDevice.PIN, submit=True)
        assert app.shows(KeyMissing.sentence)
        await app.tap("lock-forgot")
        assert app.has("recover-sign-in")
        device.no_way_back = KeyMissing(NO_WAY_BACK)
        await app.tap("recover-sign-in")
        assert app.shows(NO_WAY_BACK)
        assert not app.has("recover-sign-in"), "nothing is promised that this store does not have"
        await app.tap("recover-back")
        assert app.has("lock-try-again") or app.has("lock-secret")


async def test_a_store_without_a_way_back_promises_none_from_the_start(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    device.no_way_back = KeyMissing(NO_WAY_BACK)
    async with mount(device) as app:
        await app.tap("lock-forgot")
        await app.until(lambda: app.shows(NO_WAY_BACK), "that there is none")
        assert not app.has("recover-sign-in")
        assert not app.shows(said.HOW)
        await app.tap("recover-back")
        assert app.has("lock-secret")


async def test_five_words_are_lost_in_their_own_words(mount: Mount, world: World) -> None:
    users = [UserOnDevice("s1", "Ana Ruiz, RN", LockKind.PASSPHRASE, 0)]
    device = DoubleDevice(world, users=users, lock_kind=LockKind.PASSPHRASE)
    async with mount(device) as app:
        assert app.shows(said.FORGOT[LockKind.PASSPHRASE])
        recovery = await to_code(app, device)
        recovery.answer.set_result(None)
        await app.until(lambda: app.shows(DoubleDevice.PHRASE), "new words")


async def test_an_order_of_the_plan_is_said_on_the_lock_screen_and_gone_once_read(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    device.notices = (
        OrderNotice("s1", "Ana Ruiz, RN", "keys", 2),
        OrderNotice("s9", "Ben Cole, RN", "all", 0),
    )
    async with mount(device) as app:
        for one in device.notices:
            assert app.shows(orders.sentence(one))
        assert not app.has("lock-order-seen-s1")
        await app.tap("lock-order-seen-s9")
        await app.until(lambda: not app.shows("Ben Cole"), "the notice to go")
        device.notices = ()
        for fn in device.order_listeners:
            fn()
        await app.until(lambda: not app.shows("locked on this device"), "the screen drawn again")
    await asyncio.sleep(0)
    assert len(device.order_listeners) <= 1


def test_the_words_of_the_settings_tell_the_ways_apart() -> None:
    for kind in LockKind:
        assert len({said.way(WayBackState(way), kind) for way in WayBack}) == len(WayBack)
    assert "PIN" not in said.GROUP[LockKind.PASSPHRASE] + said.way(
        WayBackState(WayBack.NONE), LockKind.PASSPHRASE
    )
    assert said.root("0123456789abcdef") == "0123 4567 89ab cdef"
    assert said.spelled("7K2MQ-4XW9T") == "7 K 2 M Q 4 X W 9 T"
    assert said.good_for(30) == "Good for 1 more minute."
    assert text.BACK


@pytest.mark.parametrize("way", WayBack)
async def test_the_settings_say_what_there_is_for_a_forgotten_pin(
    mount: Mount, world: World, way: WayBack
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        device.session.way_back = WayBackState(way, "0123456789abcdef", keys_refused=True)
        await app.tap("nav-settings")
        await app.until(lambda: app.shows(said.way(WayBackState(way), LockKind.PIN)), "the way back")
        assert app.shows("0123 4567 89ab cdef")
        assert app.shows(said.ROOT_HELP)
        assert app.shows(said.REFUSED)
