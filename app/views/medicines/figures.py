"""Daily MME, shown twice with what went into it: information, never a warning colour."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.content.medicine_tables import mme_table
from app.domain.medicines import Line, as_taken, most_ordered
from app.domain.mme import MmeSum
from app.language import tr
from app.views import theme
from app.views.widgets.base import card, muted, stack, words
from app.views.wording import medicines as said


def mme_lines(lines: Sequence[Line]) -> list[ft.Control]:
    """Nothing at all where there is no opioid."""
    if not any(line.opioid is not None for line in lines):
        return []
    parts: list[ft.Control] = [words(tr(said.MME_TITLE), 16, strong=True)]
    parts += _figure("mme-taken", tr(said.MME_TAKEN), as_taken(lines))
    parts += _figure("mme-ordered", tr(said.MME_ORDERED), most_ordered(lines))
    parts.append(muted(tr(mme_table().scope), 14))
    return [card(stack(parts, spacing=theme.S2), color=ft.Colors.SURFACE_CONTAINER)]


def _figure(identifier: str, label: str, total: MmeSum) -> list[ft.Control]:
    head = ft.Semantics(
        identifier=identifier,
        container=True,
        content=words(f"{label}: {said.figure(total)}", 17, strong=True),
    )
    workings = [muted(said.working(one), 15) for one in total.counted if one.amount]
    in_part = {one.name for one in total.counted}
    missing = [muted(said.not_counted(one, in_part=one.name in in_part), 15) for one in total.uncounted]
    return [head, *workings, *missing]
