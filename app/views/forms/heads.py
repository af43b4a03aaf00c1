"""The head of a question: its wording, the lock of a private one, what was on record last time."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.content.model import Item
from app.language import tr
from app.views import say, theme
from app.views.forms.beside import Beside, marks
from app.views.widgets.base import MUTED, card, muted, sign, stack, words
from app.views.widgets.options import wrap
from app.views.wording import forms as said

LONG_LABEL = 30
"""Characters that a text field's own label shows on a phone without being cut off."""


LONG_LAST = 48
"""Characters from which last time's answer stands below the question, not beside it."""


def lock(sentence: str = "") -> ft.Control:
    """The mark of a private question, in words too."""
    return ft.Row(
        [
            sign(ft.Icons.LOCK_OUTLINE, size=18, color=MUTED),
            ft.Container(expand=True, content=muted(sentence or tr(said.PRIVATE), 14)),
        ],
        spacing=6,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def title(item: Item, size: float = 17) -> ft.Control:
    """The published wording in full; where it has a name and a definition, the name set apart from it."""
    rest = item.text[len(item.name) :] if item.text.startswith(item.name) else ""
    if not rest:
        return words(item.text, size, strong=True)
    return ft.Text(
        size=theme.px(size),
        color=ft.Colors.ON_SURFACE,
        spans=[
            ft.TextSpan(item.name, theme.style(size + 1, strong=True)),
            ft.TextSpan(rest, theme.style(size - 1)),
        ],
        semantics_label=item.text,
    )


def head(item: Item, last: Beside | str, narrow: bool, chosen: str = "") -> ft.Control:
    """`chosen` says the answer once more in words; `last` is what was on record before, and what follows from it."""
    beside = last if isinstance(last, Beside) else Beside(last)
    now_said = [words(chosen, 16, strong=True, color=ft.Colors.PRIMARY)] if chosen else []
    shown = [*marks(item, beside), *([muted(beside.last)] if beside.last else [])]
    parts: list[ft.Control]
    if narrow or not (shown or chosen) or len(beside.last) > LONG_LAST:
        parts = [title(item)]
        if shown or chosen:
            parts.append(_below(shown, now_said))
    else:
        name = title(item)
        name.expand = True
        line = ft.Row(
            [name, *now_said, *shown],
            spacing=theme.S3,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
        parts = [line]
    if item.hint and item.hint not in item.text:
        parts.append(muted(item.hint))
    if item.private:
        parts.append(lock())
    return parts[0] if len(parts) == 1 else stack(parts, spacing=2, tight=True)


def _below(shown: Sequence[ft.Control], now_said: Sequence[ft.Control]) -> ft.Control:
    """Under the question, with the answer at the right end. Marks wrap; words alone keep their one line."""
    marked = len(shown) > 1
    left = wrap(list(reversed(shown))) if marked else shown[0] if shown else ft.Container()
    return ft.Row([ft.Container(expand=True, content=left), *now_said], spacing=theme.S3)


def question(parts: list[ft.Control], *, spacing: float = theme.S2) -> ft.Control:
    """One question as a card of its own."""
    return card(stack(parts, spacing=spacing), padding=12)


def value_now(value: int | None) -> str:
    return "" if value is None else say.value_now(value)


def not_offered(sentence: str) -> ft.Control:
    """Why something is not asked now: calm, with a sign."""
    return ft.Row(
        [
            sign(ft.Icons.BLOCK, size=20, color=MUTED),
            ft.Container(expand=True, content=muted(f"{tr(said.NOT_OFFERED)}: {tr(sentence)}", 16)),
        ],
        spacing=8,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
