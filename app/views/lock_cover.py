"""What lies over open records while nobody looks at them: a calm page without a word about anybody.

The screens below stay as they are, so that one tap gives back the place, the typed words and the line one had read
to. Below the cover they take no taps and no keys, and screen readers do not find them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.language import tr
from app.services.lock_policy import Shade
from app.views import text, theme
from app.views.widgets import buttons
from app.views.widgets.base import words
from app.views.wording import lock as said


def shaded(body: ft.Control, shade: Shade, uncover: Callable[[], None]) -> ft.Control:
    """`body` with what the moment asks for on top. One shape in every state: nothing below is made anew."""
    veiled = shade is not Shade.NONE
    return ft.Stack(
        fit=ft.StackFit.EXPAND,
        expand=True,
        controls=[
            ft.Semantics(
                exclude_semantics=veiled, content=ft.Container(expand=True, disabled=veiled, content=body)
            ),
            ft.Container(
                visible=veiled,
                expand=True,
                bgcolor=ft.Colors.SURFACE,
                content=_cover(shade, uncover) if veiled else None,
            ),
        ],
    )


def _cover(shade: Shade, uncover: Callable[[], None]) -> ft.Control:
    def tap(_: Any) -> None:
        uncover()

    parts: list[ft.Control] = [
        ft.Image(src="/icons/icon-192.png", width=72, height=72, exclude_from_semantics=True),
        words(text.APP, 30, strong=True, color=ft.Colors.ON_PRIMARY_CONTAINER),
    ]
    if shade is Shade.COVER:
        parts += [
            words(tr(said.COVERED), 18, color=ft.Colors.ON_PRIMARY_CONTAINER, align=ft.TextAlign.CENTER),
            buttons.primary("cover-open", tr(said.UNCOVER), tap, icon=ft.Icons.VISIBILITY_OUTLINED),
        ]
    page = ft.Container(
        expand=True,
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        padding=theme.S6,
        alignment=ft.Alignment.CENTER,
        on_click=tap if shade is Shade.COVER else None,
        content=ft.Column(
            parts,
            spacing=theme.S4,
            tight=True,
            alignment=ft.MainAxisAlignment.CENTER,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )
    return ft.Semantics(identifier="cover", container=True, content=page)
