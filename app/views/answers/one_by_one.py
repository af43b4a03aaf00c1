"""The person's own questions, one a page: large numbers, two large buttons, nothing to scroll for a tired hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

import flet as ft

from app.content.model import Item, ItemKind
from app.domain.visit import Answer
from app.language import tr
from app.views import theme
from app.views.answers.questions import ends, options, silence
from app.views.forms.cells import cells
from app.views.forms.names import base
from app.views.guard import safe_component
from app.views.hooks import use_value
from app.views.visit.saving import AGAIN_CLEARS_AFTER, Saving
from app.views.widgets import buttons
from app.views.widgets.base import STACKED, muted, stack, words
from app.views.wording import answers as said

CELL, TIGHT_CELL = 88.0, 62.0
"""Height of a number in logical pixels; on a phone, where large text fills it, no more than it grows by itself."""
NUMBERS, TIGHT_NUMBERS = 26.0, 22.0
QUESTION, NARROW_QUESTION, TIGHT_QUESTION = 28.0, 22.0, 18.0
"""Size of the question; large text on a phone grows it less, so that the numbers below stay in the window."""
SCROLLBAR = 12.0
"""Room beside what scrolls, for the bar that shows there is more below."""


@dataclass(frozen=True, slots=True)
class _Turned:
    """When the page was turned last, and what was answered by then."""

    at: float = float("-inf")
    answers: Mapping[str, Answer | None] = field(default_factory=dict)


@safe_component
def OneByOne(
    items: tuple[Item, ...],
    answers: Mapping[str, Answer | None],
    saving: Saving,
    finish: Callable[[Any], Awaitable[None]],
    busy: bool,
    narrow: bool,
    wide: bool,
    trouble: Sequence[ft.Control],
    nurse: ft.Control,
) -> ft.Control:
    """Begins at the first question without an answer. A tap answers; only "Next" goes on, so that a slip is seen.

    What does not fit scrolls, beside a bar that says so; "Next" stays in sight below it. `nurse`: the way back to her,
    which scrolls on a phone.
    """
    at, set_at = use_value(lambda: _first_open(items, answers))
    turned: ft.MutableRef[_Turned] = ft.use_ref(lambda: _Turned())
    if not items:
        return buttons.primary("answers-done", tr(said.FINISH), finish, busy=busy, tall=True)
    at = min(at, len(items) - 1)
    item = items[at]

    def is_second_tap() -> bool:
        """Whether this question came a moment ago and is as it came: nobody has read it yet. A tap that is passed
        over counts for nothing, so that a quick hand still gets on.
        """
        last, link_id = turned.current or _Turned(), item.link_id
        same = last.answers.get(link_id) == answers.get(link_id)
        return same and monotonic() - last.at < AGAIN_CLEARS_AFTER

    def turn(step: int, _: Any) -> None:
        if not is_second_tap():
            turned.current = _Turned(monotonic(), answers)
            set_at(lambda old: min(max(old + step, 0), len(items) - 1))

    async def end(event: Any) -> None:
        if not is_second_tap():
            await finish(event)

    before = buttons.quiet("answers-before", tr(said.BEFORE_THIS), partial(turn, -1), tall=True, expand=True)
    if at + 1 < len(items):
        on = buttons.primary("answers-next", tr(said.NEXT), partial(turn, 1), tall=True, expand=True)
    else:
        on = buttons.primary("answers-done", tr(said.FINISH), end, busy=busy, tall=True, expand=True)
    where = ft.ProgressBar(
        value=(at + 1) / len(items), bar_height=6, bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH
    )
    asked: list[ft.Control] = [
        muted(tr(said.QUESTION_OF, number=at + 1, all=len(items)), 17),
        ft.Semantics(exclude_semantics=True, content=where),
        # New elements for a new question: a screen reader says it, and a tap on the page before, still on its way,
        # finds its button gone.
        ft.Container(
            key=f"page-{item.link_id}",
            content=_question(item, answers.get(item.link_id), saving, narrow, wide),
        ),
        *trouble,
    ]
    ways = ft.Row([before, on] if at else [on], key=f"ways-{item.link_id}", spacing=theme.S3)
    inside = stack(asked if wide else [*asked, nurse], spacing=theme.S4)
    beside_bar = theme.edges(0, SCROLLBAR)
    page = stack([ft.Container(content=inside, padding=beside_bar)], expand=True)
    page.scroll = ft.ScrollMode.ALWAYS
    page.key = f"asked-{item.link_id}"  # a new question begins at its top
    fixed = stack([ways, *([nurse] if wide else [])], spacing=theme.S4)
    return stack([page, ft.Container(content=fixed, padding=beside_bar)], spacing=theme.S4)


def _first_open(items: tuple[Item, ...], answers: Mapping[str, Answer | None]) -> int:
    return next((at for at, item in enumerate(items) if answers.get(item.link_id) is None), 0)


def _question(item: Item, answer: Answer | None, saving: Saving, narrow: bool, wide: bool) -> ft.Control:
    """What the numbers mean stands above them, where it is read before the finger comes. `wide`: there is room for
    six of them side by side at any size of text.
    """
    tight = _is_tight(wide)
    size = TIGHT_QUESTION if tight else NARROW_QUESTION if narrow else QUESTION
    asked = ft.Semantics(
        container=True,
        header=True,
        heading_level=1,
        live_region=True,
        content=words(item.text, size, strong=True),
    )
    gap = theme.S2 if tight else theme.S4
    parts: list[ft.Control] = [asked]
    if item.kind is ItemKind.NUMBER:

        async def pick(number: int) -> None:
            await saving.pick(item.link_id, number)

        value = answer.number if answer else None
        touch, letters = (TIGHT_CELL, TIGHT_NUMBERS) if tight else (CELL, NUMBERS)
        rows = cells(
            item, base(item.link_id), item.name, value, True, pick, touch=touch, letters=letters, wide=wide
        )
        parts += [*ends(item, True, stacked=tight), *rows]
    else:
        parts.append(_choices(options(item, answer, saving), narrow))
    parts += silence(item, answer, saving)
    return stack(parts, spacing=gap)


def _is_tight(wide: bool) -> bool:
    """Whether large text fills a phone's window."""
    return not wide and theme.scale() >= STACKED


def _choices(choices: list[ft.Control], narrow: bool) -> ft.Control:
    """Two side by side where there is room, so that all stand on one page; one below the other on a phone, where
    words that wrap would set the pairs askew, and for large text.
    """
    if narrow or theme.scale() >= STACKED:
        return stack(choices, spacing=theme.S2)
    for one in choices:
        one.expand = True
    pairs = [choices[at : at + 2] for at in range(0, len(choices), 2)]
    if len(pairs[-1]) == 1:
        pairs[-1].append(ft.Container(expand=True))
    return stack([ft.Row(pair, spacing=theme.S2) for pair in pairs], spacing=theme.S2)
