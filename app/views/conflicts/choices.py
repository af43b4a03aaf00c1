"""The two sides: who wrote when, and each part that differs as texts to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import flet as ft

from app.language import tr
from app.services.conflict_models import BOTH, ConflictPage, ConflictSection, ConflictSide
from app.views import theme
from app.views.conflicts.in_words import say_joined, say_texts, say_title
from app.views.env import Env
from app.views.routes import ReadingRoute
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, heading, muted, sign, stack, words
from app.views.widgets.options import aside
from app.views.wording import conflicts as said

Pick = Callable[[str, int], None]


def beside(parts: list[ft.Control], *, narrow: bool) -> ft.Control:
    """Side by side and equally high on a tablet, one under the other on a phone or where there are more than two."""
    if narrow or len(parts) > 2:
        return stack(parts, spacing=theme.S2)
    for part in parts:
        part.expand = 1
    return ft.Row(
        list(parts),
        spacing=theme.S3,
        intrinsic_height=True,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def side_card(
    env: Env, side: ConflictSide, number: int, now: datetime, take_all: Callable[[Any], None] | None
) -> ft.Control:
    """Who and when, the way to the whole visit, and one tap for all that this side says."""
    lines: list[ft.Control] = [heading(said.side_name(side), 18, level=2)]
    lines += [muted(line, 15) for line in said.side_lines(side, now)]
    actions: list[ft.Control] = []
    if take_all is not None:
        actions.append(
            buttons.quiet(f"conflict-all-{number}", tr(said.TAKE_ALL), take_all, icon=ft.Icons.DONE_ALL)
        )
    visit_id = side.visit_id
    if visit_id is not None:
        actions.append(
            aside(
                f"conflict-visit-{number}",
                tr(said.OPEN_VISIT),
                lambda _: env.go(ReadingRoute(visit_id, env.is_supervisor)),
                icon=ft.Icons.ARTICLE_OUTLINED,
            )
        )
    if actions:
        lines.append(ft.Row(actions, wrap=True, spacing=theme.S2, run_spacing=theme.S2))
    return card(stack(lines, spacing=theme.S1), padding=theme.S3)


def part(
    env: Env,
    page: ConflictPage,
    section: ConflictSection,
    number: int,
    choices: Mapping[str, int],
    pick: Pick,
    now: datetime,
) -> ft.Control:
    """One part that differs: a text of each side, and both together where that makes sense."""
    chosen = choices.get(section.id)
    options: list[ft.Control] = [
        option(
            f"conflict-{number}-{n}",
            said.tag(side, now),
            text or tr(said.SAYS_NOTHING),
            chosen == at,
            partial(_tap, pick, section.id, at),
            empty=not text,
        )
        for n, (at, (side, text)) in enumerate(
            enumerate(zip(page.sides, say_texts(page, section), strict=True)), start=1
        )
    ]
    inside = [heading(say_title(page, section), 17, level=2), beside(options, narrow=env.narrow)]
    joined = say_joined(page, section)
    if joined is not None:
        inside.append(
            option(
                f"conflict-{number}-both",
                tr(said.BOTH),
                joined,
                chosen == BOTH,
                partial(_tap, pick, section.id, BOTH),
            )
        )
    return stack(inside, spacing=theme.S2)


def _tap(pick: Pick, section_id: str, choice: int, _: Any) -> None:
    pick(section_id, choice)


def option(
    identifier: str,
    tag: str,
    text: str,
    chosen: bool,
    on_tap: Callable[[Any], None],
    *,
    empty: bool = False,
    led: bool = False,
) -> ft.Control:
    """A text that can be chosen, under a small line that says whose it is; `led`: under a name that is read first.

    Chosen shows a filled mark, strong letters and a thick edge: never colour alone.
    """
    ink = ft.Colors.ON_PRIMARY_CONTAINER if chosen else ft.Colors.ON_SURFACE
    mark = ft.Icons.RADIO_BUTTON_CHECKED if chosen else ft.Icons.RADIO_BUTTON_UNCHECKED
    soft = ink if chosen else MUTED
    shown = words(text, 15 if led else 17, strong=chosen and not led, color=soft if empty or led else ink)
    shown.italic = empty
    head = words(tag, 17, strong=True, color=ink) if led else words(tag, 14, color=soft)
    edge = ft.BorderSide(3, ft.Colors.PRIMARY) if chosen else ft.BorderSide(1, ft.Colors.OUTLINE)
    inset = theme.S3 if chosen else theme.S3 + 2
    inside = ft.Row(
        [
            sign(mark, size=24, color=ft.Colors.PRIMARY if chosen else MUTED),
            ft.Container(
                expand=True,
                content=stack([head, shown], spacing=2, tight=True),
            ),
        ],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return ft.Semantics(
        identifier=identifier,
        button=True,
        selected=chosen,
        container=True,
        content=ft.Container(
            padding=inset,
            border_radius=theme.RADIUS,
            bgcolor=ft.Colors.PRIMARY_CONTAINER if chosen else ft.Colors.SURFACE_CONTAINER_LOWEST,
            border=ft.Border(edge, edge, edge, edge),
            ink=True,
            on_click=on_tap,
            content=inside,
        ),
    )
