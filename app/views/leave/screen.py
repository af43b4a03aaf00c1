"""The handover: every person of the nurse who is away, what matters most first, and "I have them"."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.code_status import compose
from app.domain.handover import HandoverPerson
from app.domain.trends import Series
from app.language import tr
from app.services.leave_models import CoverLine, HandoverPage
from app.store.changes import Topic
from app.views import theme
from app.views.alerts.card import LOOK, PRIVATE_LOOK
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_load
from app.views.routes import PatientsRoute
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, muted, sign, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, loading, notice, optional_notice
from app.views.wording import conversation, promises, stays
from app.views.wording import leave as said

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.ALERTS, Topic.SYNC})


@safe_component
def TakingOverScreen(env: Env, leave_id: str) -> ft.Control:
    """Reading takes everybody's record once; it is written down who looked."""

    async def read() -> HandoverPage:
        return await env.session.leaves.read_handover(leave_id)

    found, _ = use_load(read, env.session.hub, TOPICS, leave_id)
    page = found.value
    lead = buttons.back("cover-back", tr(said.BACK), lambda _: env.back())
    if page is None:
        body = optional_notice(tr(said.GONE) if found.error else None, Tone.CALM) or [loading()]
        return screen(tr(said.LEAVE), body, narrow=env.narrow, lead=lead)
    rows: list[ft.Control] = [_person(env, one) for one in page.people]
    if page.missing and page.people:
        rows.insert(0, notice(said.missing(page.missing), Tone.ASK))
    elif page.missing:
        rows.insert(0, notice(tr(said.NOBODY_HERE), Tone.ASK))
    have = keyed("have", HaveThem, env, page.line)
    parts = [words(said.cover(page.line, now()), 16), have, *rows, ft.Container(height=16)]
    return screen(said.title(page.line.leave), parts, narrow=env.narrow, lead=lead, spacing=theme.S3)


@safe_component
def HaveThem(env: Env, line: CoverLine) -> ft.Control:
    """One tap; then who knows of it."""

    async def take(_: Any) -> None:
        await env.session.leaves.take(line.leave.id)

    taking = use_action(take)
    if line.is_taken:
        return notice(said.have_them(line, now()), Tone.CALM)
    door = buttons.primary(
        "cover-have-them", tr(said.HAVE_THEM), taking.run, icon=ft.Icons.CHECK, busy=taking.busy
    )
    return stack([ft.Row([door], wrap=True), *optional_notice(taking.error)])


def _open(env: Env, patient_id: str, _: Any) -> None:
    env.go(PatientsRoute(patient_id))


def _person(env: Env, one: HandoverPerson) -> ft.Control:
    at = now()
    status = compose(one.code_status, at.date(), conversation.SPOKEN)
    lines: list[ft.Control] = [words(one.name, 19, strong=True)]
    lines.append(_line(ft.Icons.ASSIGNMENT_OUTLINED, conversation.code_status(status), strong=True))
    if status.differs:
        lines += [muted(each, 15) for each in status.lines]
    for each in one.watch:
        _, _, icon = PRIVATE_LOOK if each.private else LOOK.get(each.level, LOOK["today"])
        lines.append(_line(icon, said.watch(each, at), strong=True))
    if one.clock is not None:
        lines.append(_line(ft.Icons.HOURGLASS_BOTTOM, stays.clock(one.clock, at), strong=True))
    lines += [_line(_way(each), said.change(each, at)) for each in one.changes]
    lines += [_line(ft.Icons.HANDSHAKE_OUTLINED, promises.promised(each, at)) for each in one.promises]
    if not (one.watch or one.clock or one.changes or one.promises):
        lines.append(_line(ft.Icons.CHECK, tr(said.NOTHING_TO_WATCH)))
    lines.append(muted(said.last_visit(one, at), 15))
    return buttons.tile(
        f"cover-person-{one.patient_id}",
        partial(_open, env, one.patient_id),
        stack(lines, spacing=theme.S1, tight=True),
    )


def _way(series: Series) -> ft.IconData:
    """Which way the number went; whether that is worse says the sentence beside it."""
    moved = series.moved or 0
    if moved == 0:
        return ft.Icons.TRENDING_FLAT
    return ft.Icons.TRENDING_UP if moved > 0 else ft.Icons.TRENDING_DOWN


def _line(icon: ft.IconData, line: str, *, strong: bool = False) -> ft.Control:
    return ft.Row(
        [
            sign(icon, 20, ft.Colors.ON_SURFACE if strong else MUTED),
            ft.Container(expand=True, content=words(line, 16, strong=strong)),
        ],
        spacing=theme.S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
