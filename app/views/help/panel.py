"""The question mark, always in the same place, and the few sentences that it opens above the screen."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.language import tr
from app.views import theme
from app.views.env import Env
from app.views.help.topics import find_help
from app.views.routes import NoSignalRoute, Route, SettingsRoute, WaitingRoute
from app.views.widgets import buttons
from app.views.widgets.base import bullet, card, group, sign, stack
from app.views.wording import help as said

WIDTH = 64
WIDEST = 760


_LIVE = (ft.Colors.SURFACE_CONTAINER, ft.Colors.ON_SURFACE_VARIANT)
_PRACTICE = (ft.Colors.TERTIARY_CONTAINER, ft.Colors.ON_TERTIARY_CONTAINER)
_OPENED = (ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER)


def help_button(on_tap: Callable[[], None], opened: bool, *, practising: bool) -> ft.Control:
    """Opens and closes; while it is closed on the ground of the line that it ends."""
    ground, ink = _OPENED if opened else _PRACTICE if practising else _LIVE
    return ft.Semantics(
        identifier="help",
        button=True,
        container=True,
        label=tr(said.CLOSE_HELP) if opened else tr(said.HELP),
        content=ft.Container(
            width=WIDTH * min(theme.scale(), 1.3),  # the sign itself grows; the room around it need not
            padding=ft.Padding.symmetric(horizontal=theme.S2, vertical=theme.S1),
            border_radius=theme.RADIUS,
            ink=True,
            on_click=lambda _: on_tap(),
            # what is coloured ends before what is tapped, as far from the window's edge and the sign beside it
            content=ft.Container(
                padding=ft.Padding.symmetric(vertical=(theme.TOUCH - 24) / 2 - theme.S1),
                border_radius=theme.RADIUS - 2,
                alignment=ft.Alignment.CENTER,
                bgcolor=ground,
                content=sign(ft.Icons.CLOSE if opened else ft.Icons.HELP_OUTLINE, 24, ink),
            ),
        ),
    )


def with_help(
    bar: ft.Control, on_tap: Callable[[], None], opened: bool, *, practising: bool = False
) -> ft.Control:
    """The line of state with the question mark at its end."""
    button = help_button(on_tap, opened, practising=practising)
    return ft.Container(
        bgcolor=(_PRACTICE if practising else _LIVE)[0],
        content=ft.Row([ft.Container(expand=True, content=bar), button], spacing=0),
    )


def help_over(env: Env, place: Route, close: Callable[[], None]) -> ft.Control:
    """Over the screen, which stays as it is below."""
    found = find_help(place)
    if found is None:
        return ft.Container(visible=False)

    def leave(to: Route) -> None:
        close()
        env.go(to)

    more: list[ft.Control] = [buttons.quiet("help-close", tr(said.CLOSE_HELP), lambda _: close())]
    if not env.session.practising and isinstance(place, WaitingRoute):
        more.append(buttons.plain("help-no-signal", tr(said.NO_SIGNAL), lambda _: leave(NoSignalRoute())))
    if not env.session.practising and not isinstance(place, SettingsRoute):
        more.append(buttons.plain("help-more", tr(said.TOUR_AND_PRACTICE), lambda _: leave(SettingsRoute())))
    inside: list[ft.Control] = [*group(found.title, [bullet(line, 17) for line in found.lines]).controls]
    inside.append(ft.Row(more, wrap=True))
    box = ft.Semantics(
        key=f"help-{found.title}",
        identifier="help-text",
        live_region=True,
        container=True,
        content=card(stack(inside, spacing=theme.S2, tight=True), color=ft.Colors.SURFACE),
    )
    return ft.Container(
        bgcolor=ft.Colors.with_opacity(0.5, ft.Colors.SCRIM),
        padding=theme.S3,
        content=ft.Column(
            [ft.Container(width=None if env.narrow else WIDEST, content=box)],
            scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH
            if env.narrow
            else ft.CrossAxisAlignment.CENTER,
        ),
    )
