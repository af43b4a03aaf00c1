"""Changing the PIN and asking for a new key, in settings."""

from __future__ import annotations

from dataclasses import replace

from app.errors import DiskFull, WrongPin
from app.services.models import LockKind
from app.views import text
from app.views.wording import own_lock as said
from app.views.wording.recovery import GROUP
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_own_lock import DoubleOwnLock
from tests.views.doubles import DoubleDevice, World

NEW = "507283"


def lock_of(device: DoubleDevice) -> DoubleOwnLock:
    assert device.session is not None
    return device.session.own_lock


async def ask(app: FletHarness) -> None:
    await app.tap("nav-settings")
    await app.until(lambda: app.has("settings-change-pin"), "the way to change it")
    await app.tap("settings-change-pin")
    await app.until(lambda: app.has("settings-old-pin"), "the PIN now")


async def test_the_old_pin_then_the_new_one_twice(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await ask(app)
        await app.type("settings-old-pin", device.PIN, submit=True)
        await app.until(lambda: app.has("first-run-pin"), "the new PIN")
        await app.type("first-run-pin", "123456", submit=True)
        assert lock_of(device).changes == 0, "a weak one is said before it is typed twice"
        await app.type("first-run-pin", NEW, submit=True)
        await app.until(lambda: app.has("first-run-pin-again"), "the new PIN once more")
        await app.type("first-run-pin-again", NEW, submit=True)
        await app.until(lambda: app.shows(said.CHANGED[LockKind.PIN]), "what counts now")
        assert (lock_of(device).secret, lock_of(device).changes) == (NEW, 1)


async def test_what_is_needed_most_stands_first_and_the_pad_types_the_old_pin(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await ask(app)
        shown = app.texts()
        order = [
            text.LOCK_NOW,
            text.APPEARANCE,
            said.TITLE[LockKind.PIN],
            GROUP[LockKind.PIN],
            said.KEY_TITLE,
        ]
        assert sorted(order, key=shown.index) == order
        for digit in device.PIN:
            await app.tap(f"settings-key-{digit}")
        await app.tap("settings-old-pin-continue")
        await app.until(lambda: app.shows(said.NEW_PIN), "the new PIN")


async def test_a_wrong_old_pin_is_said_with_its_wait_and_one_can_keep_it(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await ask(app)
        await app.type("settings-old-pin", "836195", submit=True)
        await app.until(lambda: app.shows(WrongPin.sentence), "that it was wrong")
        assert not app.has("first-run-pin")
        await app.tap("settings-keep-pin")
        await app.until(lambda: app.has("settings-change-pin"), "settings as before")
        assert lock_of(device).changes == 0


async def test_a_change_that_fails_says_why_and_leaves_the_old_pin(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await ask(app)
        await app.type("settings-old-pin", device.PIN, submit=True)
        await app.until(lambda: app.has("first-run-pin"), "the new PIN")
        await app.type("first-run-pin", NEW, submit=True)
        await app.until(lambda: app.has("first-run-pin-again"), "the new PIN once more")
        lock_of(device).error = DiskFull()
        await app.type("first-run-pin-again", NEW, submit=True)
        await app.until(lambda: app.shows(DiskFull.sentence), "why not")
        assert lock_of(device).secret == device.PIN


async def test_where_words_open_the_records_new_words_are_shown_and_typed_back(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        own_lock = lock_of(device)
        own_lock.state = replace(own_lock.state, kind=LockKind.PASSPHRASE, next_kind=LockKind.PASSPHRASE)
        await ask(app)
        await app.type("settings-old-pin", device.PIN, submit=True)
        await app.until(lambda: app.shows(own_lock.PHRASE), "the new words")
        await app.tap("first-run-phrase-written")
        await app.until(lambda: app.has("first-run-phrase"), "the field for them")
        await app.type("first-run-phrase", own_lock.PHRASE, submit=True)
        await app.until(lambda: app.shows(said.CHANGED[LockKind.PASSPHRASE]), "what counts now")
        assert own_lock.secret == own_lock.PHRASE


async def test_a_new_key_is_made_at_the_next_unlock_and_one_can_lock_at_once(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-settings")
        await app.until(lambda: app.has("settings-new-key"), "the key")
        assert app.shows(said.KEY_HELP)
        await app.tap("settings-new-key")
        await app.until(lambda: app.shows(said.KEY_WANTED), "when it is made")
        assert lock_of(device).asked == 1
        assert app.shows(text.LOCK_NOW)
        await app.tap("settings-new-key-lock")
        await app.until(lambda: app.has("lock-secret"), "the lock screen")


async def test_a_key_that_could_not_be_made_is_said(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        own_lock = lock_of(device)
        own_lock.state = replace(own_lock.state, key_failed=True)
        await app.tap("nav-settings")
        await app.until(lambda: app.shows(said.KEY_FAILED), "that it failed")
