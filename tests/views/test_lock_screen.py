from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.domain.look import Look
from app.errors import (
    HearthsideError,
    KeyMissing,
    KeyringUnavailable,
    NoCipher,
    StoreDamaged,
    StoreNewer,
    WrongPin,
)
from app.services.models import LockKind, UserOnDevice
from app.services.orders import OrderNotice
from app.views import text, theme
from app.views.widgets import pad
from app.views.wording.orders import sentence
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit


def two_users() -> list[UserOnDevice]:
    return [
        UserOnDevice("s1", "Ana Ruiz, RN", LockKind.PIN, 2),
        UserOnDevice("s2", "Maria Santos, RN", LockKind.PASSPHRASE, 0),
    ]


@pytest.mark.parametrize("text_size", [100, 130, 200])
async def test_all_keys_stand_on_a_phone_and_none_is_too_low(
    mount: Mount, world: World, text_size: int
) -> None:
    device = DoubleDevice(world, users=[replace(two_users()[0], look=Look(text=text_size))])
    async with mount(device, width=390, height=844) as app:
        for name in ("0", "5", "clear", "back"):
            key = app.inner(f"lock-key-{name}", ft.Container)
            high = 2 * key.padding.top + theme.LINE * pad.DIGIT * text_size / 100
            assert theme.TOUCH <= high <= 844 / 2 / 4 - theme.S2, name


async def test_the_lock_screen_shows_people_with_counts_and_no_patient(mount: Mount, world: World) -> None:
    add_visit(world, 0, timedelta(minutes=5))
    async with mount(DoubleDevice(world, users=two_users())) as app:
        shown = " ".join(app.texts())
        assert "2 visits waiting to be sent" in shown
        assert "Nothing waits" in shown
        assert not [s for s in world.people.values() if s.patient.display_name in shown]


async def test_one_tap_chooses_a_person_and_five_words_are_asked_where_there_is_no_pin(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world, users=two_users())) as app:
        await app.tap("lock-user-s2")
        assert app.shows(text.PHRASE)
        assert not app.has("lock-key-1")
        await app.tap("lock-somebody-else")
        await app.tap("lock-user-s1")
        assert app.has("lock-key-1")


async def test_the_pad_opens_the_store_as_the_keyboard_does(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world)) as app:
        for digit in DoubleDevice.PIN:
            await app.tap(f"lock-key-{digit}")
        await app.tap("lock-key-back")
        await app.tap(f"lock-key-{DoubleDevice.PIN[-1]}")
        await app.tap("lock-unlock")
        await app.until(lambda: app.has("nav-today"), "Today")


async def test_a_panel_longer_than_the_window_goes_on_past_its_edge_and_is_not_cut_above_it(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), width=390, height=844) as app:
        scrollers = [one for one in app.walk() if isinstance(one, ft.Column) and one.scroll is not None]
        (around,) = [one for one in app.walk() if isinstance(one, ft.Container) and one.content in scrollers]
        assert isinstance(around.padding, ft.Padding)
        assert around.padding.bottom == 0


async def test_a_wrong_pin_says_so_empties_the_field_and_counts_down(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device) as app:
        await app.type("lock-secret", "111222", submit=True)
        assert app.shows("That PIN is not right.")
        assert app.value("lock-secret") == ""
        device.wait = 2
        await app.type("lock-secret", "111222", submit=True)
        await app.until(lambda: app.shows("You can try again in 2 seconds."), "the countdown")
        before = device.unlocks
        await app.type("lock-secret", DoubleDevice.PIN, submit=True)
        assert device.unlocks == before
        await app.until(lambda: app.shows("1 second."), "the countdown going on")
        await app.until(lambda: not app.shows("try again in"), "the end of the wait")
        await app.type("lock-secret", DoubleDevice.PIN, submit=True)
        await app.until(lambda: app.has("nav-today"), "Today")


