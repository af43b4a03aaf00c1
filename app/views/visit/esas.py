"""ESAS-r as plain cells: one tap a symptom, never a slider, whose empty state would read as 0."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.content import Item
from app.domain.visit import Absent
from app.views import say, text, theme
from app.views.guard import memo, safe_component
from app.views.widgets.base import MUTED, card, muted, stack, words
from app.views.widgets.buttons import choice

Pick = Callable[[str, int | Absent], Awaitable[None]]
"""Called with the item and what was tapped; tapping the chosen one again clears it."""
ABSENT_IDS = {Absent.COULD_NOT_ANSWER: "could-not", Absent.DECLINED: "declined"}


def _cell(link_id: str, label: str, number: int, on: bool, pick: Pick, *, ready: bool) -> ft.Control:
    async def tap(_: Any) -> None:
        await pick(link_id, number)

    ink = ft.Colors.ON_PRIMARY if on else ft.Colors.ON_SURFACE
    edge = ft.BorderSide(3 if on else 1, ft.Colors.ON_PRIMARY_CONTAINER if on else ft.Colors.OUTLINE_VARIANT)
    return ft.Semantics(
        identifier=f"{link_id}-{number}",
        button=True,
        selected=on,
        container=True,
        expand=True,
        content=ft.Container(
            height=theme.TOUCH,
            border_radius=10,
            bgcolor=ft.Colors.PRIMARY if on else ft.Colors.SURFACE_CONTAINER_HIGH,
            border=ft.Border(edge, edge, edge, edge),
            alignment=ft.Alignment.CENTER,
            ink=True,
            on_click=tap if ready else None,
            opacity=1.0 if ready else 0.45,
            content=words(
                str(number), 20 if on else 17, strong=True, color=ink, said=say.cell(label, number)
            ),
        ),
    )


def cells(
    link_id: str, label: str, value: int | None, narrow: bool, pick: Pick, *, ready: bool = True
) -> list[ft.Control]:
    """The numbers 0 to 10: one row on a tablet, 0 to 5 and 6 to 10 on a phone, where both rows keep one grid."""
    made = [_cell(link_id, label, n, value == n, pick, ready=ready) for n in range(11)]
    if not narrow:
        return [ft.Row(made, spacing=6)]
    filler = ft.Container(expand=True)
    return [ft.Row(made[:6], spacing=6), ft.Row([*made[6:], filler], spacing=6)]


def reasons(link_id: str, label: str, absent: Absent | None, pick: Pick) -> ft.Control:
    """Why there is no number. Both are answers."""

    def one(reason: Absent) -> ft.Control:
        async def tap(_: Any) -> None:
            await pick(link_id, reason)

        said = f"{label}: {text.ABSENT[reason]}"
        return choice(
            f"{link_id}-{ABSENT_IDS[reason]}", text.ABSENT[reason], absent is reason, tap, size=15, said=said
        )

    return ft.Row([one(reason) for reason in ABSENT_IDS], spacing=theme.S2, wrap=True, run_spacing=theme.S2)


def _title(item_text: str, name: str) -> ft.Control:
    """The published wording in full, its name set apart from its definition."""
    rest = item_text[len(name) :]
    return ft.Text(
        size=17,
        color=ft.Colors.ON_SURFACE,
        spans=[
            ft.TextSpan(name, theme.style(18, strong=True)),
            ft.TextSpan(rest, theme.style(16)),
        ],
        semantics_label=item_text,
    )


@safe_component
def _row(
    link_id: str,
    item_text: str,
    name: str,
    low: str,
    high: str,
    value: int | None,
    absent: Absent | None,
    last: str,
    narrow: bool,
    pick: Pick,
) -> ft.Control:
    head = item_head(item_text, name, value, last, narrow)
    why = reasons(link_id, name, absent, pick)
    if narrow:
        ends = ft.Row(
            [
                ft.Container(expand=2, content=muted(f"0: {low}", 14)),
                ft.Container(expand=3, content=words(f"10: {high}", 14, color=MUTED, align=ft.TextAlign.END)),
            ],
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
        return card(
            stack([head, *cells(link_id, name, value, narrow, pick), ends, why], spacing=6), padding=12
        )
    ends = ft.Row(
        [
            ft.Container(expand=True, content=muted(low, 14)),
            why,
            ft.Container(expand=True, content=words(high, 14, color=MUTED, align=ft.TextAlign.END)),
        ],
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return card(stack([head, *cells(link_id, name, value, narrow, pick), ends], spacing=6), padding=12)


def item_head(item_text: str, name: str, value: int | None, last: str, narrow: bool) -> ft.Control:
    """The wording, the chosen number once more in words (never colour alone), the last visit's answer."""
    chosen: list[ft.Control] = []
    if value is not None:
        chosen = [words(say.value_now(value), 16, strong=True, color=ft.Colors.PRIMARY)]
    if narrow:
        line = ft.Row([ft.Container(expand=True, content=muted(last)), *chosen], spacing=theme.S3)
        return stack([_title(item_text, name), line], spacing=2, tight=True)
    return ft.Row(
        [ft.Container(expand=True, content=_title(item_text, name)), *chosen, muted(last)],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


EsasRow = memo(_row)


def split_anchors(item: Item) -> tuple[str, str]:
    return item.anchors or ("", "")
