"""One sharing: with whom, until when, how often it was opened; withdrawn in two taps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.domain.sharing import Sharing
from app.language import tr
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import sharing as said


@safe_component
def Standing(env: Env, patient_id: str, one: Sharing, changed: Callable[[], None]) -> ft.Control:
    asking, ask = use_value(lambda: False)
    at = now()

    async def withdraw(_: Any) -> None:
        await env.session.sharing.withdraw(patient_id, one.id)
        ask(lambda _old: False)
        changed()

    going = use_action(withdraw)
    lines: list[ft.Control] = [
        words(said.with_whom(one), 17, strong=True),
        words(said.state(one, at), 16),
        muted(said.opened(one, at)),
        muted(said.by(one, at)),
    ]
    if one.end is None and not asking:
        way = buttons.quiet(f"sharing-withdraw-{one.id}", tr(said.WITHDRAW), lambda _: ask(lambda _old: True))
        lines.append(ft.Row([way], wrap=True))
    elif one.end is None:
        doors: list[ft.Control] = [
            buttons.primary("sharing-withdraw-now", tr(said.WITHDRAW_NOW), going.run, busy=going.busy),
            buttons.quiet("sharing-keep", tr(said.KEEP), lambda _: ask(lambda _old: False)),
        ]
        lines.append(notice(said.question(one), Tone.ASK, doors))
    lines += optional_notice(going.error, Tone.ASK)
    return card(stack(lines, spacing=theme.S1))
