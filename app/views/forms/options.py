"""The answers of a choice to tap: side by side where all are short, else one below the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from app.content.model import Item, ItemKind, Option
from app.language import tr
from app.views.widgets.base import stack
from app.views.widgets.options import chip, row_option, wrap
from app.views.wording import forms as said

LONGEST_CHIP = 32
"""Characters of the longest answer with which all of them still stand side by side."""

Tap = Callable[[Any], Any]


def _yes_no() -> tuple[Option, ...]:
    return Option("yes", tr(said.YES)), Option("no", tr(said.NO))


def get_options(item: Item, chosen: tuple[str, ...]) -> tuple[Option, ...]:
    """What is offered, and what was chosen though it is not offered."""
    options = item.options or (_yes_no() if item.kind is ItemKind.YES_NO else ())
    return tuple(option for option in options if option.offered or option.code in chosen)


def is_long(item: Item) -> bool:
    """Whether an answer of it needs a line of its own."""
    return any(len(option.display) > LONGEST_CHIP or option.hint for option in get_options(item, ()))


def option_controls(
    item: Item,
    name: str,
    chosen: tuple[str, ...],
    identify: Callable[[str], str],
    tap: Callable[[str], Tap],
    *,
    numbered: bool = False,
    beside: Sequence[ft.Control] = (),
) -> list[ft.Control]:
    """All answers of a choice. `numbered`: they are levels known by their number, which stands in front (AKPS).

    `identify` and `tap` make the test name and the handler of an option's code; `beside` stands after the answers.
    """
    many = item.kind is ItemKind.CHOICES
    options = get_options(item, chosen)
    if numbered or any(len(option.display) > LONGEST_CHIP or option.hint for option in options):
        rows: list[ft.Control] = [
            row_option(
                identify(option.code),
                option.display,
                option.code in chosen,
                tap(option.code),
                many=many,
                lead=str(option.score) if numbered and option.score is not None else "",
                hint=option.hint or "",
                said=f"{name}: {option.display}",
            )
            for option in options
        ]
        return [stack(rows, spacing=6), *([wrap(beside)] if beside else [])]
    chips = [
        chip(
            identify(option.code),
            option.display,
            option.code in chosen,
            tap(option.code),
            many=many,
            said=f"{name}: {option.display}",
        )
        for option in options
    ]
    return [wrap([*chips, *beside])]
