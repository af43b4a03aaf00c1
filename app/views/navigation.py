"""The places of an open session: a rail at the side, on a phone a bar below, whose last place opens those it lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.language import tr
from app.views import text, theme
from app.views.routes import Route, Stack
from app.views.widgets import buttons
from app.views.widgets.base import STACKED, card, sign, stack, words

LETTER = 0.58
"""Width of a letter of our typeface in the widest of these names, half bold, as a share of its size."""
LEAST, LEAST_LARGER = 72, 84
"""Logical pixels that a place takes at least in the bottom bar, and with larger text; else the last stand apart."""
LOWEST = 44
"""Logical pixels that a place in the bar is high at least, beside its edge of 2 above and below: `theme.TOUCH`."""
WIDE = 150
"""From so many logical pixels on a name stands beside its sign where the window is low."""
MORE_SIGN = ft.Icons.MORE_HORIZ


@dataclass(frozen=True, slots=True)
class Tab:
    identifier: str
    label: str
    icon: ft.IconData
    route: Route
    short: str = ""
    """What stands in the bar of a phone, where that is a word of another length."""

    @property
    def in_bar(self) -> str:
        return tr(self.short or self.label)


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands in the bar of a window `width` wide, and how."""

    tabs: tuple[Tab, ...]
    rest: tuple[Tab, ...]
    """Those for which there is no room: the last place opens them."""
    width: float
    sideways: bool = False

    @property
    def room(self) -> float:
        """Logical pixels that a name may be wide."""
        return (self.width - 8) / (len(self.tabs) + bool(self.rest)) - 10

    @property
    def beside(self) -> bool:
        """Whether names stand beside their signs."""
        return self.sideways and self.room >= WIDE

    @property
    def size(self) -> float:
        names = [tab.in_bar for tab in self.tabs] + ([tr(text.MORE_PLACES)] if self.rest else [])
        return size_of(names, self.room - theme.px(24) if self.beside else self.room)


