"""One nurse on the board: when her tablet was heard, what waits there, and moving what she has to somebody else."""

from __future__ import annotations

import flet as ft

from app.domain.visit import PersonRef
from app.language import tr
from app.services.board_models import BoardNurse
from app.views import theme
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.leave.entering import LeavePanel
from app.views.supervisor.board.moving import MovePanel
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, heading, muted, sign, stack, words
from app.views.wording import board as said
from app.views.wording import leave


@safe_component
def NurseCard(env: Env, one: BoardNurse, everybody: tuple[PersonRef, ...]) -> ft.Control:
    open_now, set_open = ft.use_state(False)
    leave_open, set_leave = ft.use_state(False)
    nurse_id = one.nurse.reference.partition("/")[2]
    lines: list[ft.Control] = [heading(one.nurse.name, 18, level=3), *_leave(one), *_heard(one)]
    if one.planned_since:
        lines.append(_line(ft.Icons.EVENT_BUSY, said.planned_since(one.planned_since), strong=True))
    if so_far := said.today_so_far(one, now()):
        lines.append(_line(ft.Icons.EVENT_NOTE, so_far))
    waiting = one.nurse.waiting
    lines += [
        _line(ft.Icons.OUTBOX, said.waits(each, now()), strong=each.kind == "alert") for each in waiting
    ]
    for each in one.nurse.set_aside:
        lines.append(_line(ft.Icons.REPORT_OUTLINED, said.set_aside(each, now()), strong=True))
    if one.nurse.tablets and not waiting and not one.nurse.set_aside:
        lines.append(_line(ft.Icons.CHECK, tr(said.NOTHING_WAITS)))
    lines.append(muted(said.people(len(one.nurse.people))))
    icon = ft.Icons.CLOSE if open_now else ft.Icons.SWAP_HORIZ
    toggle = buttons.quiet(
        f"board-open-{nurse_id}",
        said.opens(tr(said.MOVE), one.nurse.name, opened=open_now),
        lambda _: set_open(lambda old: not old),
        icon=icon,
    )
    away = buttons.quiet(
        f"leave-open-{nurse_id}",
        said.opens(tr(leave.LEAVE), one.nurse.name, opened=leave_open),
        lambda _: set_leave(lambda old: not old),
        icon=ft.Icons.CLOSE if leave_open else ft.Icons.BEACH_ACCESS_OUTLINED,
    )
    lines.append(ft.Row([toggle, away], wrap=True, spacing=theme.S2, run_spacing=theme.S2))
    if leave_open:
        lines.append(keyed("leave", LeavePanel, env, one, everybody))
    if open_now:
        lines.append(keyed("panel", MovePanel, env, one, everybody))
    return card(stack(lines, spacing=theme.S2))


def _leave(one: BoardNurse) -> list[ft.Control]:
    """Who is away is not silent; who stands in has more than her own people."""
    lines = (
        [_line(ft.Icons.BEACH_ACCESS_OUTLINED, leave.on_board(one.leave, now()), strong=one.away)]
        if one.leave
        else []
    )
    return [
        *lines,
        *(_line(ft.Icons.SWAP_HORIZ, leave.covers(each, now()), strong=True) for each in one.covers),
    ]


def _heard(one: BoardNurse) -> list[ft.Control]:
    if one.away:
        return []
    icon = ft.Icons.WIFI if one.heard else ft.Icons.CLOUD_OFF
    return [_line(icon, said.heard(one, now()), strong=bool(one.planned_since))]


def _line(icon: ft.IconData, line: str, *, strong: bool = False) -> ft.Control:
    return ft.Row(
        [
            sign(icon, 20, ft.Colors.ON_SURFACE if strong else MUTED),
            ft.Container(expand=True, content=words(line, 15, strong=strong)),
        ],
        spacing=theme.S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
