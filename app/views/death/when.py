"""When somebody died: one tap where that is enough, else a day and an hour."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import flet as ft

from app.domain.death import DeathDraft
from app.language import tr
from app.views import say, theme
from app.views.env import now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.visit.times import end_editor, read_end, split_moment
from app.views.widgets import buttons
from app.views.widgets.base import group, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import death as said

Put = Callable[[Callable[[DeathDraft], DeathDraft]], Awaitable[None]]


@safe_component
def When(draft: DeathDraft, put: Put) -> ft.Control:
    setting, set_setting = use_value(lambda: False)
    at, set_at = use_value(lambda: split_moment(draft.at or now()))
    today = now().date()

    async def choose(change: Callable[[DeathDraft], DeathDraft]) -> None:
        set_setting(lambda _old: False)
        await put(change)

    async def just_now(_: Any) -> None:
        moment = now().replace(second=0, microsecond=0)
        await choose(lambda old: replace(old, at=moment, on=None))

    def on_day(days: int) -> Callable[[Any], Awaitable[None]]:
        async def run(_: Any) -> None:
            day = now().date() - timedelta(days=days)
            await choose(lambda old: replace(old, at=None, on=day))

        return run

    async def use_it(_: Any) -> None:
        moment = read_end(at, now()).replace(second=0, microsecond=0)
        await choose(lambda old: replace(old, at=moment, on=None))

    using = use_action(use_it)
    chips = [
        chip("death-when-now", tr(said.JUST_NOW), False, just_now),
        chip("death-when-today", tr(said.TODAY), draft.at is None and draft.on == today, on_day(0)),
        chip(
            "death-when-yesterday",
            tr(said.YESTERDAY),
            draft.at is None and draft.on == today - timedelta(days=1),
            on_day(1),
        ),
        chip("death-when-other", tr(said.OTHER_TIME), setting, lambda _: set_setting(lambda old: not old)),
    ]
    parts: list[ft.Control] = [wrap(chips)]
    if setting:
        use = buttons.quiet("death-when-use", tr(said.USE_TIME), using.run, busy=using.busy)
        parts += [
            end_editor("death-at", tr(said.DIED_AT), at, set_at),
            *optional_notice(using.error, Tone.ASK),
            ft.Row([use], wrap=True),
        ]
    shown = told(draft)
    if shown:
        line = words(shown, 17, strong=True)
        parts.append(ft.Semantics(identifier="death-when", key=f"when {shown}", container=True, content=line))
    return group(tr(said.WHEN), [stack(parts, spacing=theme.S2)])


def told(draft: DeathDraft) -> str:
    """ "Died May 3, 03:10", "" while nothing was said."""
    if draft.at is not None:
        day = say.day(draft.at.astimezone().date())
        return tr("Died {day}, {time}", day=day, time=say.clock(draft.at))
    return said.died(draft.on) if draft.on is not None else ""
