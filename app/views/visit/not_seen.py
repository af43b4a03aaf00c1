"""A visit that did not take place: why, and what was done."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import flet as ft

from app.content.model import Item
from app.content.spoken import load
from app.domain.visit import Modality, VisitDraft
from app.domain.visit_kind import NOT_SEEN_WHY
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.declines.in_visit import below_not_seen
from app.views.env import Env
from app.views.forms import fields
from app.views.guard import safe_component
from app.views.visit.kinds import FORM, reasons
from app.views.visit.saving import Saving
from app.views.widgets.base import stack, words
from app.views.widgets.options import chip, wrap
from app.views.wording import visit as said

DONE, LEFT_NOTE = "ns-done", "left-note"


def at_the_phone(item: Item, draft: VisitDraft) -> Item:
    """Of what was done only what can be done where nobody stands at a door, and what was said before it was a call."""
    held = draft.answers.get(item.link_id)
    if (
        item.link_id != DONE
        or draft.modality is Modality.IN_PERSON
        or (held and LEFT_NOTE in str(held.value))
    ):
        return item
    return replace(item, options=tuple(one for one in item.options if one.code != LEFT_NOTE))


@safe_component
def NotSeenSection(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    draft = page.draft
    held = draft.answers.get(NOT_SEEN_WHY)
    chosen = held.value if held is not None else None
    form = load()[FORM]

    async def tap(why: str, _: Any) -> None:
        if saving.is_trembling(NOT_SEEN_WHY, why):
            return
        wanted = None if why == chosen else why
        await saving.commit(lambda: saving.visits.set_not_met(saving.visit_id, wanted))

    offered = [*reasons(draft.modality)]
    offered += [
        one for one in form.get_item(NOT_SEEN_WHY).options if one.code == chosen and one not in offered
    ]
    chips = [
        chip(f"{NOT_SEEN_WHY}-{one.code}", one.display, one.code == chosen, partial(tap, one.code))
        for one in offered
    ]
    others = [at_the_phone(item, draft) for item in form.items if item.link_id != NOT_SEEN_WHY]
    return stack(
        [
            stack([words(tr(said.WHAT_HAPPENED), 17, strong=True), wrap(chips)], spacing=theme.S2),
            *fields(others, env, page, saving, instrument=form),
            *below_not_seen(env, page, saving),
        ],
        spacing=theme.S4,
    )
