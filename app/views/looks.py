"""The size of text, the language, light or dark, movement: in Settings; the first two on the lock screen too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import flet as ft

from app.domain.look import Brightness, Look, find_larger, find_smaller
from app.language import ENGLISH, LANGUAGES, tr
from app.views import text, theme
from app.views.env import Env
from app.views.guard import on_page, safe_component
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, spot, stack, words
from app.views.widgets.options import wrap
from app.views.wording import look as said

SIZE, LANGUAGE = "look-size", "look-language"
"""Places on the page of Settings, to scroll to."""


def size_buttons(look: Look, change: Callable[[Look], None]) -> ft.Control:
    """One step smaller or larger; between them how large it is now, in that size."""

    def step(find: Callable[[int], int | None], _: Any) -> None:
        found = find(look.text)
        if found is not None:
            change(replace(look, text=found))

    smaller = buttons.quiet(
        "look-smaller",
        tr(said.SMALLER),
        partial(step, find_smaller),
        icon=ft.Icons.TEXT_DECREASE,
        disabled=find_smaller(look.text) is None,
    )
    larger = buttons.quiet(
        "look-larger",
        tr(said.LARGER),
        partial(step, find_larger),
        icon=ft.Icons.TEXT_INCREASE,
        disabled=find_larger(look.text) is None,
    )
    now = ft.Semantics(live_region=True, container=True, content=words(said.size_now(look.text), strong=True))
    return wrap([smaller, larger, now])


def language_buttons(look: Look, change: Callable[[Look], None]) -> ft.Control:
    """Each language by its own name, so that whoever cannot read this screen finds hers."""

    def choose(code: str, _: Any) -> None:
        change(replace(look, language=code))

    return wrap(
        [
            buttons.choice(
                f"look-language-{one.code}", one.name, look.language == one.code, partial(choose, one.code)
            )
            for one in LANGUAGES
        ]
    )


def first_looks(look: Look, change: Callable[[Look], None]) -> ft.Control:
    """What somebody may need before she can read anything: on the lock screen and at the first run."""
    return stack([size_buttons(look, change), language_buttons(look, change)], spacing=theme.S2, tight=True)


def use_sight(scroller: ft.MutableRef[ft.Column], look: Look) -> None:
    """Bring what was tapped back into sight: in another size or language what stands above it is higher or lower."""
    before: ft.MutableRef[Look] = ft.use_ref(look)

    async def go() -> None:
        old, before.current = before.current, look
        if old is None or scroller.current is None:
            return
        if look.text != old.text:
            await scroller.current.scroll_to(scroll_key=SIZE, duration=0)
        elif look.language != old.language:
            await scroller.current.scroll_to(scroll_key=LANGUAGE, duration=0)

    ft.use_effect(on_page(ft.context.page, go), [look.text, look.language])


@safe_component
def LookParts(env: Env, scroller: ft.MutableRef[ft.Column]) -> ft.Control:
    """The groups of Settings, on a page that `scroller` scrolls."""
    use_sight(scroller, env.look)

    def brighten(mode: Brightness, _: Any) -> None:
        env.set_look(replace(env.look, brightness=mode))

    def move(calm: bool, _: Any) -> None:
        env.set_look(replace(env.look, calm=calm))

    looks = [
        buttons.choice(
            f"settings-look-{mode.value}", tr(label), env.look.brightness is mode, partial(brighten, mode)
        )
        for mode, label in zip(Brightness, text.APPEARANCES, strict=True)
    ]
    movement = [
        buttons.choice(f"look-motion-{name}", label, env.look.calm is calm, partial(move, calm))
        for name, label, calm in (("device", tr(said.AS_THE_DEVICE), False), ("less", tr(said.LESS), True))
    ]
    language: list[ft.Control] = [muted(tr(said.LANGUAGE_HELP)), language_buttons(env.look, env.set_look)]
    if env.look.language != ENGLISH:
        language += [muted(tr(said.SCALES_STAY)), muted(tr(said.AWAITS_REVIEW))]
    size = [muted(tr(said.TEXT_SIZE_HELP)), size_buttons(env.look, env.set_look)]
    return stack(
        [
            ft.Container(key=spot(LANGUAGE), content=group(tr(said.LANGUAGE), language)),
            ft.Container(key=spot(SIZE), content=group(tr(said.TEXT_SIZE), size)),
            group(tr(text.APPEARANCE), [wrap(looks)]),
            group(tr(said.MOVEMENT), [muted(tr(said.MOVEMENT_HELP)), wrap(movement)]),
        ],
        spacing=24,
    )
