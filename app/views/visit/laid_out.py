"""The forms of an open section by the kind of visit: asked at once, asked in part, or one tap away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import flet as ft

from app.content.model import Instrument, Section
from app.domain.visit_layout import Layout
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.env import Env
from app.views.forms import fields, form
from app.views.forms.form import instruction_of, owner_line
from app.views.forms.shown import is_answered
from app.views.visit.saving import Saving
from app.views.widgets.base import heading, muted, stack, words
from app.views.widgets.options import aside, wrap
from app.views.wording import visit as said


def form_name(instrument_id: str) -> str:
    """What a form is called among what was opened by hand."""
    return f"form:{instrument_id}"


def draw_forms(
    section: Section,
    instruments: tuple[Instrument, ...],
    layout: Layout,
    env: Env,
    page: VisitPage,
    saving: Saving,
    by_hand: Mapping[str, bool],
    turn: Callable[[str, bool], None],
) -> list[ft.Control]:
    """What holds an answer is always drawn; what is not asked of this person says why."""
    draft = page.draft
    # who opens a section that this visit is not for wants what is in it
    wanted = by_hand.get(section.id, False) and not any(one.section == section.id for one in layout.open)
    shown: list[tuple[Instrument, bool]] = []
    closed: list[ft.Control] = []
    for one in instruments:
        touched = any(is_answered(item, draft.answers, draft.entries) for item in one.items)
        opened = by_hand.get(form_name(one.id), False)
        if one.id in layout.not_asked and not touched:
            closed.append(muted(said.not_asked(one.short_name, layout.not_asked[one.id]), 15))
        elif touched or opened or (wanted and not one.by_hand) or layout.asks(section.id, one.id):
            shown.append((one, opened))
        else:
            tap = partial(_open, turn, one.id)
            closed.append(
                aside(f"form-open-{one.id}", said.form_closed(one.short_name), tap, icon=ft.Icons.ADD)
            )
    parts: list[ft.Control] = []
    for one, whole in shown:
        if one.id in layout.why and one.id not in page.offers:
            parts.append(muted(said.why_open(layout.why[one.id]), 15))
        titled = len(shown) > 1 and one.name != section.title
        parts += _form(one, layout, env, page, saving, titled=titled, whole=whole, turn=turn)
    return [*parts, *([wrap(closed)] if closed else [])]


def _open(turn: Callable[[str, bool], None], instrument_id: str, _: Any) -> None:
    turn(form_name(instrument_id), True)


def _form(
    instrument: Instrument,
    layout: Layout,
    env: Env,
    page: VisitPage,
    saving: Saving,
    *,
    titled: bool,
    whole: bool,
    turn: Callable[[str, bool], None],
) -> list[ft.Control]:
    first = layout.first.get(instrument.id, ())
    draft = page.draft
    shown = [
        item
        for item in instrument.items
        if item.link_id in first or is_answered(item, draft.answers, draft.entries)
    ]
    if whole or not first or instrument.id in layout.why or len(shown) == len(instrument.items):
        return form(instrument, env, page, saving, titled=titled)
    if instrument.id in page.offers:  # says why it is not offered
        return form(instrument, env, page, saving, titled=titled)
    parts: list[ft.Control] = []
    if titled and len(shown) > 1:
        parts.append(heading(instrument.name, 17, level=3))
    if line := instruction_of(instrument):
        parts.append(words(line, 16))
    parts += fields(shown, env, page, saving, instrument=instrument)
    tap = partial(_open, turn, instrument.id)
    parts.append(wrap([aside(f"form-open-{instrument.id}", tr(said.OTHERS_OF_FORM), tap, icon=ft.Icons.ADD)]))
    parts += owner_line(instrument)
    return [stack(parts, spacing=theme.S3)]
