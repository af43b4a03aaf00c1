"""The questions themselves: the instrument's own words, one wide answer below the other, stored as they are tapped."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.content.model import Instrument, Item, ItemKind, Option
from app.domain.visit import Absent, Answer
from app.language import tr
from app.views import theme
from app.views.forms.cells import cells
from app.views.forms.heads import title
from app.views.forms.names import ABSENT_NAMES, base, ident
from app.views.forms.options import get_options
from app.views.forms.shown import get_absents
from app.views.guard import keyed, memo, safe_component
from app.views.visit.autosave import use_autosave
from app.views.visit.saving import Saving
from app.views.widgets.base import MUTED, STACKED, card, muted, sign, stack, words
from app.views.widgets.fields import field
from app.views.widgets.options import chip, wrap
from app.views.wording import answers as said

CELL = 60.0
"""Height of a number in logical pixels: larger than a nurse's, for a hand that trembles."""
WORDS = 18


def question(
    item: Item, answer: Answer | None, waiting: str, instrument: Instrument, narrow: bool, saving: Saving
) -> ft.Control:
    """One question with its answers and the way not to answer it. `waiting`: a problem's name without a number yet."""
    silent = Absent.DECLINED in get_absents(item, instrument.kind)
    if item.named:
        return keyed(item.link_id, NamedQuestion, item, answer, waiting, silent, narrow, saving)
    return keyed(item.link_id, Question, item, answer, silent, narrow, saving)


@safe_component
def _question(item: Item, answer: Answer | None, silent: bool, narrow: bool, saving: Saving) -> ft.Control:
    """`silent`: not to answer is an answer that this question takes."""
    parts: list[ft.Control] = [title(item, 20)]
    if item.kind is ItemKind.NUMBER:

        async def pick(number: int) -> None:
            await saving.pick(item.link_id, number)

        value = answer.number if answer else None
        parts += cells(item, base(item.link_id), item.name, value, narrow, pick, touch=CELL)
        parts += ends(item, narrow, stacked=narrow and theme.scale() >= STACKED)
    else:
        if item.kind is ItemKind.CHOICES:
            parts.append(muted(tr(said.MANY), 16))
        parts.append(stack(options(item, answer, saving), spacing=theme.S2))
    if silent:
        parts += silence(item, answer, saving)
    return card(stack(parts, spacing=theme.S3))


Question = memo(_question)


@safe_component
def _named(
    item: Item, answer: Answer | None, waiting: str, silent: bool, narrow: bool, saving: Saving
) -> ft.Control:
    """A problem of one's own: its name first, then its number."""
    visits, visit_id = saving.visits, saving.visit_id

    async def save(new: str) -> bool:
        return await saving.commit(lambda: visits.set_other_name(visit_id, new))

    async def save_quietly(new: str) -> None:
        await visits.set_other_name(visit_id, new)

    stored = (answer.name or "") if answer else waiting
    name = use_autosave(
        visit_id, f" {item.link_id}-name", stored, save, save_quietly, saving.session, saving.flushers
    )

    async def put(tapped: int | Absent) -> None:
        before = saving.find(item.link_id)
        same = before is not None and tapped in (before.absent, before.value)
        await saving.put_named(item.link_id, None if same else tapped, lambda: name.newest().strip())

    async def decline(_: Any) -> None:
        await put(Absent.DECLINED)

    ready = bool(name.value.strip())
    shown = name.value.strip() or item.name
    box = field(
        ident(item.link_id, "name"),
        tr(said.NAME_IT),
        name.value,
        name.change,
        on_blur=name.leave,
        on_submit=name.leave,
    )
    value = answer.number if answer else None
    rows = cells(item, base(item.link_id), shown, value, narrow, put, ready=ready, touch=CELL)
    stacked = narrow and theme.scale() >= STACKED
    parts = [title(item, 20), box, *rows, *ends(item, narrow, stacked=stacked)]
    if silent and ready:
        parts.append(_silence(item, shown, answer, decline))
    return card(stack(parts, spacing=theme.S3))


NamedQuestion = memo(_named)


def ends(item: Item, narrow: bool, *, stacked: bool = False) -> list[ft.Control]:
    """What the lowest and the highest number mean; on a phone, where they stand in two rows, with the numbers.

    `stacked`: one below the other, where side by side they would be columns of one word.
    """
    if item.anchors is None:
        return []
    low, high = item.anchors
    if narrow:
        low, high = f"{item.minimum}: {low}", f"{item.maximum}: {high}"
    if stacked:
        return [stack([words(line, 14, color=MUTED) for line in (low, high)], spacing=0)]
    left = words(low, 16, color=MUTED, expand=1)
    right = words(high, 16, color=MUTED, align=ft.TextAlign.END, expand=1)
    return [ft.Row([left, right], spacing=theme.S3, vertical_alignment=ft.CrossAxisAlignment.START)]


def silence(item: Item, answer: Answer | None, saving: Saving) -> list[ft.Control]:
    """The way not to answer this question."""

    async def decline(_: Any) -> None:
        await saving.pick(item.link_id, Absent.DECLINED)

    return [_silence(item, item.name, answer, decline)]


def _silence(item: Item, name: str, answer: Answer | None, tap: Any) -> ft.Control:
    chosen = answer is not None and answer.absent is Absent.DECLINED
    label = tr(said.RATHER_NOT)
    test_name = ident(item.link_id, ABSENT_NAMES[Absent.DECLINED])
    return wrap([chip(test_name, label, chosen, tap, said=f"{name}: {label}")])


def options(item: Item, answer: Answer | None, saving: Saving) -> list[ft.Control]:
    value = answer.value if answer else None
    chosen = value if isinstance(value, tuple) else () if value is None else (str(value),)
    return [_option(item, one, one.code in chosen, saving) for one in get_options(item, chosen)]


def _option(item: Item, option: Option, chosen: bool, saving: Saving) -> ft.Control:
    many = item.kind is ItemKind.CHOICES

    async def tap(_: Any) -> None:
        if many:
            await saving.toggle(item, option.code)
        else:
            await saving.pick(item.link_id, option.code)

    ink = ft.Colors.ON_PRIMARY if chosen else ft.Colors.ON_SURFACE
    label = words(option.display, WORDS, strong=chosen, color=ink, said=f"{item.name}: {option.display}")
    inside = (
        stack([label, words(option.hint, 16, color=ink)], spacing=2, tight=True) if option.hint else label
    )
    inside.expand = True
    edge = ft.BorderSide(2, ft.Colors.ON_PRIMARY_CONTAINER if chosen else ft.Colors.OUTLINE_VARIANT)
    return ft.Semantics(
        identifier=ident(item.link_id, option.code),
        button=True,
        selected=chosen,
        container=True,
        content=ft.Container(
            padding=ft.Padding.symmetric(horizontal=16, vertical=12),
            border_radius=theme.RADIUS,
            bgcolor=ft.Colors.PRIMARY if chosen else ft.Colors.SURFACE_CONTAINER_HIGH,
            border=ft.Border(edge, edge, edge, edge),
            ink=True,
            on_click=tap,
            content=ft.Row(
                [sign(_mark(chosen, many), size=24, color=ink), inside],
                spacing=12,
                vertical_alignment=ft.CrossAxisAlignment.START,
            ),
        ),
    )


def _mark(chosen: bool, many: bool) -> ft.IconData:
    if many:
        return ft.Icons.CHECK_BOX if chosen else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    return ft.Icons.RADIO_BUTTON_CHECKED if chosen else ft.Icons.RADIO_BUTTON_UNCHECKED
