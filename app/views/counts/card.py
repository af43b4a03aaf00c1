"""One medicine of the count: counted blind first, then what it comes to, then what was destroyed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import flet as ft

from app.content.model import Item
from app.content.spoken import load
from app.domain import home_count as count
from app.domain.home_count import CountLine, Reckoning
from app.domain.medicines import text_of
from app.domain.visit import Entry
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.env import Env, now
from app.views.forms import fields
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.medicines.details import small_fields
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.widgets.options import aside, at_end
from app.views.wording import counts as said
from app.views.wording.medicines import whole

MAY_DESTROY, MAY_WITNESS = "nurse-destroys-medicines", "nurse-witnesses-destruction"
"""Switches of the plan."""


@safe_component
def CountCard(
    line: CountLine,
    number: int,
    begin: Callable[[CountLine], Awaitable[None]],
    env: Env,
    page: VisitPage,
    saving: Saving,
) -> ft.Control:
    """`number` names it for tests. The last count is shown once this one is there: what one knows one finds."""
    destroyed, set_destroyed = use_value(lambda: False)
    other_unit, set_other_unit = use_value(lambda: False)
    beginning = use_action(lambda _: begin(line))
    entry = line.entry

    async def remove(_: Any) -> None:
        if entry is not None:
            await saving.remove_entry(entry.id)

    removing = use_action(remove)
    parts: list[ft.Control] = [words(whole(line.name), 17, strong=True, said=line.name)] if line.name else []
    if entry is None:
        parts += optional_notice(beginning.error, Tone.ASK)
        button = buttons.quiet(
            f"count-{number}-begin", tr(said.COUNT), beginning.run, icon=ft.Icons.PIN, busy=beginning.busy
        )
        parts.append(ft.Row([button], wrap=True))
        return card(stack(parts, spacing=theme.S2), padding=12)
    known = line.last is not None and text_of(entry, count.UNIT) == line.last.unit
    parts += _asked(line, entry, env, page, saving, unit_asked=other_unit or not known)
    if known and not other_unit:
        change = aside(
            f"count-{number}-unit", tr(said.OTHER_WAY), lambda _: set_other_unit(lambda _old: True)
        )
        parts.append(ft.Row([change], wrap=True))
    made = count.reckon(entry)
    if made is not None:
        parts += _result(line, made, entry, env, page, saving, number)
        if destroyed or any(link in entry.answers for link in count.DESTRUCTION):
            parts += _destruction(made, entry, env, page, saving)
        else:
            open_it = aside(
                f"count-{number}-destroyed",
                tr(said.DESTROYED),
                lambda _: set_destroyed(lambda _old: True),
                icon=ft.Icons.DELETE_SWEEP_OUTLINED,
            )
            parts.append(ft.Row([open_it], wrap=True))
    away = aside(f"count-{number}-remove", tr(said.REMOVE), removing.run, icon=ft.Icons.DELETE_OUTLINE)
    parts.append(at_end(away))
    parts += optional_notice(removing.error, Tone.ASK)
    return card(stack(parts, spacing=theme.S2), padding=12)


def _items(*links: str, unit: str = "") -> list[Item]:
    """Questions of the group; a number says what it counts."""
    group = load()[count.GROUP].get_item(count.GROUP)
    found = [one for one in group.items if one.link_id in links]
    shown = tr(said.SHORT[unit]) if unit in said.SHORT else ""
    return [
        replace(one, unit=replace(one.unit, display=shown)) if one.unit is not None and shown else one
        for one in found
    ]


def _asked(
    line: CountLine, entry: Entry, env: Env, page: VisitPage, saving: Saving, *, unit_asked: bool
) -> list[ft.Control]:
    unit = text_of(entry, count.UNIT)
    form = load()[count.GROUP]
    parts: list[ft.Control] = []
    if line.about is None and line.last is None:
        parts += small_fields(_items(count.NAME), entry, saving, narrow=env.narrow)
    if unit_asked:
        parts += fields(_items(count.UNIT), env, page, saving, instrument=form, entry=entry)
    links = (count.NOW, count.RECEIVED, count.GIVEN) if line.last is not None else (count.NOW,)
    return parts + small_fields(_items(*links, unit=unit), entry, saving, narrow=env.narrow)


def _result(
    line: CountLine, made: Reckoning, entry: Entry, env: Env, page: VisitPage, saving: Saving, number: int
) -> list[ft.Control]:
    parts: list[ft.Control] = []
    if line.last is not None:
        parts.append(muted(said.last(line.last, now()), 15))
    if made.difference is None:
        parts.append(muted(tr(said.NOT_COMPARED if line.last is None else said.OTHER_UNIT), 15))
        return parts
    off = made.difference != 0
    shown = notice(said.result(made), Tone.ASK if off else Tone.CALM)
    parts.append(ft.Semantics(identifier=f"count-{number}-result", container=True, content=shown))
    if off or count.EXPLAINED in entry.answers:
        form = load()[count.GROUP]
        parts += fields(_items(count.EXPLAINED), env, page, saving, instrument=form, entry=entry)
    return parts


def _destruction(
    made: Reckoning, entry: Entry, env: Env, page: VisitPage, saving: Saving
) -> list[ft.Control]:
    """What, how much, how, by whom, who saw it: the nurse herself only where the plan allows it."""
    form, switches = load()[count.GROUP], page.settings.switches
    parts = small_fields(_items(count.GONE, unit=made.unit), entry, saving, narrow=env.narrow)
    parts += fields(_items(count.GONE_HOW), env, page, saving, instrument=form, entry=entry)
    people = _items(count.GONE_BY, count.WITNESS)
    parts += small_fields(people, entry, saving, narrow=env.narrow)
    if MAY_DESTROY in switches or count.GONE_NURSE in entry.answers:
        parts += fields(_items(count.GONE_NURSE), env, page, saving, instrument=form, entry=entry)
    else:
        parts.append(muted(tr(said.NURSE_MAY_NOT), 15))
    if MAY_WITNESS in switches or count.WITNESS_NURSE in entry.answers:
        parts += fields(_items(count.WITNESS_NURSE), env, page, saving, instrument=form, entry=entry)
    else:
        parts.append(muted(tr(said.NURSE_MAY_NOT_SEE), 15))
    return [*parts, words(said.left_over(made), 16, strong=True)]
