"""A question whose problem the person names first (ESAS-r "Other Problem"), then gives it a number."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.content.model import Item
from app.domain.visit import Absent, Answer
from app.language import tr
from app.views import text
from app.views.forms.absents import FINER
from app.views.forms.again import AgainPanel, again_button, again_lines, in_grid
from app.views.forms.beside import Beside, tried_lines
from app.views.forms.cells import cells
from app.views.forms.heads import head, question, value_now
from app.views.forms.names import ABSENT_NAMES, base, ident
from app.views.guard import keyed, memo, safe_component
from app.views.visit.autosave import use_autosave
from app.views.visit.saving import Saving
from app.views.widgets.base import muted
from app.views.widgets.fields import field
from app.views.widgets.options import chip, wrap
from app.views.wording import forms as said


@safe_component
def _named(
    item: Item,
    answer: Answer | None,
    waiting: str,
    beside: Beside,
    reasons: tuple[Absent, ...],
    narrow: bool,
    saving: Saving,
) -> ft.Control:
    """A number needs a name first; a changed name goes with the number that is there.

    `waiting` is a stored name that has no number yet.
    """
    measuring, set_measuring = ft.use_state(False)
    value = answer.number if answer else None
    absent = answer.absent if answer else None
    stored = (answer.name or "") if answer else waiting

    async def save(new: str) -> bool:
        return await saving.commit(lambda: saving.visits.set_other_name(saving.visit_id, new))

    async def save_quietly(new: str) -> None:
        await saving.visits.set_other_name(saving.visit_id, new)

    name = use_autosave(
        saving.visit_id,
        f" {item.link_id}-name",
        stored,
        save,
        save_quietly,
        saving.session,
        saving.flushers,
    )

    async def put(tapped: int | Absent) -> None:
        before = saving.find(item.link_id)
        same = before is not None and (
            before.absent is tapped if isinstance(tapped, Absent) else before.value == tapped
        )
        await saving.put_named(item.link_id, None if same else tapped, lambda: name.newest().strip())

    def turn(_: Any) -> None:
        set_measuring(lambda old: not old)

    def done() -> None:
        set_measuring(lambda _old: False)

    ready = bool(name.value.strip())
    shown = name.value.strip() or item.name
    box = field(
        ident(item.link_id, "name"),
        tr(text.OTHER_NAME),
        name.value,
        name.change,
        on_blur=name.leave,
        on_submit=name.leave,
    )
    around = [_reason(item, shown, one, absent, put) for one in _short(reasons)] if ready else []
    gridded = in_grid(narrow=narrow)
    extra = again_button(item, measuring, turn, small=gridded) if value is not None else None
    if extra is not None and not gridded:
        around.append(extra)
    rows = cells(
        item,
        base(item.link_id),
        shown,
        value,
        narrow,
        put,
        ready=ready,
        extra=extra if gridded else None,
    )
    parts = [head(item, beside, narrow, value_now(value)), box, *rows]
    parts.append(wrap(around) if ready else muted(tr(text.OTHER_FIRST)))
    parts += tried_lines(ident(item.link_id, "tried"), beside.tried)
    if answer is not None:
        parts += again_lines(item, answer, narrow, saving)
        if measuring and value is not None:
            parts.append(keyed(f"again-{item.link_id}", AgainPanel, item, narrow, saving, done))
    return question(parts)


NamedItem = memo(_named)


def _short(reasons: tuple[Absent, ...]) -> list[Absent]:
    plain = [reason for reason in reasons if reason not in FINER]
    return sorted(plain, key=lambda reason: reason is not Absent.COULD_NOT_ANSWER)


def _reason(item: Item, name: str, reason: Absent, absent: Absent | None, put: Any) -> ft.Control:
    async def tap(_: Any) -> None:
        await put(reason)

    label = tr(said.ABSENT[reason])
    return chip(
        ident(item.link_id, ABSENT_NAMES[reason]),
        label,
        absent is reason,
        tap,
        size=15,
        said=f"{name}: {label}",
    )
