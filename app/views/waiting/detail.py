"""One thing that waits: why, what has been tried, what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import flet as ft

from app.language import tr
from app.services.sending_models import Do, WaitingLine
from app.views import say, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.routes import ConflictRoute, VisitRoute
from app.views.waiting.rows import open_line, why_row
from app.views.widgets import buttons
from app.views.widgets.base import card, fact, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import waiting as said


def _not_yet() -> int | None:
    """How often it had been refused when she tapped "Try again" here."""
    return None


@safe_component
def Detail(env: Env, line: WaitingLine, phone: str | None, close: Callable[[], None]) -> ft.Control:
    tried, set_tried = use_value(_not_yet)

    async def again(_: Any) -> None:
        set_tried(lambda _: line.refusals)
        await env.session.sending.try_again(line.group_id)

    async def correct(_: Any) -> None:
        await env.session.sending.correct(line.group_id)
        env.go(VisitRoute(line.group_id))

    async def call(_: Any) -> None:
        await env.open_url("tel:" + quote(phone or "", safe="+*#"))

    def choose(_: Any) -> None:
        env.go(ConflictRoute(f"task-{line.conflict}"))

    trying, correcting, calling = use_action(again), use_action(correct), use_action(call)
    at = now()
    acts: dict[Do, ft.Control] = {
        Do.CHOOSE: buttons.primary(
            "waiting-choose", tr(said.DO[Do.CHOOSE]), choose, icon=ft.Icons.CALL_SPLIT
        ),
        Do.CORRECT: buttons.primary(
            "waiting-correct",
            tr(said.DO[Do.CORRECT]),
            correcting.run,
            icon=ft.Icons.EDIT,
            busy=correcting.busy,
        ),
        Do.TRY_AGAIN: buttons.quiet(
            "waiting-try-again",
            tr(said.DO[Do.TRY_AGAIN]),
            trying.run,
            icon=ft.Icons.REFRESH,
            busy=trying.busy,
        ),
        Do.CALL: buttons.quiet("waiting-call", tr(said.DO[Do.CALL]), calling.run, icon=ft.Icons.PHONE),
    }
    shown = [acts[do] for do in line.do]
    if line.visit_id or line.patient_id:
        opening = tr(said.OPEN_VISIT) if line.visit_id else tr(said.OPEN_PERSON)
        shown.append(buttons.quiet("waiting-open", opening, open_line(env, line), icon=ft.Icons.OPEN_IN_NEW))
    facts: list[ft.Control] = [
        fact(tr(said.FACT_SINCE), f"{say.moment(line.since, at)} ({said.age(line.since, at)})"),
        fact(tr(said.FACT_SIZE), said.size(line.kb)),
    ]
    if times := said.tried(line, at):
        facts.append(fact(tr(said.FACT_TRIED), times))
    if line.said and not line.set_aside:
        facts.append(fact(tr(said.FACT_LAST), line.said))
    help_text = said.help_for(line)
    refused = tried is not None and line.set_aside and line.refusals > tried
    return screen(
        said.title(line),
        [
            words(said.subtitle(line, at), 16),
            card(
                stack(
                    [
                        why_row(line, at, 17),
                        *([words(said.plan_said(line), 16)] if said.plan_said(line) else []),
                        *([words(help_text, 16)] if help_text else []),
                        *optional_notice(tr(said.SENT_AGAIN) if refused else None, Tone.ASK),
                        *optional_notice(trying.error or correcting.error or calling.error, Tone.ASK),
                        ft.Row(shown, wrap=True, spacing=theme.S3, run_spacing=theme.S3),
                    ]
                )
            ),
            card(stack(facts)),
            ft.Container(height=theme.S4),
        ],
        narrow=True,
        lead=buttons.close("waiting-close", tr(said.CLOSE), lambda _: close()),
    )
