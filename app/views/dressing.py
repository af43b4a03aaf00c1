"""What one window wears, and how it changes: from the lock screen on, before anything is decrypted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import flet as ft

from app.domain.look import USUAL, Look
from app.language import Language, speak
from app.views import theme
from app.views.guard import on_page
from app.views.hooks import use_value
from app.views.ports import Device


@dataclass(frozen=True, slots=True)
class Dressing:
    """`put_on` shows a look in this window; `change` also keeps it for the person of that store, if any."""

    look: Look
    put_on: Callable[[Look], None]
    change: Callable[[Look, str | None], None]


def first_dress(device: Device) -> theme.Dress:
    """With one person on the device the lock screen is hers already."""
    users = device.users()
    return theme.Dress(users[0].look if len(users) == 1 else USUAL)


def speak_on(page: ft.Page, code: str) -> Language:
    """This language from now on: the words, the side on which lines begin, and the client's own dialogs."""
    spoken = speak(code)
    page.rtl = spoken.right_to_left
    page.locale_configuration = ft.LocaleConfiguration(
        supported_locales=[ft.Locale("en", "US"), ft.Locale("es", "US")],
        current_locale=ft.Locale("es" if spoken.code == "es" else "en", "US"),
    )
    return spoken


def use_dressing(page: ft.Page, device: Device) -> Dressing:
    """The window's look; every screen is drawn again when it changes. Asks the device once about movement."""
    worn, set_worn = use_value(lambda: theme.dress_of(page))

    def wear(new: theme.Dress) -> None:
        theme.dress(page, new)
        speak_on(page, new.look.language)
        page.update()
        set_worn(lambda _: new)

    def put_on(look: Look) -> None:
        if look != theme.dress_of(page).look:
            wear(replace(theme.dress_of(page), look=look))

    def change(look: Look, store_id: str | None) -> None:
        put_on(look)
        if store_id is not None:
            on_page(page, lambda: device.keep_look(store_id, look))()

    async def ask() -> None:
        if await _wants_calm() and not theme.dress_of(page).device_calm:
            wear(replace(theme.dress_of(page), device_calm=True))

    ft.use_effect(on_page(page, ask), [])
    return Dressing(worn.look, put_on, change)


async def _wants_calm() -> bool:
    """Whether the device is set to less movement; a client that cannot say counts as no."""
    try:
        asked = await ft.SemanticsService().get_accessibility_features()
    except (TypeError, AttributeError, ValueError, RuntimeError):
        return False
    return asked.disable_animations or asked.reduce_motion
