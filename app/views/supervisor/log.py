"""The supervisor's visit log: a table on a tablet, cards on a phone, fifty at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.services.models import LogFilter, LogPage, LogRow
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.alerts.lists import TodayAlerts
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.supervisor.filters import filters
from app.views.today.checks import ChecksOfTeam
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import empty, loading, optional_notice
from app.views.widgets.visit_rows import open_visit

TOPICS = frozenset({Topic.VISITS, Topic.PATIENTS, Topic.OUTBOX})
PAGE = 50
WIDTHS = (3, 2, 2, 3, 1, 2)


@safe_component
def VisitLog(env: Env) -> ft.Control:
    wanted, set_wanted = ft.use_state(LogFilter())
    offset, set_offset = ft.use_state(0)
    open_filters, set_open_filters = ft.use_state(False)
    today = now().date()

    async def read() -> LogPage:
        return await env.session.team.log(wanted, offset, PAGE)

    page, _ = use_load(read, env.session.hub, TOPICS, wanted, offset)

    def change(fn: Callable[[LogFilter], LogFilter]) -> None:
        set_offset(lambda _: 0)
        set_wanted(fn)

    def turn(step: int) -> Callable[[Any], None]:
        return lambda _: set_offset(lambda old: max(0, old + step))

    nurses = page.value.nurses if page.value else ()
    tools: list[ft.Control] = []
    if env.narrow:
        tools.append(
            ft.Row(
                [
                    buttons.quiet(
                        "log-filters",
                        text.FILTERS,
                        lambda _: set_open_filters(lambda old: not old),
                        icon=ft.Icons.TUNE,
                    )
                ]
            )
        )
    if open_filters or not env.narrow:
        tools.append(filters(wanted, nurses, today, env.width - 2 * theme.S4 if env.narrow else None, change))
    body: list[ft.Control]
    if page.value is None:
        body = [*optional_notice(page.error)] or [loading()]
    elif not page.value.rows:
        body = [empty(ft.Icons.LIST_ALT, text.LOG_EMPTY if wanted != LogFilter() else text.NO_LOG_YET)]
    else:
        rows = _cards(env, page.value) if env.narrow else [_table(env, page.value)]
        body = [*optional_notice(page.error), *rows, _pager(page.value, offset, turn)]
    parts = [ChecksOfTeam(env), TodayAlerts(env), *tools, *body, ft.Container(height=16)]
    return screen(text.VISIT_LOG, parts, narrow=env.narrow, spacing=16)


def _pager(page: LogPage, offset: int, turn: Callable[[int], Callable[[Any], None]]) -> ft.Control:
    last = offset + len(page.rows)
    return ft.Row(
        [
            ft.Container(expand=True, content=muted(say.range_of(offset + 1, last, page.total))),
            buttons.quiet("log-previous", text.PREVIOUS, turn(-PAGE), disabled=offset == 0),
            buttons.quiet("log-next", text.NEXT, turn(PAGE), disabled=last >= page.total),
        ],
        spacing=theme.S2,
    )


def _received(row: LogRow) -> str:
    return say.moment(row.received_at, now()) if row.received_at else text.DASH


def _table(env: Env, page: LogPage) -> ft.Control:
    def line(cells: list[ft.Control]) -> ft.Row:
        return ft.Row(
            [ft.Container(expand=w, content=c) for w, c in zip(WIDTHS, cells, strict=True)], spacing=theme.S3
        )

    head = ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=10),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        content=line([words(name, 14, strong=True) for name in text.LOG_COLUMNS]),
    )
    rows: list[ft.Control] = [head]
    for row in page.rows:
        visit = row.visit
        score = text.DASH if visit.highest_score is None else str(visit.highest_score)
        cells: list[ft.Control] = [
            words(visit.patient_name, 16, strong=True),
            words(visit.nurse_name, 15),
            words(say.times(visit.began_at, visit.left_at, now()), 15),
            words(say.where_how(visit.modality, visit.setting), 15),
            words(score, 18, strong=True),
            words(_received(row), 15),
        ]
        rows.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        rows.append(
            ft.Semantics(
                identifier=f"log-row-{visit.id}",
                button=True,
                container=True,
                content=ft.Container(
                    padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=12),
                    ink=True,
                    on_click=open_visit(env, visit, team=True),
                    content=line(cells),
                ),
            )
        )
    return card(ft.Column(rows, spacing=0), padding=0)


def _cards(env: Env, page: LogPage) -> list[ft.Control]:
    made: list[ft.Control] = []
    for row in page.rows:
        visit = row.visit
        inside = stack(
            [
                words(visit.patient_name, 17, strong=True),
                muted(f"{visit.nurse_name} · {say.times(visit.began_at, visit.left_at, now())}"),
                muted(say.where_how(visit.modality, visit.setting)),
                words(f"{say.highest(visit.highest_score)} · {text.LOG_COLUMNS[5]} {_received(row)}", 15),
            ],
            spacing=2,
            tight=True,
        )
        made.append(buttons.tile(f"log-row-{visit.id}", open_visit(env, visit, team=True), inside))
    return made
