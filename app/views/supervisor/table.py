"""The rows of the visit log: a table where there is room, cards where there is little. Fifty at the most."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft

from app.domain.evv import plan_time
from app.language import tr
from app.services.log_models import LogRow
from app.services.models import VisitSummary
from app.views import say, text, theme
from app.views.env import Env, now
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, muted, sign, stack, words
from app.views.widgets.visit_rows import open_visit
from app.views.wording import log as said
from app.views.wording import visit as visit_words

WIDTHS = (6, 4, 4, 6, 3, 5)
EVV_WIDTHS = (2, 2, 3, 2, 2, 3)
Cells = Callable[[LogRow], list[ft.Control]]


def show_rows(env: Env, rows: Sequence[LogRow], *, evv: bool) -> list[ft.Control]:
    """`evv`: what visit verification asks for in place of the usual columns."""
    if env.narrow:
        return [_card(env, row, evv) for row in rows]
    names, widths, cells = (
        (said.EVV_COLUMNS, EVV_WIDTHS, _evv_cells) if evv else (said.COLUMNS, WIDTHS, _cells)
    )
    head = ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=10),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        content=_opens(_line([words(tr(name), 14, strong=True) for name in names], widths), shown=False),
    )
    lines: list[ft.Control] = [head]
    for row in rows:
        lines.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        lines.append(
            ft.Semantics(
                identifier=f"log-row-{row.visit.id}",
                button=True,
                container=True,
                content=ft.Container(
                    padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=12),
                    ink=True,
                    on_click=open_visit(env, row.visit, team=True),
                    content=_opens(_line(cells(row), widths)),
                ),
            )
        )
    return [card(ft.Column(lines, spacing=0), padding=0)]


def _line(cells: list[ft.Control], widths: Sequence[int]) -> ft.Row:
    return ft.Row(
        [ft.Container(expand=w, content=c) for w, c in zip(widths, cells, strict=True)],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _opens(line: ft.Row, *, shown: bool = True) -> ft.Row:
    """With the sign that a tap opens it, or with its place."""
    line.expand = True
    end: ft.Control = sign(ft.Icons.CHEVRON_RIGHT, 20, MUTED) if shown else ft.Container(width=theme.px(20))
    return ft.Row([line, end], spacing=theme.S2)


def _cells(row: LogRow) -> list[ft.Control]:
    visit = row.visit
    where: list[ft.Control] = [words(say.where_how(visit.modality, visit.setting), 15)]
    if row.kind is not None:
        where.append(muted(tr(said.KINDS[row.kind]), 14))
    return [
        stack([words(visit.patient_name, 16, strong=True), *_flags(row)], spacing=2, tight=True),
        words(visit.nurse_name, 15),
        words(say.times(visit.began_at, visit.left_at, now()), 15),
        stack(where, spacing=2, tight=True),
        words(_score(visit), 18, strong=True),
        words(say.status(visit.status, now()), 15),
    ]


def _evv_cells(row: LogRow) -> list[ft.Control]:
    visit = row.visit
    return [
        words(visit.patient_name, 16, strong=True),
        words(visit.nurse_name, 15),
        stack([words(said.service(row.kind), 15), muted(said.place(row.place), 14)], spacing=2, tight=True),
        words(said.tablet_time(visit.began_at, visit.left_at), 15),
        words(_by_plan(row), 15),
        stack([words(one, 15) for one in _to_look_at(row)], spacing=2, tight=True),
    ]


def _card(env: Env, row: LogRow, evv: bool) -> ft.Control:
    visit = row.visit
    if evv:
        inside: list[ft.Control] = [
            words(visit.patient_name, 17, strong=True),
            muted(visit.nurse_name),
            muted(said.service(row.kind)),
            muted(said.place(row.place)),
            words(said.by_tablet(said.tablet_time(visit.began_at, visit.left_at)), 15),
            words(said.by_plan(_by_plan(row)), 15),
            words(said.to_look_at(_to_look_at(row)), 15, strong=bool(row.exceptions)),
        ]
    else:
        inside = [
            words(visit.patient_name, 17, strong=True),
            *_flags(row),
            muted(visit.nurse_name),
            muted(say.times(visit.began_at, visit.left_at, now())),
            muted(say.where_how(visit.modality, visit.setting)),
            words(say.highest(visit.highest_score) if visit.met else tr(visit_words.NOT_SEEN), 15),
            words(say.status(visit.status, now()), 15),
        ]
    return buttons.tile(
        f"log-row-{visit.id}", open_visit(env, visit, team=True), stack(inside, spacing=2, tight=True)
    )


def _flags(row: LogRow) -> list[ft.Control]:
    """In words beside a sign; nothing for a visit that nobody has to look at."""
    made: list[ft.Control] = []
    if row.act_now:
        made.append(
            _flag(
                ft.Icons.PRIORITY_HIGH, tr(said.ACT_NOW_OPEN) if row.act_now_open else tr(said.ACT_NOW_CLOSED)
            )
        )
    if row.alert_open and not row.act_now_open:
        made.append(_flag(ft.Icons.NOTIFICATIONS_OUTLINED, tr(said.ALERT_OPEN)))
    if not row.visit.met:
        made.append(_flag(ft.Icons.DO_NOT_DISTURB_ALT, tr(visit_words.NOT_SEEN)))
    return made


def _flag(icon: ft.IconData, label: str) -> ft.Control:
    shown = words(label, 14, color=MUTED)
    shown.expand = True
    return ft.Row([sign(icon, 16, MUTED), shown], spacing=4)


def _score(visit: VisitSummary) -> str:
    return text.DASH if visit.highest_score is None else str(visit.highest_score)


def _by_plan(row: LogRow) -> str:
    gap = row.clock_offset_ms
    began = plan_time(row.visit.began_at, gap)
    if gap is None or began is None:
        return tr(said.NEVER_COMPARED)
    left = None if row.visit.left_at is None else plan_time(row.visit.left_at, gap)
    return said.plan_time(began, left, gap)


def _to_look_at(row: LogRow) -> list[str]:
    return [said.exception(one, row.address_other) for one in row.exceptions] or [tr(said.NOTHING_TO_LOOK_AT)]
