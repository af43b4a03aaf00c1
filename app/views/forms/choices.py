"""Questions answered by tapping one of several answers, or any number of them."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.content.model import Item, ItemKind
from app.domain.long_lists import is_long_list
from app.domain.visit import Absent, Answer
from app.language import tr
from app.views.forms.absents import no_answer
from app.views.forms.again import AgainPanel, again_button, again_lines
from app.views.forms.beside import Beside
from app.views.forms.heads import head, question
from app.views.forms.long_list import LongList
from app.views.forms.names import ident
from app.views.forms.options import Tap, option_controls
from app.views.guard import keyed, memo, safe_component
from app.views.visit.saving import Saving
from app.views.widgets.options import wrap
from app.views.wording import forms as wording


def _tap(item: Item, code: str, saving: Saving, entry: str) -> Tap:
    async def tap(_: Any) -> None:
        if item.kind is ItemKind.CHOICES:
            await saving.toggle(item, code, entry)
        else:
            await saving.pick(item.link_id, code, entry)

    return tap


@safe_component
def _choice(
    item: Item,
    answer: Answer | None,
    last: Beside,
    reasons: tuple[Absent, ...],
    numbered: bool,
    again: bool,
    narrow: bool,
    saving: Saving,
    entry: str,
) -> ft.Control:
    """`numbered`: the answers are levels known by their number, which stands in front (AKPS).

    `again`: it can be measured again by itself, not only together with the others of its scale.
    """
    opened, set_opened = ft.use_state(False)
    measuring, set_measuring = ft.use_state(False)

    def open_it(_: Any) -> None:
        set_opened(lambda _old: True)

    def turn(_: Any) -> None:
        set_measuring(lambda old: not old)

    def done() -> None:
        set_measuring(lambda _old: False)

    value = answer.value if answer else None
    chosen = value if isinstance(value, tuple) else (str(value),) if value is not None else ()
    absent = answer.absent if answer else None
    beside, below = no_answer(item.link_id, item.name, reasons, absent, opened, open_it, saving, entry)
    tap = partial(_tap, item, saving=saving, entry=entry)
    if is_long_list(item) and not numbered:
        lately = saving.view.page.recent.get(item.link_id, ()) if saving.view.page else ()
        listed = keyed(f"list {item.link_id}", LongList, item, chosen, lately, tap, entry)
        answers = [listed, *([wrap(beside)] if beside else [])]
    else:
        answers = option_controls(
            item,
            item.name,
            chosen,
            lambda code: ident(item.link_id, code, entry),
            tap,
            numbered=numbered,
            beside=beside,
        )
    parts = [head(item, last, narrow), *answers, *below]
    if answer is not None:
        parts += again_lines(item, answer, narrow, saving, numbered=numbered)
        if again and value is not None:
            if measuring:
                panel = keyed(f"again-{item.link_id}", AgainPanel, item, narrow, saving, done, numbered)
                parts.append(panel)
            label = tr(wording.AGAIN)
            parts.append(wrap([again_button(item, measuring, turn, small=False, label=label)]))
    return question(parts)


ChoiceItem = memo(_choice)
