"""The pieces of a paper, each with a tick: on it or off it; what a medicine is for; a number to type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import flet as ft

from app.language import tr
from app.paper.model import Hand, Piece, Section
from app.paper.parts import CALL_911
from app.views import theme
from app.views.guard import keyed, safe_component
from app.views.widgets.base import MUTED, group, muted, sign, stack, words
from app.views.widgets.buttons import Tap
from app.views.widgets.fields import field
from app.views.widgets.options import aside, chip, wrap
from app.views.wording import paper as said

Change = Callable[[Callable[[Hand], Hand]], None]
"""Changes what the nurse did to the paper, from what it is now."""


def section_group(section: Section, hand: Hand, change: Change) -> list[ft.Control]:
    """The pieces of one section that stand there by themselves; nothing where there are none."""
    usual = [piece for piece in section.pieces if piece.held is None]
    if not usual:
        return []
    rows: list[ft.Control] = [keyed(piece.id, PieceRow, piece, hand, change) for piece in usual]
    return [group(section.title, rows)] if section.title else [stack(rows, spacing=theme.S2)]


@safe_component
def PieceRow(piece: Piece, hand: Hand, change: Change) -> ft.Control:
    opened, set_opened = ft.use_state(False)

    def turn(_: Any) -> None:
        change(lambda old: old.turn(piece))

    shown = hand.shows(piece)
    label, hint = _label(piece)
    rows: list[ft.Control] = [_tick(f"paper-piece-{piece.id}", label, hint, shown, turn)]
    if shown and piece.blank:
        rows.append(_typing(piece, hand, change))
    if shown and piece.choices:
        rows += _purposes(piece, hand, change, opened, lambda: set_opened(lambda old: not old))
    return stack(rows, spacing=2)


def _tick(identifier: str, label: str, hint: str, shown: bool, on_tap: Tap) -> ft.Control:
    """A line of the paper with its box. What is on it is plain to read, what is off is pale: the box says it too."""
    ink = ft.Colors.ON_SURFACE if shown else MUTED
    mark = ft.Icons.CHECK_BOX if shown else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    inside: list[ft.Control] = [words(label, 16, strong=shown, color=ink)]
    if hint:
        inside.append(words(hint, 15, color=ink))
    line = ft.Row(
        [
            sign(mark, size=24, color=ft.Colors.PRIMARY if shown else MUTED),
            ft.Container(expand=True, content=stack(inside, spacing=2, tight=True)),
        ],
        spacing=theme.S3,
    )
    return ft.Semantics(
        identifier=identifier,
        button=True,
        selected=shown,
        container=True,
        content=ft.Container(
            padding=ft.Padding.symmetric(horizontal=theme.S3, vertical=13),
            border_radius=theme.RADIUS - 2,
            bgcolor=ft.Colors.SURFACE_CONTAINER_LOW if shown else None,
            border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
            ink=True,
            on_click=on_tap,
            content=line,
        ),
    )


def _label(piece: Piece) -> tuple[str, str]:
    text = f"\u201c{piece.text}\u201d" if piece.quoted else piece.text
    why = tr(said.ASK_911) if piece.id == CALL_911 else said.held(piece.held)
    below = "\n".join(part for part in (piece.detail, why, said.doubt(piece.doubt)) if part)
    if piece.label:
        return piece.label, "\n".join(part for part in (text, below) if part)
    return text, below


def _typing(piece: Piece, hand: Hand, change: Change) -> ft.Control:
    def typed(value: str) -> None:
        change(lambda old: replace(old, typed={**old.typed, piece.id: value}))

    return field(f"paper-type-{piece.id}", said.line_for(piece.label), hand.typed.get(piece.id, ""), typed)


def _purposes(
    piece: Piece, hand: Hand, change: Change, opened: bool, turn: Callable[[], None]
) -> list[ft.Control]:
    """What it is for: asked once, in the words of the paper. Closed until somebody wants it."""
    chosen = next((one for one in piece.choices if one.id == hand.chosen.get(piece.id)), None)
    label = said.purpose(chosen.words) if chosen is not None else tr(said.WHAT_FOR)
    icon = ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE
    head = aside(f"paper-what-for-{piece.id}", label, lambda _: turn(), icon=icon)
    if not opened:
        return [wrap([head])]

    def pick(choice_id: str) -> None:
        def chosen_now(old: Hand) -> Hand:
            same = old.chosen.get(piece.id) == choice_id
            rest = {one: what for one, what in old.chosen.items() if one != piece.id}
            return replace(old, chosen=rest if same else {**rest, piece.id: choice_id})

        change(chosen_now)
        turn()

    chips = [
        chip(f"paper-purpose-{piece.id}-{one.id}", one.words, one is chosen, partial(_picked, pick, one.id))
        for one in piece.choices
    ]
    return [wrap([head]), wrap(chips)]


def _picked(pick: Callable[[str], None], choice_id: str, _: Any) -> None:
    pick(choice_id)


@safe_component
def KeptOff(pieces: tuple[Piece, ...], hand: Hand, change: Change) -> ft.Control:
    """What does not stand there by itself, behind one tap."""
    opened, set_opened = ft.use_state(any(piece.id in hand.on for piece in pieces))

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    icon = ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE
    head = aside("paper-kept", tr(said.KEPT), turn, icon=icon)
    if not opened:
        return wrap([head])
    rows = [keyed(piece.id, PieceRow, piece, hand, change) for piece in pieces]
    return stack([wrap([head]), muted(tr(said.KEPT_HELP)), *rows], spacing=theme.S2)
