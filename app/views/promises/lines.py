"""A promise as it is shown everywhere: what was promised, by whom and when, and one tap for what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import flet as ft

from app.domain.promise import Promise, PromiseState
from app.language import tr
from app.views import theme
from app.views.env import now
from app.views.guard import safe_component
from app.views.hooks import use_action
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, muted, sign, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import promises as said

Answer = Callable[[Promise, PromiseState], Awaitable[Any]]


@safe_component
def PromiseLine(promise: Promise, answer: Answer | None, narrow: bool) -> ft.Control:
    """`answer` None: only to read."""

    async def tap(state: PromiseState, _: Any = None) -> None:
        if answer is not None:
            await answer(promise, state)

    kept = use_action(partial(tap, PromiseState.KEPT))
    not_kept = use_action(partial(tap, PromiseState.NOT_KEPT))
    again = use_action(partial(tap, PromiseState.OPEN))
    at = now()
    lines: list[ft.Control] = [words(said.words_of(promise), 17, strong=True), muted(said.made(promise, at))]
    if promise.answered:
        lines.append(words(said.said(promise, at), 15, strong=True))
    told = ft.Row(
        [
            sign(_sign(promise), size=22, color=MUTED),
            ft.Container(expand=True, content=stack(lines, spacing=0, tight=True)),
        ],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    doors: list[ft.Control] = []
    if answer is not None and promise.answered:
        doors = [
            buttons.plain(f"promise-reopen-{promise.id}", tr(said.REOPEN), again.run, icon=ft.Icons.UNDO)
        ]
    elif answer is not None:
        doors = [
            buttons.quiet(
                f"promise-kept-{promise.id}",
                said.answer(PromiseState.KEPT),
                kept.run,
                icon=ft.Icons.CHECK,
                busy=kept.busy,
            ),
            buttons.quiet(
                f"promise-not-kept-{promise.id}",
                said.answer(PromiseState.NOT_KEPT),
                not_kept.run,
                busy=not_kept.busy,
            ),
        ]
    problem = optional_notice(kept.error or not_kept.error or again.error, Tone.ASK)
    row = ft.Row(doors, wrap=narrow, spacing=theme.S2, run_spacing=theme.S2)
    if narrow or not doors:
        return stack([told, *([row] if doors else []), *problem], spacing=theme.S2, tight=True)
    told.expand = True
    together = ft.Row([told, row], spacing=theme.S3)
    return stack([together, *problem], spacing=theme.S2, tight=True)


def _sign(promise: Promise) -> ft.IconData:
    if promise.state is PromiseState.KEPT:
        return ft.Icons.CHECK_CIRCLE_OUTLINE
    if promise.state is PromiseState.NOT_KEPT:
        return ft.Icons.REMOVE_CIRCLE_OUTLINE
    return ft.Icons.HANDSHAKE_OUTLINED


def promise_card(lines: list[ft.Control]) -> ft.Control:
    """Several promises under one another."""
    parts: list[ft.Control] = []
    for line in lines:
        if parts:
            parts.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        parts.append(line)
    return card(stack(parts, spacing=theme.S3), padding=theme.S3)
