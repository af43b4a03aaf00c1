"""What is not wanted, on a person's page: what stands, taken back in one tap, and a way to write one down."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.declines import Decline, Scope, Voice, find_her_no, standing
from app.language import tr
from app.services.models import PatientPage
from app.views import theme
from app.views.declines.days import today
from app.views.declines.form import DeclineForm
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.held import use_held
from app.views.hooks import use_action
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import aside, wrap
from app.views.wording import declines as said


@safe_component
def DeclinesPart(env: Env, page: PatientPage) -> ft.Control:
    """For a supervisor nothing at all while nothing stands."""
    writing, set_writing = use_held(env, "decline-writing", lambda: False)
    patient_id = page.sheet.patient.id
    held = standing(page.parts.declines, today())
    rows: list[ft.Control] = [
        keyed(f"{one.scope} {one.about} {one.voice}", DeclineLine, env, patient_id, one, _unasked(one, page))
        for one in held
    ]
    if env.is_supervisor and not rows:
        return ft.Container(visible=False)
    if writing:
        rows.append(
            DeclineForm(
                env, patient_id, "decline", "", tuple(Scope), None, lambda: set_writing(lambda _: False)
            )
        )
    elif not env.is_supervisor:
        open_it = buttons.plain(
            "patient-decline", tr(said.WRITE_DOWN), lambda _: set_writing(lambda _: True), icon=ft.Icons.ADD
        )
        rows.append(ft.Row([open_it], wrap=True))
    return group(tr(said.TITLE), [card(stack(rows, spacing=theme.S2))])


def _unasked(one: Decline, page: PatientPage) -> bool:
    """The family said it, and nothing says that the person herself does."""
    if one.voice is not Voice.FAMILY:
        return False
    return find_her_no(page.parts.declines, one.scope, one.about, today()) is None


@safe_component
def DeclineLine(env: Env, patient_id: str, one: Decline, unasked: bool) -> ft.Control:
    async def take_back(_: Any) -> None:
        await env.session.declines.take_back(patient_id, one.scope, one.about, one.voice)

    taking = use_action(take_back)
    parts: list[ft.Control] = [words(said.line(one), 16)]
    if unasked:
        parts.append(muted(tr(said.NOT_ASKED), 15))
    if not env.is_supervisor:
        name = f"decline-back-{one.scope.value}-{one.about}-{one.voice.value}"
        parts.append(wrap([aside(name, tr(said.WANTED_AGAIN), taking.run, icon=ft.Icons.UNDO)]))
    parts += optional_notice(taking.error, Tone.ASK)
    return stack(parts, spacing=0, tight=True)
