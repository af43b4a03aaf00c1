"""Size of text, language, brightness and movement: chosen in Settings or on the lock screen, kept for the person."""

from __future__ import annotations

import flet as ft

from app.domain.look import SIZES, Brightness, Look, read_look
from app.language import get_language, tr
from app.language.names import MIRRORED
from app.services.models import LockKind, UserOnDevice
from app.views.looks import LANGUAGE, SIZE
from app.views.theme import dress_of, edges
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World


def size_of(app: FletHarness, words: str) -> float:
    return next(float(c.size) for c in app.walk() if isinstance(c, ft.Text) and c.value == words and c.size)


async def test_larger_text_is_shown_at_once_and_kept(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-settings")
        await app.until(lambda: app.has("look-larger"), "the size of text")
        before = size_of(app, "Text size")
        for _ in SIZES[1:]:
            await app.tap("look-larger")
        assert size_of(app, "Text size") == 2 * before
        assert size_of(app, "Sent & waiting") >= 22
        assert app.inner("look-larger").disabled
        assert app.page.theme.text_theme.body_medium.size == 32
        assert app.page.dark_theme.filled_button_theme.style.text_style.size == 32
        await app.until(lambda: device.kept_looks[-1:] == [("s1", Look(text=200))], "that it is kept")
        await app.tap("look-smaller")
        assert dress_of(app.page).look.text == 175


async def test_what_was_tapped_is_brought_back_into_sight_when_all_above_it_grows(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-settings")
        await app.until(lambda: app.has("look-larger"), "the size of text")
        assert _sought(app) == []
        await app.tap("look-larger")
        await app.until(lambda: _sought(app) == [SIZE], "the size of text is sought")
        await app.tap("settings-look-dark")
        await app.tap("look-language-es")
        await app.until(lambda: _sought(app) == [SIZE, LANGUAGE], "the languages are sought")


def _sought(app: FletHarness) -> list[str]:
    return [args["scroll_key"] for name, args in app.connection.calls if name == "scroll_to"]


async def test_a_tablet_with_large_text_is_laid_out_as_a_phone(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, users=[UserOnDevice("s1", "Ana", LockKind.PIN, 0, Look(text=200))])
    async with mount(device, unlock=True) as app:
        await app.tap("nav-patients")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("patient-back"), "the way back of one pane")
        assert not app.has("patients-search")


async def test_the_lock_screen_is_in_the_size_of_whoever_is_chosen(mount: Mount, world: World) -> None:
    users = [
        UserOnDevice("s1", "Ana Ruiz, RN", LockKind.PIN, 0, Look(text=150)),
        UserOnDevice("s2", "Tom Okoye, RN", LockKind.PIN, 0),
    ]
    device = DoubleDevice(world, users=users)
    async with mount(device) as app:
        usual = size_of(app, "Ana Ruiz, RN")
        await app.tap("look-larger")
        assert not device.kept_looks, "nobody's yet"
        await app.tap("lock-user-s1")
        assert size_of(app, "Ana Ruiz, RN") > 1.4 * usual
        await app.tap("look-larger")
        await app.until(lambda: device.kept_looks == [("s1", Look(text=175))], "that it is kept for her")
        await app.tap("lock-somebody-else")
        await app.tap("lock-user-s2")
        assert dress_of(app.page).look == Look()


async def test_brightness_and_movement_are_kept_with_the_size(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-settings")
        await app.tap("settings-look-dark")
        assert app.page.theme_mode is ft.ThemeMode.DARK
        await app.tap("look-motion-less")
        await app.until(lambda: len(device.kept_looks) == 2, "both")
        assert device.kept_looks[-1] == ("s1", Look(brightness=Brightness.DARK, calm=True))
        assert app.page.theme.splash_color == ft.Colors.TRANSPARENT
        await app.tap("look-motion-device")
        assert app.page.theme.splash_color is None


async def test_what_was_chosen_while_signing_in_stays_with_the_person(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, users=[])
    async with mount(device) as app:
        await app.until(lambda: app.has("first-run-plan"), "the first page")
        await app.tap("look-larger")
        await app.tap("first-run-check")
        await app.tap("first-run-sign-in")
        assert device.attempt is not None
        device.attempt.back.set_result(object())
        await app.until(lambda: app.has("first-run-pin"), "the PIN")
        await app.type("first-run-pin", "482915", submit=True)
        await app.type("first-run-pin-again", "482915", submit=True)
        await app.until(lambda: device.kept_looks == [("s1", Look(text=115))], "that it is kept")


async def test_bars_stand_still_where_less_movement_is_asked_for(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, users=[])
    async with mount(device) as app:
        app.page.data = type(dress_of(app.page))(Look(calm=True))
        await app.tap("first-run-check")
        await app.tap("first-run-sign-in")
        bars = [c for c in app.walk() if isinstance(c, ft.ProgressBar)]
        assert bars
        assert all(bar.value is not None for bar in bars)


async def test_another_language_is_spoken_at_once_on_every_part_of_the_window_and_kept(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-settings")
        await app.until(lambda: app.has("look-language-es"), "the languages")
        assert app.shows("Text size")
        await app.tap("look-language-es")
        assert app.shows(tr("Text size"))
        assert not app.shows("Text size")
        assert not app.shows("Sent & waiting"), "the menu and the status line too"
        assert app.shows(tr("This translation still awaits review by a native-speaking clinician."))
        assert app.page.locale_configuration.current_locale.language_code == "es"
        await app.until(lambda: device.kept_looks == [("s1", Look(language="es"))], "that it is kept")
        await app.tap("look-language-en")
        assert app.shows("Text size")
        assert app.shows("Sent & waiting")


async def test_changing_the_language_loses_nothing_that_was_typed(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world, users=[UserOnDevice("s1", "Ana", LockKind.PIN, 0)])) as app:
        await app.type("lock-secret", "4829")
        await app.tap("look-language-es")
        assert app.value("lock-secret") == "4829"
        assert app.inner("lock-secret", ft.TextField).label == tr("PIN")


async def test_the_lock_screen_speaks_the_language_of_whoever_is_chosen(mount: Mount, world: World) -> None:
    users = [
        UserOnDevice("s1", "Ana Ruiz, RN", LockKind.PIN, 0, Look(language="es")),
        UserOnDevice("s2", "Tom Okoye, RN", LockKind.PIN, 0),
    ]
    async with mount(DoubleDevice(world, users=users)) as app:
        assert app.shows("Who is here?")
        await app.tap("lock-user-s1")
        assert get_language().code == "es"
        await app.tap("lock-somebody-else")
        await app.tap("lock-user-s2")
        assert get_language().code == "en"


async def test_a_language_that_runs_the_other_way_turns_the_window(mount: Mount, world: World) -> None:
    look = Look(language=MIRRORED.code)
    users = [UserOnDevice("s1", "Ana Ruiz, RN", LockKind.PIN, 0, look)]
    async with mount(DoubleDevice(world, users=users)) as app:
        assert app.page.rtl
        assert (edges(24, 8).left, edges(24, 8).right) == (8, 24)
        await app.tap("look-language-en")
        assert not app.page.rtl
        assert (edges(24, 8).left, edges(24, 8).right) == (24, 8)


def test_a_language_that_nobody_knows_is_read_as_english() -> None:
    assert read_look({"language": "xx"}).language == "en"
    assert read_look({"language": ["es"]}).language == "en"
    assert read_look(Look(language="es").as_data()).language == "es"
