"""The size of text, light or dark, movement: the same in Settings and, the size, on the lock screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import flet as ft

from app.domain.look import Brightness, Look, find_larger, find_smaller
from app.views import text
from app.views.env import Env
from app.views.guard import safe_component
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, stack, words
from app.views.widgets.options import wrap
from app.views.wording import look as said


def size_buttons(look: Look, change: Callable[[Look], None]) -> ft.Control:
    """One step smaller or larger; between them how large it is now, in that size."""

    def step(find: Callable[[int], int | None], _: Any) -> None:
        found = find(look.text)
        if found is not None:
            change(replace(look, text=found))

    smaller = buttons.quiet(
        "look-smaller",
        said.SMALLER,
        partial(step, find_smaller),
        icon=ft.Icons.TEXT_DECREASE,
        disabled=find_smaller(look.text) is None,
    )
    larger = buttons.quiet(
        "look-larger",
        said.LARGER,
        partial(step, find_larger),
        icon=ft.Icons.TEXT_INCREASE,
        disabled=find_larger(look.text) is None,
    )
    now = ft.Semantics(live_region=True, container=True, content=words(said.size_now(look.text), strong=True))
    return wrap([smaller, larger, now])


@safe_component
def LookParts(env: Env) -> ft.Control:
    """The three groups of Settings."""

    def brighten(mode: Brightness, _: Any) -> None:
        env.set_look(replace(env.look, brightness=mode))

    def move(calm: bool, _: Any) -> None:
        env.set_look(replace(env.look, calm=calm))

    looks = [
        buttons.choice(
            f"settings-look-{mode.value}", label, env.look.brightness is mode, partial(brighten, mode)
        )
        for mode, label in zip(Brightness, text.APPEARANCES, strict=True)
    ]
    movement = [
        buttons.choice(f"look-motion-{name}", label, env.look.calm is calm, partial(move, calm))
        for name, label, calm in (("device", said.AS_THE_DEVICE, False), ("less", said.LESS, True))
    ]
    return stack(
        [
            group(said.TEXT_SIZE, [muted(said.TEXT_SIZE_HELP), size_buttons(env.look, env.set_look)]),
            group(text.APPEARANCE, [wrap(looks)]),
            group(said.MOVEMENT, [muted(said.MOVEMENT_HELP), wrap(movement)]),
        ],
        spacing=24,
    )