async def test_a_pin_typed_during_a_wait_is_not_called_wrong_for_nobody_looked_at_it(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    device.error = WrongPin(900, attempts=10, tried=False)
    async with mount(device) as app:
        await app.type("lock-secret", DoubleDevice.PIN, submit=True)
        assert app.shows(WrongPin.too_many)
        assert app.shows("You can try again in 15 minutes.")
        assert not app.shows(WrongPin.sentence)


async def test_a_window_that_an_order_locked_says_so_and_speaks_of_no_other_window(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        device.notices = (OrderNotice("s1", "Ana Ruiz, RN", "keys", 2),)
        await device.session.lock()
        await app.until(lambda: app.has("lock-secret"), "the lock screen")
        assert app.shows(sentence(device.notices[0]))
        assert not app.shows(text.WINDOW_TAKEN)


async def test_what_an_order_kept_is_not_called_nothing_below_it(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, users=[UserOnDevice("s1", "Ana Ruiz, RN", LockKind.PIN, 0)])
    async with mount(device) as app:
        assert app.shows("Nothing waits to be sent")
    device.notices = (OrderNotice("s1", "Ana Ruiz, RN", "keys", 0),)
    async with mount(device) as app:
        assert app.shows("What was not sent is kept here, sealed.")
        assert not app.shows("Nothing waits")


async def test_a_store_open_elsewhere_can_be_taken_over_with_the_pin(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    device.busy = True
    async with mount(device) as app:
        await app.type("lock-secret", DoubleDevice.PIN, submit=True)
        assert app.shows("already open in another window")
        assert app.shows(text.TAKE_OVER)
        await app.tap("lock-unlock")
        await app.until(lambda: app.has("nav-today"), "Today")


@pytest.mark.parametrize("error", [StoreDamaged, StoreNewer, KeyMissing, KeyringUnavailable, NoCipher])
async def test_what_keeps_the_store_shut_gets_a_page_of_its_own(
    mount: Mount, world: World, error: type[HearthsideError]
) -> None:
    device = DoubleDevice(world)
    device.error = error()
    async with mount(device) as app:
        await app.type("lock-secret", DoubleDevice.PIN, submit=True)
        assert app.shows(error.sentence)
        assert app.shows(text.NOTHING_DELETED)
        assert app.has("lock-forgot") == (error is KeyMissing), "the way back in is offered where it can help"
        device.error = None
        await app.tap("lock-try-again")
        await app.type("lock-secret", DoubleDevice.PIN, submit=True)
        await app.until(lambda: app.has("nav-today"), "Today")


async def test_three_quick_taps_on_unlock_try_once(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device) as app:
        await app.type("lock-secret", "111222")
        button = app.inner("lock-unlock")
        await asyncio.gather(*[app.session.dispatch_event(button._i, "click", None) for _ in range(3)])
        await app.settle()
        assert device.unlocks == 1


async def test_a_session_that_closes_blanks_the_screen_at_once(mount: Mount, world: World) -> None:
    add_visit(world, 0, timedelta(minutes=5))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.until(lambda: app.shows("Colón Ríos"), "the draft on Today")
        assert device.session is not None
        await device.session.lock()
        await app.until(lambda: app.has("lock-secret"), "the lock screen")
        assert not app.shows("Colón")
        assert app.shows(text.WINDOW_TAKEN)


async def test_locking_oneself_does_not_speak_of_another_window(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-settings")
        await app.tap("settings-lock")
        await app.until(lambda: app.has("lock-secret"), "the lock screen")
        assert not app.shows(text.WINDOW_TAKEN)


async def test_a_finger_opens_it_where_the_device_offers_that_and_the_pin_stays_a_way(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device) as app:
        assert not app.has("lock-quick")
    device.quick, device.wait = True, 30
    async with mount(device) as app:
        await app.tap("lock-quick")
        await app.until(lambda: not app.has("lock-quick"), "not recognised: the PIN")
        assert app.has("lock-secret")
    device.quick, device.wait = True, 0
    async with mount(device) as app:
        await app.tap("lock-quick")
        await app.until(lambda: app.has("nav-today"), "Today")
