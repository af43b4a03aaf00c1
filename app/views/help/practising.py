"""Practising: the way in, the bar that stands over every screen meanwhile, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.language import tr, trc
from app.views import theme
from app.views.env import Env
from app.views.guard import on_page, safe_component
from app.views.hooks import use_action, use_value
from app.views.ports import OpenSession
from app.views.statusbar import cover_button
from app.views.widgets import buttons
from app.views.widgets.base import STACKED, sign, stack, words
from app.views.widgets.notices import optional_notice
from app.views.wording import help as said
from app.views.wording.contact import SIZE as SMALL


def use_practice(page: ft.Page, session: OpenSession | None, changed: Callable[[], None]) -> None:
    """Draw the window anew, and call `changed`, when practising begins or ends. Call it in the window's root."""
    _, set_turn = use_value(lambda: 0)
    stop: ft.MutableRef[Any] = ft.use_ref(lambda: None)

    def turn() -> None:
        changed()
        set_turn(lambda n: n + 1)

    def begin() -> None:
        end()
        if session is not None:
            stop.current = session.practice.listen(on_page(page, turn))

    def end() -> None:
        if stop.current is not None:
            stop.current()
            stop.current = None

    ft.use_effect(begin, ["practice", id(session)], cleanup=end)


async def no_call(url: str) -> None:
    """In place of the telephone and the map: whoever practises calls nobody."""


def practice_strip(body: ft.Control) -> ft.Control:
    """The same mark over what is in the person's hands."""
    ink = ft.Colors.ON_TERTIARY_CONTAINER
    mark = ft.Container(
        bgcolor=ft.Colors.TERTIARY_CONTAINER,
        padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=theme.S1),
        content=words(tr(said.PRACTICE), 16, strong=True, color=ink),
    )
    return ft.Column(
        [mark, ft.Container(expand=True, content=body)],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@safe_component
def PracticeButton(env: Env, name: str) -> ft.Control:
    """One tap and one practises."""

    async def begin(_: Any) -> None:
        await env.session.practice.begin()

    going = use_action(begin)
    button = buttons.quiet(
        name, trc(said.VERB, said.PRACTISE), going.run, icon=ft.Icons.SCHOOL_OUTLINED, busy=going.busy
    )
    return stack([ft.Row([button], wrap=True), *optional_notice(going.error)], tight=True)


@safe_component
def PracticeBar(session: OpenSession, narrow: bool) -> ft.Control:
    """Says on every screen that nothing of this is real. It stands where the contact with the plan stands else."""

    async def stop(_: Any) -> None:
        await session.practice.end()

    going = use_action(stop)
    ink = ft.Colors.ON_TERTIARY_CONTAINER
    brief = narrow and theme.scale() >= STACKED and (ft.context.page.width or 0) < theme.NARROW
    told = tr(said.PRACTICE_SHORT if narrow else said.PRACTICE_LINE)
    line = stack([words(tr(said.PRACTICE), 16, strong=True, color=ink)], spacing=0, tight=True)
    line.controls.append(words(told, 14, color=ink))
    stop_now = buttons.quiet("practice-stop", tr(said.STOP_PRACTICE), going.run, busy=going.busy)
    said_so: ft.Control = line
    if brief:  # all of it, with a button in words, would take a third of a phone
        whole = f"{tr(said.PRACTICE)}. {told}"
        said_so = words(tr(said.PRACTICE_BRIEF), SMALL, strong=True, color=ink, said=whole)
        stop_now = buttons.icon_only(
            "practice-stop", ft.Icons.STOP_CIRCLE_OUTLINED, tr(said.STOP_PRACTICE), going.run, ink=ink
        )
    elif narrow:  # too narrow for the sign, and for the button beside the words
        said_so = stack([line, stop_now], spacing=theme.S1, tight=True)
    else:
        mark = sign(ft.Icons.SCHOOL_OUTLINED, 22, ink)
        said_so = ft.Row([mark, ft.Container(expand=True, content=line)], spacing=theme.S3)
    return ft.Semantics(
        identifier="practice-bar",
        container=True,
        content=ft.Container(
            bgcolor=ft.Colors.TERTIARY_CONTAINER,
            padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=theme.S2 if narrow else theme.S1),
            content=ft.Row(
                [
                    ft.Container(expand=True, content=said_so),
                    *([stop_now] if brief or not narrow else []),
                    cover_button(session, ink),
                ],
                spacing=theme.S2 if narrow else theme.S3,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
            ),
        ),
    )
