"""One measure: what it counts, what stands beside the share, and how it differs between people, as chart and table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import flet as ft

from app.domain.outcomes import GROUPINGS, Figures, Line, Measure
from app.language import tr
from app.views import text, theme
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_value
from app.views.supervisor.outcomes.bars import bar
from app.views.supervisor.outcomes.behind import BehindPart
from app.views.widgets import buttons
from app.views.widgets.base import STACKED, card, fact, group, muted, stack, words
from app.views.widgets.frame import columns
from app.views.widgets.notices import Tone, notice
from app.views.widgets.options import beside, chip, wrap
from app.views.wording import outcomes as said

QUARTERS = "quarter"
Named = tuple[str, Line]


@safe_component
def MeasurePart(env: Env, measure: Measure, figures: Figures, team_name: str) -> ft.Control:
    """The answer first; then who stands beside it; then the parts of the people."""
    offered = [QUARTERS] * bool(figures.quarters) + [one for one in GROUPINGS if figures.parts.get(one)]
    picked, set_picked = use_value(lambda: offered[0] if offered else "")
    asked, set_asked = use_value(lambda: "")
    if measure.has_no_data:
        return stack(_no_data(measure), spacing=theme.S4)

    def pick(name: str, _: Any) -> None:
        set_picked(lambda _old: name)

    def ask(standing: str, _: Any) -> None:
        set_asked(lambda old: "" if old == standing else standing)

    everybody = figures.everybody
    top: list[ft.Control] = [
        muted(said.heading_of(figures, team_name), 15),
        words(said.answer(measure, everybody), 24, strong=True),
    ]
    middle = said.counted(everybody) if measure.is_length else said.median(everybody, measure.value_unit)
    if middle:
        top.append(words(middle, 16))
    parts: list[ft.Control] = [stack(top, spacing=4, tight=True)]
    others = _beside(everybody, asked, ask)
    if asked:
        others.append(keyed(f"who-{asked}", BehindPart, env, measure, figures, asked))
    parts.append(group(tr(said.BESIDE), [card(stack(others, spacing=theme.S2))]))
    chips = [chip(f"outcomes-by-{one}", _name(one), one == picked, partial(pick, one)) for one in offered]
    if chips:
        parts += [wrap(chips), _split(env, measure, _head(picked), _lines(figures, picked))]
    parts += [muted(tr(said.HIDDEN_WHY), 15), _words(measure)]
    return stack(parts, spacing=theme.S4)


def _name(grouping: str) -> str:
    return tr(said.BY_QUARTER) if grouping == QUARTERS else tr(said.GROUPINGS[grouping])


def _head(grouping: str) -> str:
    """Over the names of the parts: what each of them is."""
    return tr(said.QUARTER) if grouping == QUARTERS else tr(said.GROUPINGS[grouping])


def _lines(figures: Figures, grouping: str) -> list[Named]:
    if grouping == QUARTERS:
        return [(said.quarter(span), line) for span, line in figures.quarters]
    found = [(said.value(grouping, one.value), one) for one in figures.parts.get(grouping, ())]
    return sorted(found, key=lambda pair: pair[0].casefold())


def _beside(line: Line, asked: str, ask: Any) -> list[ft.Control]:
    """Every standing that somebody is in, with a way to the people."""
    rows: list[ft.Control] = []
    for standing in said.STANDINGS:
        count = line.find(standing)
        if count == 0:
            continue
        label = tr(said.CLOSE_LIST) if asked == standing else tr(said.WHO)
        told = words(said.count_row(standing, count), 16)
        told.expand = True
        rows.append(beside([told], buttons.plain(f"outcomes-who-{standing}", label, partial(ask, standing))))
        if standing == "preference":
            rows.append(muted(tr(said.PREFERENCE_HELP), 15))
        if standing == "died":
            rows.append(muted(tr(said.DIED_HELP), 15))
    return rows or [muted(text.DASH, 16)]


def _split(env: Env, measure: Measure, head: str, lines: Sequence[Named]) -> ft.Control:
    """Chart and table side by side; on a phone one below the other. Of a length there is no share to draw."""
    if measure.is_length:
        return group(tr(said.TABLE), [card(_rows(measure, lines), padding=theme.S3)])
    chart = group(tr(said.CHART), [card(stack([_bar_row(measure, one) for one in lines], spacing=theme.S3))])
    table = group(tr(said.TABLE), [card(_table(env, measure, head, lines), padding=theme.S3)])
    return columns([table], [chart], narrow=env.narrow)


def _bar_row(measure: Measure, one: Named) -> ft.Control:
    name, line = one
    ends = ft.Row(
        [words(name, 15), words(said.percent(line), 15, strong=True)],
        wrap=True,
        spacing=theme.S2,
        run_spacing=0,
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
    )
    return ft.Semantics(
        label=said.bar(name, measure, line),
        image=True,
        exclude_semantics=True,
        container=True,
        content=stack([ends, bar(line)], spacing=2, tight=True),
    )


def _rows(measure: Measure, lines: Sequence[Named]) -> ft.Control:
    return stack(
        [
            stack(
                [words(name, 16, strong=True), muted(said.part_answer(measure, line), 15)],
                spacing=0,
                tight=True,
            )
            for name, line in lines
        ],
        spacing=theme.S3,
    )


def _table(env: Env, measure: Measure, part: str, lines: Sequence[Named]) -> ft.Control:
    if env.narrow or theme.scale() >= STACKED:
        return _rows(measure, lines)
    head = _cells(
        [
            part,
            tr(said.MET),
            tr(said.OF),
            tr(said.SHARE),
            tr(said.WANTED),
            tr(said.DIED),
        ],
        True,
    )
    body = [
        _cells(
            [
                name,
                said.number(line.find("met")),
                said.number(line.find("denominator")),
                said.percent(line),
                said.number(line.find("preference")),
                said.number(line.find("died")),
            ],
            False,
        )
        for name, line in lines
    ]
    return stack([head, *body], spacing=theme.S2)


def _cells(texts: Sequence[str], head: bool) -> ft.Control:
    cells: list[ft.Control] = []
    for number, one in enumerate(texts):
        shown = muted(one, 14, strong=True) if head else words(one, 15)
        if number:
            shown.text_align = ft.TextAlign.END
        cells.append(ft.Container(expand=3 if number == 0 else 2, content=shown))
    return ft.Row(cells, spacing=theme.S2, vertical_alignment=ft.CrossAxisAlignment.START)


def _words(measure: Measure) -> ft.Control:
    told = [
        fact(tr(said.MET_TITLE), measure.numerator),
        fact(tr(said.OF_TITLE), measure.denominator),
        fact(tr(said.OUT_TITLE), measure.exclusions),
        fact(tr(said.NOT_REVIEWED), measure.unverified),
    ]
    if measure.source:
        told.append(muted(measure.source, 14))
    return card(stack(told, spacing=theme.S2))


def _no_data(measure: Measure) -> list[ft.Control]:
    return [
        notice(tr(said.NO_DATA), Tone.CALM),
        fact(tr(said.HOW_TO_FEED), measure.feed),
        _words(measure),
    ]
