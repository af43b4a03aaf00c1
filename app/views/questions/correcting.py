"""What should read otherwise: an answer of the sections asked about, then what is right. Nothing signed moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import flet as ft

from app.content.model import ItemKind
from app.domain.addendum import Correction
from app.domain.typed import clean_line
from app.domain.visit import Value
from app.language import tr
from app.services.models import VisitReading
from app.views import theme
from app.views.forms.cells import cells
from app.views.guard import keyed, safe_component
from app.views.hooks import use_value
from app.views.questions.sections import Line, list_lines
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.fields import field
from app.views.wording import review as said
from app.views.wording import stored

Put = Callable[[str, Correction | None], None]
LONGEST_CHIP = 32
"""Letters of an option that still fit on a chip; longer ones stand one below the other."""


@safe_component
def Correcting(
    visit: VisitReading,
    sections: Sequence[str],
    right: Mapping[str, Correction],
    put: Put,
    where: str,
    narrow: bool,
) -> ft.Control:
    """`where` it stands, for the ids: "question" or "addendum", and one page may have both."""
    opened, set_opened = use_value(lambda: False)
    chosen, set_chosen = use_value(lambda: "")

    def close(link_id: str, correction: Correction | None) -> None:
        put(link_id, correction)
        set_chosen(lambda _: "")

    def pick(link_id: str, _: Any) -> None:
        set_chosen(lambda old: "" if old == link_id else link_id)

    head = buttons.plain(
        f"{where}-wrong",
        tr(said.WRONG),
        lambda _: set_opened(lambda old: not old),
        icon=ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE,
    )
    if not opened:
        return ft.Row([head], wrap=True)
    lines = list_lines(visit, sections)
    parts: list[ft.Control] = [
        ft.Row([head], wrap=True),
        muted(tr(said.WRONG_HELP) if lines else tr(said.NOTHING_THERE)),
    ]
    for line in lines:
        link_id = line.item.link_id
        parts.append(
            buttons.tile(
                f"{where}-item-{link_id}",
                partial(pick, link_id),
                ft.Row(
                    [
                        words(stored.name(line.name), 16, strong=True),
                        words(line.words, 16),
                        *(
                            [words(said.should_read(right[link_id].now), 16, strong=True)]
                            if link_id in right
                            else []
                        ),
                    ],
                    wrap=True,
                    spacing=theme.S3,
                    run_spacing=2,
                ),
                chosen=link_id in right,
                end=ft.Icons.EXPAND_LESS if chosen == link_id else ft.Icons.EDIT_OUTLINED,
            )
        )
        if chosen == link_id:
            parts.append(keyed(f"right {link_id}", Right, line, close, where, narrow))
    return stack(parts, spacing=theme.S2)


def put_right(
    old: Mapping[str, Correction], link_id: str, correction: Correction | None
) -> dict[str, Correction]:
    """What was put right so far, with this answer put right otherwise, or not at all."""
    rest = {} if correction is None else {link_id: correction}
    return {one: each for one, each in old.items() if one != link_id} | rest


@safe_component
def Right(line: Line, close: Put, where: str, narrow: bool) -> ft.Control:
    """What it should read: one tap where there are options, else a few letters."""
    typed, set_typed = use_value(lambda: "")
    item = line.item

    def keep(read: str, value: Value | None, _: Any = None) -> None:
        now = clean_line(read)
        same = not now or now == line.words
        right = Correction(item.link_id, line.name, line.words, now, value)
        close(item.link_id, None if same else right)

    async def pick(number: int) -> None:
        keep(str(number), number)

    if item.kind is ItemKind.NUMBER and line.options:
        now = next((int(label) for label, _ in line.options if label == line.words), None)
        numbers = cells(item, f"{where}-right", stored.name(line.name), now, narrow, pick)
        # On a phone the edge of a card would take the room that makes each number wide enough to touch.
        return stack(numbers, spacing=6) if narrow else card(stack(numbers, spacing=6))
    if any(len(label) > LONGEST_CHIP for label, _ in line.options):
        rows = [
            buttons.tile(f"{where}-right-{number}", partial(keep, label, value), words(label, 16), end=None)
            for number, (label, value) in enumerate(line.options)
        ]
        return stack(rows, spacing=theme.S2)
    if line.options:
        chips: list[ft.Control] = [
            buttons.choice(
                f"{where}-right-{number}",
                label,
                label == line.words,
                partial(keep, label, value),
                size=15,
                said=f"{stored.name(line.name)}: {label}",
            )
            for number, (label, value) in enumerate(line.options)
        ]
        return card(ft.Row(chips, wrap=True, spacing=theme.S2, run_spacing=theme.S2))
    return card(
        stack(
            [
                field(
                    f"{where}-right-words", tr(said.RIGHT_LABEL), typed, lambda new: set_typed(lambda _: new)
                ),
                ft.Row(
                    [buttons.quiet(f"{where}-right-keep", tr(said.PUT_RIGHT), lambda _: keep(typed, None))],
                    wrap=True,
                ),
            ]
        )
    )
