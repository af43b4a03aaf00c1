"""Lists on a person's page: the first few entries under each heading, the rest one tap away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.domain.patient import Problem
from app.language import tr
from app.views import say, text, theme
from app.views.guard import safe_component
from app.views.widgets import buttons
from app.views.widgets.base import bullet, card, group, muted, stack

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list, and under which small heading it stands."""

    line: str
    under: str = ""


def list_problems(problems: Sequence[Problem]) -> tuple[Entry, ...]:
    """Headings only where the plan files problems in more than one way; the order is said in the decoding."""
    mixed = len({problem.kind for problem in problems}) > 1
    return tuple(Entry(say.problem(p), tr(text.PROBLEM_KIND[p.kind]) if mixed else "") for p in problems)


@safe_component
def Listing(identifier: str, title: str, entries: Sequence[Entry]) -> ft.Control:
    """The first few entries under each heading; the rest is one tap away."""
    everything, set_everything = ft.use_state(False)

    def turn(_: Any) -> None:
        set_everything(lambda old: not old)

    few = _first_under_each(entries)
    shown = entries if everything else few
    lines: list[ft.Control] = []
    under = ""
    for entry in shown:
        if entry.under != under:
            under = entry.under
            lines.append(muted(under, 14, strong=True))
        lines.append(bullet(entry.line))
    if not lines:
        lines = [muted(tr(text.NONE_RECORDED), 16)]
    if len(entries) > len(few):
        label = tr(text.SHOW_FEWER) if everything else say.show_all(len(entries))
        icon = ft.Icons.EXPAND_LESS if everything else ft.Icons.EXPAND_MORE
        lines.append(ft.Row([buttons.plain(f"patient-{identifier}-all", label, turn, icon=icon)], wrap=True))
    return group(title, [card(stack(lines, spacing=theme.S2))])


def _first_under_each(entries: Sequence[Entry]) -> list[Entry]:
    """A long heading never pushes the next one out of sight: a risk filed as a finding stays seen."""
    seen: Counter[str] = Counter()
    few = []
    for entry in entries:
        seen[entry.under] += 1
        if seen[entry.under] <= SHOWN:
            few.append(entry)
    return few