def lay_out(tabs: Sequence[Tab], width: float, *, sideways: bool = False) -> Bar:
    """As many places as have room for whole words, in one row."""
    fit = int(width // (LEAST_LARGER if theme.scale() > 1 else LEAST))
    shown = len(tabs) if len(tabs) <= fit else max(fit - 1, 1)
    return Bar(tuple(tabs[:shown]), tuple(tabs[shown:]), width, sideways)


def size_of(labels: Sequence[str], room: float) -> float:
    """The size of names in the bottom bar, one for all: no word is ever broken, however large text is."""
    longest = max((len(word) for label in labels for word in label.split()), default=1)
    return min(12, room / (longest * LETTER * theme.scale()))


def is_in(here: Stack, tab: Tab) -> bool:
    return type(here[0]) is type(tab.route)


def bottom_bar(
    bar: Bar, here: Stack, pick: Callable[[Tab], None], more: Callable[[], None], opened: bool
) -> ft.Control:
    """`opened`: those for which there is no room are shown over the screen."""
    places: list[ft.Control] = [
        _place(bar, tab.identifier, tab.in_bar, tr(tab.label), tab.icon, is_in(here, tab), _tapped(pick, tab))
        for tab in bar.tabs
    ]
    if bar.rest:
        name = tr(text.MORE_PLACES)
        chosen = opened or any(is_in(here, tab) for tab in bar.rest)
        last = _place(bar, "nav-more", name, name, MORE_SIGN, chosen, lambda _: more())
        last.expanded = opened
        places.append(last)
    return ft.Container(
        visible=bool(places),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        padding=ft.Padding.symmetric(horizontal=4, vertical=4),
        content=ft.Row(places, spacing=2, vertical_alignment=ft.CrossAxisAlignment.CENTER),
    )


def more_places(bar: Bar, here: Stack, pick: Callable[[Tab], None]) -> ft.Control:
    """Over the screen, which stays as it is below: the places that the bar lacks."""
    tiles = [
        buttons.tile(
            tab.identifier,
            _tapped(pick, tab),
            words(tr(tab.label), 17),
            lead=tab.icon,
            chosen=is_in(here, tab),
        )
        for tab in bar.rest
    ]
    box = card(stack(tiles, spacing=theme.S2, tight=True), padding=theme.S3, color=ft.Colors.SURFACE)
    return ft.Container(
        bgcolor=ft.Colors.with_opacity(0.5, ft.Colors.SCRIM),
        padding=theme.S3,
        content=ft.Column(
            [box],
            scroll=ft.ScrollMode.AUTO,
            alignment=ft.MainAxisAlignment.END,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
    )


def rail(tabs: Sequence[Tab], here: Stack, pick: Callable[[Tab], None], *, low: bool) -> ft.Control:
    """`low`: on a phone held sideways, where all places of a nurse stand only without the sign above them."""
    brand = ft.Image(src="/icons/icon-192.png", width=44, height=44, exclude_from_semantics=True)
    return ft.Container(
        visible=bool(tabs),
        width=theme.px(104),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        padding=ft.Padding.symmetric(horizontal=8, vertical=theme.S2 if low else theme.S4),
        content=ft.Column(
            [
                ft.Container(visible=not low, padding=ft.Padding.only(bottom=theme.S2), content=brand),
                *[_in_rail(tab, is_in(here, tab), _tapped(pick, tab), low=low) for tab in tabs],
            ],
            spacing=6,
            # a phone held sideways is too low for all places of a supervisor
            scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )


def _tapped(pick: Callable[[Tab], None], tab: Tab) -> Callable[[Any], None]:
    return lambda _: pick(tab)


def _place(
    bar: Bar,
    identifier: str,
    label: str,
    said: str,
    icon: ft.IconData,
    chosen: bool,
    on_tap: Callable[[Any], None],
) -> ft.Semantics:
    ink = _ink(chosen)
    name = words(label, bar.size, color=ink, strong=chosen, align=ft.TextAlign.CENTER, said=said)
    mark = sign(icon, 18 if theme.scale() >= STACKED else 24, ink)
    inside: ft.Control = _below(mark, name)
    if bar.beside:
        name.expand, name.expand_loose = True, True
        inside = ft.Row([mark, name], spacing=theme.S1, tight=True, alignment=ft.MainAxisAlignment.CENTER)
    held = ft.Row(
        [
            ft.Container(height=LOWEST),
            ft.Container(expand=True, alignment=ft.Alignment.CENTER, content=inside),
        ],
        spacing=0,
    )
    return _button(identifier, chosen, on_tap, held, room=ft.Padding.symmetric(horizontal=2), expand=True)


def _in_rail(tab: Tab, chosen: bool, on_tap: Callable[[Any], None], *, low: bool) -> ft.Semantics:
    ink = _ink(chosen)
    name = words(tr(tab.label), 13, color=ink, strong=chosen, align=ft.TextAlign.CENTER)
    room = ft.Padding.symmetric(horizontal=4, vertical=6 if low else 14)  # it must leave room to read
    inside = _below(sign(tab.icon, 24, ink), name)
    return _button(tab.identifier, chosen, on_tap, inside, room=room, width=theme.px(88))


def _ink(chosen: bool) -> ft.Colors:
    return ft.Colors.ON_PRIMARY_CONTAINER if chosen else ft.Colors.ON_SURFACE_VARIANT


def _below(mark: ft.Control, name: ft.Control) -> ft.Control:
    return ft.Column(
        [mark, name],
        spacing=3,
        tight=True,
        alignment=ft.MainAxisAlignment.CENTER,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _button(
    identifier: str,
    chosen: bool,
    on_tap: Callable[[Any], None],
    inside: ft.Control,
    *,
    room: ft.Padding,
    width: float | None = None,
    expand: bool = False,
) -> ft.Semantics:
    return ft.Semantics(
        identifier=identifier,
        button=True,
        selected=chosen,
        container=True,
        expand=expand,
        content=ft.Container(
            width=width,
            padding=room,
            alignment=ft.Alignment.CENTER,
            border_radius=theme.RADIUS,
            # chosen is told by an edge too, not by the ground alone
            border=ft.Border.all(2, ft.Colors.PRIMARY if chosen else ft.Colors.TRANSPARENT),
            bgcolor=ft.Colors.PRIMARY_CONTAINER if chosen else None,
            ink=True,
            on_click=on_tap,
            content=inside,
        ),
    )
