"""Sentences about the state of things: notices, empty states, waiting, whole-page problems."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import flet as ft

from app.language import tr
from app.views import text, theme
from app.views.widgets.base import MUTED, heading, sign, stack, words


class Tone(StrEnum):
    CALM = "calm"
    ASK = "ask"
    WRONG = "wrong"


_LOOK: dict[Tone, tuple[ft.Colors, ft.Colors, ft.IconData]] = {
    Tone.CALM: (ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER, ft.Icons.INFO_OUTLINE),
    Tone.ASK: (ft.Colors.TERTIARY_CONTAINER, ft.Colors.ON_TERTIARY_CONTAINER, ft.Icons.ERROR_OUTLINE),
    Tone.WRONG: (ft.Colors.ERROR_CONTAINER, ft.Colors.ON_ERROR_CONTAINER, ft.Icons.REPORT_OUTLINED),
}


def notice(sentence: str, tone: Tone = Tone.ASK, actions: Sequence[ft.Control] = ()) -> ft.Control:
    """A sentence in place, with an icon and, below it, what can be done."""
    ground, ink, icon = _LOOK[tone]
    line = ft.Row(
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            sign(icon, 22, ink),
            ft.Container(expand=True, content=words(sentence, color=ink)),
        ],
    )
    # A new element for a new sentence: one that changes in place becomes an empty node for screen readers.
    return ft.Semantics(
        key=f"notice-{sentence}",
        live_region=True,
        container=True,
        content=ft.Container(
            padding=theme.S4,
            border_radius=theme.RADIUS,
            bgcolor=ground,
            content=stack([line, *([ft.Row(list(actions), wrap=True)] if actions else [])]),
        ),
    )


def optional_notice(sentence: str | None, tone: Tone = Tone.ASK) -> list[ft.Control]:
    return [notice(sentence, tone)] if sentence else []


def empty(
    icon: ft.IconData, title: str, help_text: str = "", actions: Sequence[ft.Control] = ()
) -> ft.Control:
    """What a screen shows when there is nothing, and what one can do about it."""
    parts: list[ft.Control] = [
        ft.Container(
            width=theme.px(64),
            height=theme.px(64),
            border_radius=theme.px(32),
            bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
            alignment=ft.Alignment.CENTER,
            content=sign(icon, 30, MUTED),
        ),
        words(title, 18, strong=True, align=ft.TextAlign.CENTER),
    ]
    if help_text:
        parts.append(words(help_text, color=MUTED, align=ft.TextAlign.CENTER))
    parts.extend(actions)
    return ft.Container(
        padding=theme.S6,
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            parts, spacing=theme.S3, horizontal_alignment=ft.CrossAxisAlignment.CENTER, tight=True
        ),
    )


def loading() -> ft.Control:
    """Shown only until the first value is there; never over one."""
    return ft.Container(
        padding=theme.S6,
        alignment=ft.Alignment.CENTER,
        content=words(tr(text.LOADING), color=MUTED),
    )


def under_way(said: str) -> ft.Control:
    """Something takes its time, and the words beside it say what. With less movement the bar stands still."""
    return ft.ProgressBar(
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        semantics_label=said,
        value=0.5 if theme.is_calm() else None,
    )


def problem_page(title: str, sentence: str, actions: Sequence[ft.Control]) -> ft.Control:
    """A whole page for what keeps the records from opening. Says what happened and what to do."""
    return stack(
        [
            ft.Row([sign(ft.Icons.REPORT_OUTLINED, 40, ft.Colors.SECONDARY)]),
            heading(title, 24),
            words(sentence, 17),
            *([] if tr(text.NOTHING_DELETED) in sentence else [words(tr(text.NOTHING_DELETED), color=MUTED)]),
            *actions,
        ],
        spacing=theme.S4,
    )
