"""The end of a visit: leaving (undone until signed), what is still missing, signing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import flet as ft

from app.domain.visit import Missing
from app.services.models import VisitPage
from app.views import say, text, theme
from app.views.guard import safe_component
from app.views.hooks import Action, use_action
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.notices import Tone, optional_notice

Work = Callable[[], Awaitable[Any]]


@safe_component
def Ending(
    page: VisitPage,
    leave: Work,
    undo: Work,
    sign: Work,
    discard: Work,
    go_to: Callable[[Missing], Awaitable[None]],
) -> ft.Control:
    leaving = use_action(lambda _: leave())
    undoing = use_action(lambda _: undo())
    signing = use_action(lambda _: sign())
    discarding = use_action(lambda _: discard())
    parts: list[ft.Control] = [_leaving(page, leaving, undoing)]
    if page.missing:
        parts.append(_missing(page.missing, go_to))
    ready = not page.missing
    parts.append(
        stack(
            [
                *([muted(text.SIGN_READY, 15)] if ready else []),
                *optional_notice(signing.error, Tone.ASK),
                buttons.primary(
                    "visit-sign",
                    text.SIGN,
                    signing.run,
                    icon=ft.Icons.DRAW_OUTLINED,
                    busy=signing.busy,
                    disabled=not ready,
                ),
            ],
            spacing=theme.S2,
        )
    )
    draft = page.draft
    if not draft.answers and not draft.note.strip() and draft.left_at is None:
        parts.append(
            stack(
                [
                    *optional_notice(discarding.error),
                    ft.Row(
                        [buttons.plain("visit-discard", text.DISCARD, discarding.run, icon=ft.Icons.CLOSE)]
                    ),
                ]
            )
        )
    return stack(parts, spacing=theme.S4)


def _leaving(page: VisitPage, leaving: Action, undoing: Action) -> ft.Control:
    left = page.draft.left_at
    if left is None:
        inside = stack(
            [
                buttons.quiet(
                    "visit-leave", text.LEAVING, leaving.run, icon=ft.Icons.DIRECTIONS_CAR_OUTLINED
                ),
                muted(text.LEAVING_HELP),
                *optional_notice(leaving.error),
            ],
            spacing=6,
        )
    else:
        inside = stack(
            [
                ft.Row(
                    [
                        ft.Icon(ft.Icons.CHECK, color=ft.Colors.PRIMARY, size=22),
                        ft.Container(expand=True, content=words(say.ended(left), 18, strong=True)),
                        buttons.plain("visit-undo-leave", text.UNDO, undoing.run, icon=ft.Icons.UNDO),
                    ]
                ),
                *optional_notice(undoing.error),
            ],
            spacing=6,
        )
    return card(inside)


def _missing(missing: tuple[Missing, ...], go_to: Callable[[Missing], Awaitable[None]]) -> ft.Control:
    async def tap(what: Missing, _: Any) -> None:
        await go_to(what)

    return group(
        text.MISSING_TITLE,
        [
            buttons.tile(
                f"visit-missing-{what.value}",
                partial(tap, what),
                words(text.MISSING[what]),
                lead=ft.Icons.RADIO_BUTTON_UNCHECKED,
                end=ft.Icons.ARROW_UPWARD,
            )
            for what in missing
        ],
    )
