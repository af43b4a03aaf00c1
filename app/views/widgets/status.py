"""Where a visit is, in the product's words, with an icon so that colour is never the only sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import flet as ft

from app.services.models import VisitState, VisitStatus
from app.views import say, theme
from app.views.widgets.base import MUTED, at_first_line, sign, words

MARK = 19

_LOOK: dict[VisitState, tuple[ft.IconData, ft.Colors]] = {
    VisitState.DRAFT: (ft.Icons.EDIT_NOTE, ft.Colors.TERTIARY),
    VisitState.ON_DEVICE: (ft.Icons.TABLET_ANDROID, ft.Colors.TERTIARY),
    VisitState.SENDING: (ft.Icons.SYNC, ft.Colors.PRIMARY),
    VisitState.ARRIVING: (ft.Icons.SYNC, ft.Colors.PRIMARY),
    VisitState.RECEIVED: (ft.Icons.CHECK_CIRCLE_OUTLINE, ft.Colors.PRIMARY),
    VisitState.QUESTION: (ft.Icons.HELP_OUTLINE, ft.Colors.TERTIARY),
    VisitState.REVIEWED: (ft.Icons.VERIFIED_OUTLINED, ft.Colors.PRIMARY),
    VisitState.REFUSED: (ft.Icons.REPORT_OUTLINED, ft.Colors.ERROR),
    VisitState.LOST: (ft.Icons.SYNC_PROBLEM, ft.Colors.TERTIARY),
    VisitState.TWO_VERSIONS: (ft.Icons.CALL_SPLIT, ft.Colors.ERROR),
    VisitState.MISTAKEN: (ft.Icons.BLOCK, MUTED),
}


def status_line(status: VisitStatus, now: datetime, size: float = 15) -> ft.Control:
    icon, color = _LOOK.get(status.state, (ft.Icons.SYNC, MUTED))
    mark = sign(icon, MARK, color)
    mark.margin = at_first_line(MARK, max(size, MARK / theme.LINE))
    return ft.Row(
        spacing=6,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            mark,
            ft.Container(expand=True, content=words(say.status(status, now), size, color=color, strong=True)),
        ],
    )


def sent_line(status: VisitStatus, now: datetime, size: float = 15) -> ft.Control:
    """The same where it is said below who has reviewed it, and when: not twice."""
    if status.state is VisitState.REVIEWED:
        status = replace(status, state=VisitState.RECEIVED)
    return status_line(status, now, size)
