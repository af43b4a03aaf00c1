"""A death on a person's page: what was recorded, correcting it and taking it back; or the way to record one."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.language import tr
from app.services.models import PatientPage
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.held import use_held
from app.views.hooks import use_action
from app.views.routes import DeathRoute
from app.views.widgets import buttons
from app.views.widgets.base import card, fact, group, muted, stack, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import death as said


def RecordADeath(env: Env, page: PatientPage) -> ft.Control:
    """At the end of the story of somebody who lives."""
    if page.sheet.patient.deceased:
        return ft.Container(visible=False)
    to = DeathRoute(page.sheet.patient.id)
    way = buttons.plain("patient-death", tr(said.RECORD), lambda _: env.go(to), icon=ft.Icons.SPA_OUTLINED)
    return ft.Row([way], wrap=True)


@safe_component
def DeathRecord(env: Env, page: PatientPage) -> ft.Control:
    """What was recorded, correcting it and taking it back; nothing for somebody who lives."""
    asking, set_asking = use_held(env, "death-asking", lambda: False)
    patient_id = page.sheet.patient.id
    part = page.parts.death

    async def undo(_: Any) -> None:
        await env.session.deaths.undo(patient_id)
        set_asking(lambda _old: False)

    undoing = use_action(undo)
    if not page.sheet.patient.deceased:
        return ft.Container(visible=False)
    lines: list[ft.Control] = [words(said.header(part), 17, strong=True)]
    death = part.death
    if part.by_plan:
        lines.append(muted(tr(said.BY_PLAN), 15))
    if death is not None:
        lines.append(muted(said.recorded(death, now()), 15))
        if death.refused:
            lines.append(notice(tr(said.REFUSED), Tone.ASK))
        elif death.pending:
            lines.append(muted(tr(said.ONLY_HERE), 15))
        lines += [fact(name, value, width=160) for name, value in said.answers(death)]
        lines += [words(death.words, 16)] if death.words else []
    lines += [
        muted(said.call_waits(one) if one.open else said.call_done(one, now()), 15) for one in part.calls
    ]
    if death is not None and not asking:
        ways = [
            buttons.quiet("death-change", tr(said.CHANGE), lambda _: env.go(DeathRoute(patient_id))),
            buttons.plain(
                "death-error", tr(said.ERROR), lambda _: set_asking(lambda _old: True), icon=ft.Icons.UNDO
            ),
        ]
        lines.append(ft.Row(ways, wrap=True, spacing=theme.S2))
    if asking:
        sure = [
            buttons.primary("death-error-yes", tr(said.ERROR_YES), undoing.run, busy=undoing.busy),
            buttons.plain("death-error-no", tr(said.CANCEL), lambda _: set_asking(lambda _old: False)),
        ]
        lines.append(notice(tr(said.ERROR_SURE), Tone.ASK, sure))
    lines += optional_notice(undoing.error, Tone.ASK)
    return group(tr(said.NEWS_OF_ONE), [card(stack(lines, spacing=theme.S2))], icon=ft.Icons.SPA_OUTLINED)
