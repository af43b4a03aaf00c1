"""On Today: whose people one covers, with the way to look at them, and that one is on leave oneself."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.services.leave_models import CoverLine
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.routes import TakingOverRoute
from app.views.widgets import buttons
from app.views.widgets.base import card, sign, stack, words
from app.views.wording import leave as said

TOPICS = frozenset({Topic.PATIENTS, Topic.SYNC})


@safe_component
def LeaveCards(env: Env) -> ft.Control:
    """Nothing at all while nobody is on leave."""
    found, _ = use_load(env.session.leaves.read, env.session.hub, TOPICS)
    page = found.value
    if page is None or (page.own is None and not page.covers):
        return ft.Container(visible=False)
    cards: list[ft.Control] = []
    own = said.own(page, now())
    if own:
        cards.append(_card(own, ft.Icons.BEACH_ACCESS_OUTLINED, strong=page.own_stands))
    cards += [_cover(env, one) for one in page.covers]
    return stack(cards, spacing=theme.S2)


def _cover(env: Env, one: CoverLine) -> ft.Control:
    if not one.leave.stands(now()):
        return _card(said.cover(one, now()), ft.Icons.SWAP_HORIZ, strong=False)
    lines: list[ft.Control] = [words(said.cover(one, now()), 17, strong=True, color=_ink(one))]
    if one.is_taken:
        lines.append(words(said.have_them(one, now()), 15, color=_ink(one)))
    return buttons.tile(
        f"cover-look-{one.leave.id}",
        partial(_open, env, one.leave.id),
        stack(lines, spacing=2, tight=True),
        lead=ft.Icons.SWAP_HORIZ,
        tint=ft.Colors.SURFACE_CONTAINER_LOW if one.is_taken else ft.Colors.PRIMARY_CONTAINER,
        ink=_ink(one),
    )


def _ink(one: CoverLine) -> ft.Colors:
    return ft.Colors.ON_SURFACE if one.is_taken else ft.Colors.ON_PRIMARY_CONTAINER


def _open(env: Env, leave_id: str, _: Any) -> None:
    env.go(TakingOverRoute(leave_id))


def _card(sentence: str, icon: ft.IconData, *, strong: bool) -> ft.Control:
    line = ft.Container(expand=True, content=words(sentence, 16, strong=strong))
    row = ft.Row([sign(icon, 22), line], spacing=theme.S3, vertical_alignment=ft.CrossAxisAlignment.START)
    return card(row, padding=theme.S3)
