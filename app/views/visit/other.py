"""ESAS-r's "Other Problem": the person names it, then gives it a number."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.content import Item
from app.domain.visit import Absent, Answer
from app.views import text
from app.views.guard import safe_component
from app.views.ports import OpenSession
from app.views.visit.autosave import Flushers, Save, SaveQuietly, use_autosave
from app.views.visit.esas import cells, item_head, reasons
from app.views.widgets.base import card, muted, stack
from app.views.widgets.fields import field

PickOther = Callable[[int | Absent | None, Callable[[], str]], Awaitable[bool]]
"""(number or reason, the name as it stands when it is written); None clears."""


@safe_component
def OtherProblem(
    visit_id: str,
    item: Item,
    answer: Answer | None,
    waiting: str,
    last: str,
    narrow: bool,
    put: PickOther,
    save: Save,
    save_quietly: SaveQuietly,
    session: OpenSession,
    flushers: Flushers,
) -> ft.Control:
    """A number needs a name first; a changed name goes with the number that is there.

    `waiting` is a stored name that has no number yet.
    """
    given: int | Absent | None = None if answer is None else (answer.absent or answer.value)
    if answer is not None and answer.value is not None:
        given = answer.value

    stored = (answer.name or "") if answer else waiting
    name = use_autosave(visit_id, "other-name", stored, save, save_quietly, session, flushers)

    async def pick(_: str, tapped: int | Absent) -> None:
        same = tapped == given and type(tapped) is type(given)
        await put(None if same else tapped, lambda: name.newest().strip())

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
