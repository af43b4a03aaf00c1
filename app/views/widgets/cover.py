"""The page without records behind it: brand on one side, one quiet panel on the other."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.views import text, theme
from app.views.widgets.base import STACKED, card, heading, words
from app.views.widgets.frame import scrolls_whole


def _brand(narrow: bool, small: bool) -> ft.Control:
    """`small`: large text on a phone, where what is asked needs the room."""
    name = words(
        text.APP, 16 if small else 26 if narrow else 38, strong=True, color=ft.Colors.ON_PRIMARY_CONTAINER
    )
    icon = ft.Image(
        src="/icons/icon-192.png",
        width=28 if small else 44 if narrow else 88,
        height=28 if small else 44 if narrow else 88,
        semantics_label=text.APP,
        exclude_from_semantics=True,
    )
    if narrow:
        return ft.Row([icon, name], spacing=theme.S3)
    return ft.Column(
        [
            icon,
            name,
            words(tr(text.PROMISE), 18, color=ft.Colors.ON_PRIMARY_CONTAINER),
        ],
        spacing=theme.S4,
        alignment=ft.MainAxisAlignment.CENTER,
        expand=True,
    )


def title(sentence: str) -> ft.Control:
    """What the panel asks; with large text lower, so that the keys below it stay in sight on a phone."""
    return heading(sentence, 24 if theme.scale() < STACKED else 18)


def said(sentence: str) -> ft.Control:
    """A sentence above the keys, lower with large text too."""
    return words(sentence, 16 if theme.scale() < STACKED else 14)


def cover(panel: ft.Control, *, narrow: bool) -> ft.Control:
    """A page around `panel`: two halves on a tablet, one under the other on a phone."""
    small = scrolls_whole(narrow=narrow)
    brand = ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=theme.S1 if small else theme.S4)
        if narrow
        else 48,
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        width=None if narrow else 400,
        content=_brand(narrow, small),
    )
    box = ft.Container(
        width=None if narrow else theme.px(520),
        padding=ft.Padding.only(bottom=theme.S3 if narrow else theme.S6),
        content=card(panel, padding=theme.S3 if small else 20 if narrow else 32),
    )
    scroller = ft.Column(
        [box],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH if narrow else ft.CrossAxisAlignment.CENTER,
        alignment=ft.MainAxisAlignment.START if narrow else ft.MainAxisAlignment.CENTER,
    )
    around = theme.S3 if narrow else theme.S6
    # Below nothing is left free: a panel that is longer goes on past the window's edge and does not end above it, cut.
    side = ft.Container(
        expand=True, padding=ft.Padding(left=around, right=around, top=around, bottom=0), content=scroller
    )
    # One shape for both widths: what stands at the same place stays mounted, so turning the device loses nothing
    # that was typed and never shows other words to write down.
    right = ft.Column(
        [ft.Container(visible=narrow, content=brand if narrow else None), side],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    left = ft.Container(visible=not narrow, content=None if narrow else brand)
    return ft.Row([left, right], spacing=0, expand=True, vertical_alignment=ft.CrossAxisAlignment.STRETCH)
