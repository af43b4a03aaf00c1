""" "I am worried", and the question that is asked before signing. Nothing of it blocks saving, leaving or sending."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.content.spoken import load
from app.domain import concern
from app.domain.visit import Modality
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.alerts.hushed import Hushed, covered_words
from app.views.env import Env
from app.views.forms import fields
from app.views.guard import keyed, safe_component
from app.views.hooks import use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import card, heading, muted, spot, stack, words
from app.views.widgets.options import aside, chip, wrap
from app.views.wording import alerts as said
from app.views.wording import forms as form_words
from app.views.wording import stored

FORM = "concern"
WORRIED, ANSWER = "concern-worried", "concern-answer"
CALL_FIRST = ("concern-where", "concern-with")
"""By telephone and video asked first: where the person is, and who is there."""


def is_worried(page: VisitPage) -> bool:
    answer = page.draft.answers.get(WORRIED)
    return answer is not None and answer.value == "yes"


@safe_component
def WorryButton(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    """The button that every visit has. What it is for may not be read at the bedside, so that is a tap away."""
    told, set_told = use_value(lambda: False)

    async def tap(_: Any) -> None:
        await saving.pick(WORRIED, "yes")

    button = buttons.choice(
        "visit-worried", tr(said.WORRIED), is_worried(page), tap, icon=ft.Icons.FAVORITE_BORDER
    )
    when = aside(
        "visit-worried-help",
        tr(form_words.HIDE_PRIVATE) if told else tr(said.WORRIED_WHEN),
        lambda _: set_told(lambda old: not old),
        icon=ft.Icons.EXPAND_LESS if told else ft.Icons.HELP_OUTLINE,
    )
    return stack([wrap([button, when]), *([muted(tr(said.WORRIED_HELP))] if told else [])], spacing=theme.S1)


def concern_choices(prefix: str, page: VisitPage, saving: Saving) -> ft.Control:
    """The four answers. One of them is always possible."""
    answer = page.draft.answers.get(ANSWER)
    item = load()[FORM].get_item(ANSWER)

    async def tap(code: str, _: Any) -> None:
        await saving.pick(ANSWER, code)

    chips = [
        chip(
            f"{prefix}-{option.code}",
            option.display,
            answer is not None and answer.value == option.code,
            partial(tap, option.code),
        )
        for option in item.options
    ]
    return ft.Row(chips, wrap=True, spacing=theme.S2, run_spacing=theme.S2)


@safe_component
def ConcernQuestion(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    """Asked before signing while a concern stands; what to do, and where to write what was done, once answered. Its
    words stand behind a tap: whoever sits at the bed may read what signing still needs.
    """
    if not concern.is_shown(page.draft.answers):
        return ft.Container(height=0)
    full = partial(_question, env, page, saving)
    hushed = keyed("concern", Hushed, "concern-show", covered_words, full, True)
    return ft.Container(key=spot("concern"), content=hushed)


def _question(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    answer = page.draft.answers.get(ANSWER)
    line = next((one for one in page.alerts if one.subject == "suicide"), None)
    parts: list[ft.Control] = [
        heading(tr(said.CONCERN), 18, level=2),
        muted(tr(said.CONCERN_HELP)),
        concern_choices(ANSWER, page, saving),
    ]
    if answer is not None and line is not None:
        parts += [words(stored.say(step), 16) for step in line.actions]
    if answer is not None and answer.value != concern.MISTAKE:
        parts += _record(env, page, saving)
    return card(stack(parts), padding=theme.S4)


def _record(env: Env, page: VisitPage, saving: Saving) -> list[ft.Control]:
    instrument = load()[FORM]
    items = [one for one in instrument.items if one.link_id not in (WORRIED, ANSWER)]
    if page.draft.modality is not Modality.IN_PERSON:
        items.sort(key=lambda one: one.link_id not in CALL_FIRST)
    else:
        items = [one for one in items if one.link_id not in CALL_FIRST]
    return fields(items, env, page, saving, instrument=instrument)
