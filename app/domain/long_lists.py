"""Choices too long to read in front of a person: what was chosen lately stands first, the others are one tap away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from app.content import Item, ItemKind, Option, load

MANY = 15
"""Answers from which a choice is a long list."""
FIRST = 6
"""Answers that stand in sight."""


def is_long_list(item: Item) -> bool:
    return item.kind is ItemKind.CHOICE and sum(option.offered for option in item.options) >= MANY


@cache
def long_lists() -> tuple[str, ...]:
    """Link ids of all of them, also within groups."""
    items = (inner for one in load().values() for item in one.items for inner in (item, *item.items))
    return tuple(sorted({item.link_id for item in items if is_long_list(item)}))


def first_options(
    options: Sequence[Option], recent: Iterable[str], chosen: Iterable[str]
) -> tuple[Option, ...]:
    """What was chosen lately, filled up in the list's own order; what is chosen now is always among them."""
    lately = list(recent)
    order = sorted(options, key=lambda one: lately.index(one.code) if one.code in lately else len(lately))
    shown = order[:FIRST]
    held = set(chosen)
    return (*shown, *(one for one in order[FIRST:] if one.code in held))


def find_options(options: Sequence[Option], typed: str) -> tuple[Option, ...]:
    """Those whose words begin with every word typed, in any order; all of them where nothing was typed."""
    wanted = typed.casefold().replace("(", " ").replace(")", " ").split()
    return tuple(one for one in options if all(_has(one.display, word) for word in wanted))


def _has(display: str, start: str) -> bool:
    said = display.casefold().replace("(", " ").replace(")", " ").replace("-", " ").split()
    return any(word.startswith(start) for word in said)
