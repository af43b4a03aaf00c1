"""How symptoms went: one line each with its number and its course; a tap shows the chart and the same in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import flet as ft

from app.domain.trends import MedicineChange, Series, list_marked
from app.language import tr
from app.services.models import PatientPage
from app.views import text, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.held import use_held
from app.views.patient.trend_chart import chart, small_chart
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, group, is_cramped, muted, sign, stack, words
from app.views.wording import stored
from app.views.wording import trends as said

MOST_VALUES = 12
"""Values that are listed in words, the newest first; the chart shows them all."""
FEWEST = 3
"""Shown where less than that stands out."""


@safe_component
def TrendsPart(env: Env, page: PatientPage) -> ft.Control:
    """What stands out first; the rest is one tap away."""
    every, set_every = use_held(env, "trends-every", lambda: False)
    opened, set_opened = use_held(env, "trends-opened", lambda: "")
    trends = page.trends
    if not trends.series:
        return group(tr(said.TITLE), [card(muted(tr(said.NONE), 16))])

    def turn(series_id: str, _: Any) -> None:
        set_opened(lambda old: "" if old == series_id else series_id)

    loud = [one for one in trends.series if one.stands_out]
    few = loud if len(loud) >= FEWEST else list(trends.series[:FEWEST])
    shown = [_spoken(one) for one in (trends.series if every else few)]
    rows: list[ft.Control] = [] if loud else [muted(tr(said.CALM), 16)]
    for number, one in enumerate(shown, start=1):
        is_open = one.id == opened
        rows.append(_row(number, one, is_open, env.narrow, partial(turn, one.id)))
        if is_open:
            rows.append(opened_trend(one, list_marked(trends.changes, one)))
    if len(trends.series) > len(few):
        label = tr(said.FEWER) if every else said.show_all(len(trends.series))
        icon = ft.Icons.EXPAND_LESS if every else ft.Icons.EXPAND_MORE
        more = buttons.plain("trends-all", label, lambda _: set_every(lambda old: not old), icon=icon)
        rows.append(ft.Row([more], wrap=True))
    return group(tr(said.TITLE), [card(stack(rows, spacing=0), padding=theme.S2)])


def _spoken(series: Series) -> Series:
    """What a symptom is called, and what an alert said, in the language that is spoken."""
    points = tuple(replace(one, alert=stored.say(one.alert)) if one.alert else one for one in series.points)
    return replace(series, name=stored.name(series.name), points=points)


def _row(number: int, series: Series, opened: bool, narrow: bool, turn: Any) -> ft.Control:
    """Name, how it compares, its course and its newest number; named as one sentence for a screen reader."""
    at = now()
    name = words(series.name, 17, strong=series.stands_out, said=said.row(series, at))
    compared = muted(said.compared(series, at) or said.newest(series, at), 14)
    course = [small_chart(series, narrow=narrow)] if len(series.valued) > 1 else []
    last = words(str(series.last) if series.last is not None else text.DASH, 22, strong=True)
    more = sign(ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, size=22, color=MUTED)
    if is_cramped():  # beside its course and its number a name would be cut in two
        name.expand = True
        below = ft.Row([ft.Container(expand=True, content=compared), *course], spacing=theme.S2)
        inside: ft.Control = stack([ft.Row([name, last, more], spacing=theme.S2), below], 0, tight=True)
    else:
        told = stack([name, compared], spacing=0, tight=True)
        told.expand = True
        number_of = ft.Container(width=theme.px(44), alignment=theme.at_end(), content=last)
        inside = ft.Row([told, *course, number_of, more], spacing=theme.S2)
    return ft.Semantics(
        identifier=f"trend-{number}",
        expanded=opened,
        content=buttons.row(inside, turn, across=theme.S2, along=theme.S1),
    )


def opened_trend(series: Series, changes: tuple[MedicineChange, ...]) -> ft.Control:
    """The chart, what its marks mean, and the values in words."""
    at = now()
    parts: list[ft.Control] = []
    if series.valued:
        parts.append(chart(series, changes))
    parts.append(muted(said.scale(series), 14))
    if changes:
        parts.append(muted(tr(said.MARKS), 14, strong=True))
        parts += [words(f"{n}  {said.change(one, at)}", 15) for n, one in enumerate(changes, start=1)]
    parts.append(muted(tr(said.VALUES), 14, strong=True))
    newest = tuple(reversed(series.points))[:MOST_VALUES]
    days = Counter(point.at.astimezone().date() for point in series.points)
    for point in newest:
        several = days[point.at.astimezone().date()] > 1
        parts.append(words(said.line(point, at, timed=several), 15))
        if point.alert:
            parts.append(muted(point.alert, 14))
    return ft.Container(
        padding=ft.Padding.only(left=theme.S2, right=theme.S2, top=theme.S2, bottom=theme.S3),
        content=stack(parts, spacing=theme.S1),
    )
