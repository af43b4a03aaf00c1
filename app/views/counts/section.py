"""The count of a visit: one card a medicine, what it comes to, what was destroyed, and who counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import flet as ft

from app.content.model import Item
from app.content.spoken import load
from app.domain import home_count as count
from app.domain.home_count import CountLine
from app.domain.visit import Entry, Modality, Setting
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.counts.card import CountCard
from app.views.env import Env
from app.views.forms import fields
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action
from app.views.medicines.section import lines_of as medicine_lines
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import heading, muted, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import counts as said
from app.views.wording import stored

AT_HOME = (Setting.HOME, Setting.ASSISTED_LIVING)


def lines_of(page: VisitPage) -> tuple[CountLine, ...]:
    """What is to be counted: opioids and benzodiazepines of the plan's list, what was there last, what was added."""
    listed = [
        (line.name, line.medicine.reference)
        for line in medicine_lines(page)
        if line.medicine is not None
        and count.is_counted(line.medicine, line.opioid is not None, line.classes)
    ]
    return count.list_lines(listed, page.draft.entries.get(count.GROUP, ()), page.parts.counts)


def opens_by_itself(page: VisitPage) -> bool:
    """In person at home, where something is to be counted and was not for some days; and once it was begun."""
    draft = page.draft
    if draft.entries.get(count.GROUP):
        return True
    here = draft.modality is Modality.IN_PERSON and draft.setting in AT_HOME
    return here and count.is_due(lines_of(page), draft.began_at, page.settings)


def state(page: VisitPage) -> str | None:
    """The closed section's line; None while there is nothing to count."""
    lines = lines_of(page)
    if not lines:
        return None
    done = sum(line.entry is not None and count.reckon(line.entry) is not None for line in lines)
    return said.state(done, len(lines)) if done or not opens_by_itself(page) else tr(said.DUE)


@safe_component
def HomeCountSection(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    lines = lines_of(page)

    async def begin(line: CountLine) -> None:
        await saving.add_entry(count.GROUP, about=line.about, answers=count.first_answers(line))

    async def add(_: Any) -> None:
        await saving.add_entry(count.GROUP)

    adding = use_action(add)
    parts: list[ft.Control] = [words(load()[count.GROUP].instruction, 16)]
    if not lines:
        parts.append(muted(tr(said.NOTHING), 16))
    for number, line in enumerate(lines, start=1):
        key = line.entry.id if line.entry is not None else f"uncounted-{line.about or line.name}"
        parts.append(keyed(key, CountCard, line, number, begin, env, page, saving))
    parts += optional_notice(adding.error, Tone.ASK)
    more = buttons.quiet("count-add", tr(said.ANOTHER), adding.run, icon=ft.Icons.ADD, busy=adding.busy)
    parts.append(ft.Row([more], wrap=True))
    entries = page.draft.entries.get(count.GROUP, ())
    if entries or any(link in page.draft.answers for link in (count.WITH, count.ALONE)):
        parts += _who(env, page, saving, entries)
    return stack(parts, spacing=theme.S3)


def _who(env: Env, page: VisitPage, saving: Saving, entries: Sequence[Entry]) -> list[ft.Control]:
    """Who counted: one tap on a name of the people list, a name typed, or why nobody did."""
    answer = page.draft.answers.get(count.WITH)
    chosen = answer.value if answer is not None else None

    async def tap(name: str, _: Any) -> None:
        if saving.is_trembling(count.WITH, name):
            return
        await saving.put(count.WITH, None if name == chosen else name)

    # The record keeps a relation as it is; on the screen it is said.
    known = {
        one.name or one.relation: one.name or stored.name(one.relation) for one in page.parts.people.people
    }
    names = {one: shown for one, shown in known.items() if one}
    chips = [
        chip(f"count-with-{number}", shown, name == chosen, partial(tap, name))
        for number, (name, shown) in enumerate(names.items(), start=1)
    ]
    form = load()[count.GROUP]
    items: list[Item] = []
    if chosen not in names:
        other = tr(said.SOMEBODY_ELSE if names else said.NAME)
        items.append(replace(form.get_item(count.WITH), text=other, name=other))
    if chosen is None:
        items.append(form.get_item(count.ALONE))
    return [
        heading(tr(said.WHO), 17, level=3),
        muted(tr(said.WHO_HELP), 15),
        *([wrap(chips)] if chips else []),
        *fields(items, env, page, saving, instrument=form),
    ]
