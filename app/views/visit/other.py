"""ESAS-r's "Other Problem": the person names it, then gives it a number."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.content import Item
from app.domain.visit import Absent, Answer
from app.views import text
from app.views.guard import safe_component
from app.views.ports import OpenSession
from app.views.visit.autosave import Flushers, use_autosave
from app.views.visit.esas import cells, item_head, reasons
from app.views.widgets.base import card, muted, stack
from app.views.widgets.fields import field

SaveOther = Callable[[str, int | Absent | None, str], Awaitable[bool]]
"""(item, number or reason, name); None clears."""


@safe_component
def OtherProblem(
    item: Item,
    answer: Answer | None,
    last: str,
    narrow: bool,
    save: SaveOther,
    save_quietly: Callable[[str, int | Absent | None, str], Awaitable[Any]],
    session: OpenSession,
    flushers: Flushers,
) -> ft.Control:
    """A number needs a name first; a changed name goes with the number that is there."""
    given: int | Absent | None = None if answer is None else (answer.absent or answer.value)
    if answer is not None and answer.value is not None:
        given = answer.value

    async def save_name(name: str) -> bool:
        return given is None or await save(item.link_id, given, name)

    async def quietly(name: str) -> None:
        if given is not None:
            await save_quietly(item.link_id, given, name)

    name = use_autosave(
        "other-name", (answer.name or "") if answer else "", save_name, quietly, session, flushers
    )

    async def pick(link_id: str, tapped: int | Absent) -> None:
        same = tapped == given and type(tapped) is type(given)
        await save(link_id, None if same else tapped, name.value.strip())

    ready = bool(name.value.strip())
    value = answer.value if answer else None
    absent = answer.absent if answer else None
    head = item_head(item.text, item.name, value, last, narrow)
    box = field(
        "esas-other-name", text.OTHER_NAME, name.value, name.change, on_blur=name.leave, on_submit=name.leave
    )
    parts = [head, box, *cells(item.link_id, name.value or item.name, value, narrow, pick, ready=ready)]
    if not ready:
        parts.append(muted(text.OTHER_FIRST))
    else:
        parts.append(reasons(item.link_id, name.value, absent, pick))
    return card(stack(parts, spacing=8), padding=12)
