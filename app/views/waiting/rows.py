"""Rows of the screen: what needs a person, what waits, what the plan has confirmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

import flet as ft

from app.language import tr
from app.services.sending_models import ReceivedLine, WaitingLine, Why
from app.store.outbox_kinds import GroupKind
from app.views import say, text
from app.views.env import Env, now
from app.views.routes import PatientsRoute, ReadingRoute
from app.views.widgets.base import group, muted, sign, stack, words
from app.views.widgets.buttons import tile
from app.views.wording import waiting as said

Pick = Callable[[str], None]
ICONS = {
    GroupKind.VISIT: ft.Icons.HOME_OUTLINED,
    GroupKind.ALERT: ft.Icons.NOTIFICATIONS_OUTLINED,
    GroupKind.DEATH: ft.Icons.SPA_OUTLINED,
    GroupKind.STAY: ft.Icons.LOCAL_HOSPITAL_OUTLINED,
    GroupKind.ADDENDUM: ft.Icons.NOTE_ADD_OUTLINED,
    GroupKind.TASK: ft.Icons.TASK_ALT,
    GroupKind.RECORD: ft.Icons.DESCRIPTION_OUTLINED,
    GroupKind.ATTACHMENT: ft.Icons.IMAGE_OUTLINED,
}
_WHY_ICONS = {
    Why.CONFLICT: ft.Icons.CALL_SPLIT,
    Why.LOST: ft.Icons.SYNC_PROBLEM,
    Why.ASKED: ft.Icons.QUESTION_MARK,
    Why.ARRIVING: ft.Icons.DOWNLOADING,
    Why.NOW: ft.Icons.SYNC,
    Why.NO_NETWORK: ft.Icons.CLOUD_OFF_OUTLINED,
    Why.PLAN_DOWN: ft.Icons.CLOUD_OFF_OUTLINED,
    Why.PORTAL: ft.Icons.WIFI_LOCK,
    Why.SIGN_IN: ft.Icons.LOGIN,
}


def open_line(env: Env, line: WaitingLine | ReceivedLine) -> Callable[[Any], None]:
    """The tap that opens what the line is about: its visit, else its person."""

    def tap(_: Any) -> None:
        env.go(ReadingRoute(line.visit_id) if line.visit_id else PatientsRoute(line.patient_id))

    return tap


def why_row(line: WaitingLine, at: datetime, size: float = 15) -> ft.Control:
    color = ft.Colors.ERROR if line.set_aside else ft.Colors.TERTIARY
    icon = _WHY_ICONS.get(line.why, ft.Icons.REPORT_OUTLINED if line.set_aside else ft.Icons.SCHEDULE)
    return ft.Row(
        [
            sign(icon, size=19, color=color),
            ft.Container(expand=True, content=words(said.why(line, at), size, color=color, strong=True)),
        ],
        spacing=6,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def waiting_row(line: WaitingLine, chosen: bool, pick: Pick) -> ft.Control:
    at = now()
    lines: list[ft.Control] = [
        words(said.title(line), 17, strong=True),
        muted(said.subtitle(line, at)),
        muted(said.since(line, at)),
        why_row(line, at),
    ]
    if said.plan_said(line):
        lines.append(words(said.plan_said(line), 15, lines=2))
    prefix = "waiting-aside" if line.set_aside else "waiting-row"
    return tile(
        f"{prefix}-{line.group_id}",
        lambda _: pick(line.group_id),
        stack(lines, spacing=3, tight=True),
        lead=ICONS[line.kind],
        chosen=chosen,
    )


def received_row(env: Env, line: ReceivedLine) -> ft.Control:
    at = now()
    lines: list[ft.Control] = [
        words(line.patient_name or tr(said.SOMEBODY), 17, strong=True),
        muted(said.subtitle(line, at)),
        ft.Row(
            [
                sign(ft.Icons.CHECK_CIRCLE_OUTLINE, size=19, color=ft.Colors.PRIMARY),
                ft.Container(
                    expand=True,
                    content=words(
                        said.received_at(line.received_at, at), 15, color=ft.Colors.PRIMARY, strong=True
                    ),
                ),
            ],
            spacing=6,
        ),
    ]
    return tile(
        f"waiting-received-{line.group_id}",
        open_line(env, line),
        stack(lines, spacing=3, tight=True),
        lead=ICONS[line.kind],
    )


def waiting_groups(
    aside: Sequence[WaitingLine], waiting: Sequence[WaitingLine], chosen: str, pick: Pick
) -> list[ft.Control]:
    def rows(lines: Sequence[WaitingLine]) -> list[ft.Control]:
        return [waiting_row(line, line.group_id == chosen, pick) for line in lines]

    found: list[ft.Control] = []
    if aside:
        found.append(group(tr(said.ASIDE), rows(aside), icon=ft.Icons.REPORT_OUTLINED))
    if waiting:
        found.append(group(tr(said.WAITS), rows(waiting), icon=ft.Icons.OUTBOX))
    return found


def received_groups(env: Env, received: Sequence[ReceivedLine]) -> list[ft.Control]:
    """By day, the newest first; the plan's own times only."""
    if not received:
        return [
            group(
                tr(said.RECEIVED), [muted(tr(said.NOTHING_RECEIVED), 16)], icon=ft.Icons.CHECK_CIRCLE_OUTLINE
            )
        ]
    return [
        group(_day_title(on), [received_row(env, line) for line in lines], icon=ft.Icons.CHECK_CIRCLE_OUTLINE)
        for on, lines in groupby(received, key=_day)
    ]


def _day(line: ReceivedLine) -> date | None:
    return None if line.received_at is None else line.received_at.astimezone().date()


def _day_title(on: date | None) -> str:
    if on is None:
        return f"{tr(said.RECEIVED)} · {tr(said.EARLIER_DAY_UNKNOWN)}"
    day = tr(text.TODAY).lower() if on == now().date() else say.weekday(on)
    return f"{tr(said.RECEIVED)} · {day}"
