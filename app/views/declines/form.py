"""Writing down a no: how wide, what, whose voice, when to ask again. Four rows of taps, nothing typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import flet as ft

from app.domain.declines import Scope, Voice, list_subjects
from app.errors import RecordError
from app.language import tr
from app.views import theme
from app.views.declines.days import tomorrow, within
from app.views.env import Env
from app.views.guard import safe_component
from app.views.held import let_go, use_held
from app.views.hooks import use_action
from app.views.widgets import buttons
from app.views.widgets.base import muted, stack
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import declines as said


@safe_component
def DeclineForm(
    env: Env,
    patient_id: str,
    name: str,
    about: str,
    scopes: tuple[Scope, ...],
    whose: Voice | None,
    done: Callable[[], None],
    after: Callable[[], Awaitable[Any]] | None = None,
) -> ft.Control:
    """`name` tells several apart for tests. `about`: what it is about where that is known, else ""; `scopes`: how
    wide it may reach; `whose`: the voice where it is known. `after`: what reads the page anew.
    """
    scope, set_scope = use_held(
        env, f"{name}_scope", lambda: scopes[0] if about or len(scopes) == 1 else None
    )
    subject, set_subject = use_held(env, f"{name}_subject", lambda: about)
    voice, set_voice = use_held(env, f"{name}_voice", lambda: whose)
    days, set_days = use_held(env, f"{name}_days", lambda: 0)

    def close() -> None:
        let_go(env, f"{name}_")
        done()

    async def keep(_: Any) -> None:
        if scope is None or not subject or voice is None or (scope is not Scope.TODAY and not days):
            raise RecordError(tr(said.MISSING))
        again = tomorrow() if scope is Scope.TODAY else within(days)
        await env.session.declines.say(patient_id, scope, subject, voice, again)
        close()
        if after is not None:
            await after()

    keeping = use_action(keep)

    def choose_scope(one: Scope, _: Any) -> None:
        set_scope(lambda _old: one)
        if subject not in list_subjects(one):
            set_subject(lambda _old: "")

    def choose_subject(one: str, _: Any) -> None:
        set_subject(lambda _old: one)

    def choose_voice(one: Voice, _: Any) -> None:
        set_voice(lambda _old: one)

    def choose_days(number: int, _: Any) -> None:
        set_days(lambda _old: number)

    parts: list[ft.Control] = []
    if len(scopes) > 1:
        chips = [
            chip(f"{name}-scope-{one.value}", tr(said.SCOPE[one]), scope is one, partial(choose_scope, one))
            for one in scopes
        ]
        parts += _row(tr(said.HOW_WIDE), chips)
    if not about and scope is not None:
        chips = [
            chip(
                f"{name}-about-{one}",
                said.subject(scope, one),
                subject == one,
                partial(choose_subject, one),
            )
            for one in list_subjects(scope)
        ]
        parts += _row(tr(said.WHAT), chips)
    chips = [
        chip(
            f"{name}-voice-{one.value}",
            tr(said.VOICE[one]),
            voice is one,
            partial(choose_voice, one),
        )
        for one in Voice
    ]
    parts += _row(tr(said.WHOSE), chips)
    if scope is not None and scope is not Scope.TODAY:
        chips = [
            chip(
                f"{name}-again-{number}",
                tr(label),
                days == number,
                partial(choose_days, number),
            )
            for number, label in said.AGAIN
        ]
        parts += _row(tr(said.WHEN), chips)
    parts.append(muted(tr(said.NOT_BROUGHT_UP), 15))
    parts += optional_notice(keeping.error, Tone.ASK)
    parts.append(
        wrap(
            [
                buttons.primary(f"{name}-keep", tr(said.KEEP), keeping.run, busy=keeping.busy),
                buttons.plain(f"{name}-cancel", tr(said.CANCEL), lambda _: close()),
            ]
        )
    )
    return stack(parts, spacing=theme.S3)


def _row(title: str, chips: Sequence[ft.Control]) -> list[ft.Control]:
    return [stack([muted(title, 15), wrap(chips)], spacing=theme.S2)]
