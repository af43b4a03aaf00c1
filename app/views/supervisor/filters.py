"""The filters of the visit log, each with its own test name; all of them can be seen and taken off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import flet as ft

from app.domain.visit import Modality, Setting
from app.language import tr
from app.services.log_models import LogChoices, LogFilter, Looking
from app.store.log_query import Flag
from app.views import text, theme
from app.views.env import Env
from app.views.guard import keyed
from app.views.supervisor.days import Days
from app.views.supervisor.menus import Option, menu, places, said_of, statuses
from app.views.widgets import buttons
from app.views.widgets.fields import field
from app.views.widgets.options import chip, wrap
from app.views.wording import log as said

Change = Callable[[Callable[[LogFilter], LogFilter]], None]
SEVERE = 7
"""ESAS-r scores from here on are severe for every symptom (PubMed 19963335)."""
SPANS = {"any": None, "today": 0, "week": 6, "month": 29}
"""Days before today that a preset reaches back."""


def filters(
    env: Env,
    looking: Looking,
    choices: LogChoices,
    more: bool,
    turn: Callable[[Any], None],
    change: Change,
) -> list[ft.Control]:
    """The usual ones; the rest stand behind `more`, which says how many of them are on."""

    wanted = looking.wanted

    def taking(make: Callable[[LogFilter, str | None], LogFilter]) -> Callable[[str], None]:
        """What a field does with its text; an empty one takes the filter off."""
        return lambda value: change(lambda old: make(old, value or None))

    def where(value: str) -> None:
        change(lambda old: replace(old, setting=Setting(value) if value else None))

    def how(value: str) -> None:
        change(lambda old: replace(old, modality=Modality(value) if value else None))

    person = field(
        "log-filter-person",
        tr(text.FILTER_PERSON),
        wanted.patient_text or "",
        taking(lambda old, to: replace(old, patient_text=to)),
        icon=ft.Icons.SEARCH,
    )
    nurses: list[Option] = [(name, name) for name in choices.nurses]
    menus = [
        menu(
            env,
            "log-filter-nurse",
            tr(text.FILTER_NURSE),
            wanted.nurse_name,
            nurses,
            taking(lambda old, to: replace(old, nurse_name=to)),
        ),
        menu(
            env,
            "log-filter-where",
            tr(text.FILTER_WHERE),
            wanted.setting,
            [(s.value, tr(text.SETTING[s])) for s in Setting],
            where,
        ),
        menu(
            env,
            "log-filter-how",
            tr(text.FILTER_HOW),
            wanted.modality,
            [(m.value, tr(text.MODALITY[m])) for m in Modality],
            how,
        ),
    ]
    parts = [_side_by_side(env, [person, *menus]), wrap(_chips(wanted, change, looking.evv, more, turn))]
    if more:
        rest = [
            menu(
                env,
                "log-filter-place",
                tr(said.PLACE),
                wanted.place,
                places(),
                taking(lambda old, to: replace(old, place=to)),
            ),
            menu(
                env,
                "log-filter-line",
                tr(said.LINE),
                wanted.line,
                said_of(choices.lines, tr(said.LINE_NOT_SAID)),
                taking(lambda old, to: replace(old, line=to)),
            ),
            menu(
                env,
                "log-filter-organisation",
                tr(said.ORGANISATION),
                wanted.organisation,
                said_of(choices.organisations, tr(said.ORGANISATION_NOT_SAID)),
                taking(lambda old, to: replace(old, organisation=to)),
            ),
            statuses(env, wanted, change),
        ]
        parts.append(_side_by_side(env, rest))
        flags = [one for one in Flag if one not in first_flags(looking.evv)]
        parts.append(wrap([_flag(one, wanted, change) for one in flags]))
        parts.append(
            keyed(f"days-{wanted.from_on}-{wanted.to_on}", Days, env, wanted.from_on, wanted.to_on, change)
        )
    return parts


def _chips(
    wanted: LogFilter, change: Change, evv: bool, more: bool, turn: Callable[[Any], None]
) -> list[ft.Control]:
    """When, and what is asked for most; the other flags stand behind "More"."""

    def when(days: int | None, _: Any) -> None:
        change(lambda old: replace(old, days=days, from_on=None, to_on=None))

    def severe(_: Any) -> None:
        change(lambda old: replace(old, minimum_score=None if old.minimum_score else SEVERE))

    dated = wanted.from_on is not None or wanted.to_on is not None
    chips = [
        chip(f"log-when-{name}", tr(label), wanted.days == days and not dated, partial(when, days), size=15)
        for (name, label), days in zip(text.WHEN.items(), SPANS.values(), strict=True)
    ]
    chips.append(
        chip(
            "log-filter-severe",
            tr(text.FILTER_SEVERE),
            bool(wanted.minimum_score),
            severe,
            size=15,
            many=True,
        )
    )
    chips += [_flag(which, wanted, change) for which in first_flags(evv)]
    label = tr(said.FEWER_FILTERS) if more else said.more_filters(count_more(wanted, evv))
    chips.append(buttons.plain("log-more-filters", label, turn, icon=ft.Icons.TUNE))
    if wanted != LogFilter():
        chips.append(clear_filters(lambda new: change(lambda _old: new)))
    return chips


def clear_filters(put: Callable[[LogFilter], None]) -> ft.Control:
    """There while any filter is on: all of them are taken off."""
    off = ft.Icons.CLOSE
    return buttons.plain("log-clear", tr(text.CLEAR_FILTERS), lambda _: put(LogFilter()), icon=off)


def first_flags(evv: bool) -> tuple[Flag, ...]:
    """Those in front: what the view at hand is about."""
    return (Flag.EVV,) if evv else (Flag.ACT_NOW,)


def _flag(which: Flag, wanted: LogFilter, change: Change) -> ft.Control:
    def turn(_: Any) -> None:
        change(lambda old: replace(old, flags=old.flags ^ {which}))

    return chip(f"log-flag-{which}", tr(said.FLAGS[which]), which in wanted.flags, turn, size=15, many=True)


def count_more(wanted: LogFilter, evv: bool) -> int:
    """How many of the filters behind "More" are on."""
    flags = len(wanted.flags.difference(first_flags(evv)))
    behind = (wanted.place, wanted.line, wanted.organisation, wanted.status, wanted.from_on, wanted.to_on)
    return flags + sum(one is not None for one in behind)


def _side_by_side(env: Env, controls: Sequence[ft.Control]) -> ft.Control:
    """In one line on a tablet, one under the other where there is little room."""
    if env.narrow:
        return ft.Column(list(controls), spacing=theme.S2, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.Row([ft.Container(expand=True, content=one) for one in controls], spacing=theme.S2)
