""" "Hard day?": one tap asks the supervisor for a call. And what a supervisor sees of it."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.hard_day import CallAsked, CallState
from app.language import tr
from app.services.no_signal import NoSignal
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_load
from app.views.today import going
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, sign, stack, words
from app.views.widgets.notices import optional_notice
from app.views.wording import help as said

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX})


@safe_component
def HardDayCard(env: Env) -> ft.Control:
    """Where nobody knows yet, the number to call stands beside it."""

    async def read() -> tuple[CallAsked | None, NoSignal]:
        return await env.session.hard_day.mine(), await env.session.no_signal.read()

    found, _ = use_load(read, env.session.hub, TOPICS)

    async def ask(_: Any) -> None:
        await env.session.hard_day.ask()

    async def take_back(_: Any) -> None:
        await env.session.hard_day.take_back()

    asking, taking = use_action(ask), use_action(take_back)
    mine, phones = found.value if found.value is not None else (None, None)
    doors: list[ft.Control] = []
    lines: list[ft.Control] = [words(tr(said.HARD_DAY), 17, strong=True)]
    if mine is None:
        lines.append(muted(tr(said.HARD_DAY_HELP)))
        doors.append(
            buttons.quiet(
                "hard-day-ask",
                tr(said.ASK_FOR_CALL),
                asking.run,
                icon=ft.Icons.PHONE_CALLBACK,
                busy=asking.busy,
            )
        )
    else:
        lines.append(words(said.hard_day_state(mine), 16))
        if mine.state is not CallState.OVER:
            doors.append(
                buttons.quiet("hard-day-take-back", tr(said.TAKE_BACK), taking.run, busy=taking.busy)
            )
        if not mine.known and mine.state is not CallState.OVER and phones is not None:
            doors += going.call(env, "hard-day-call", phones.supervisor_phone, tr(said.CALL_SUPERVISOR))
    lines.append(ft.Row(doors, wrap=True, spacing=theme.S2, run_spacing=theme.S2))
    lines += optional_notice(asking.error or taking.error)
    return ft.Semantics(
        key="hard-day-none" if mine is None else f"hard-day-{mine.state.value}-{mine.known}",
        live_region=mine is not None,
        container=True,
        content=card(
            ft.Row(
                [
                    sign(ft.Icons.VOLUNTEER_ACTIVISM, 24, ft.Colors.PRIMARY),
                    ft.Container(expand=True, content=stack(lines, spacing=theme.S2, tight=True)),
                ],
                spacing=theme.S3,
                vertical_alignment=ft.CrossAxisAlignment.START,
            )
        ),
    )


@safe_component
def CallsAsked(env: Env) -> ft.Control:
    """For a supervisor; nothing at all when nobody asks."""

    async def read() -> tuple[CallAsked, ...]:
        return await env.session.hard_day.list_asked()

    found, _ = use_load(read, env.session.hub, TOPICS)
    open_ones = [one for one in found.value or () if one.state is not CallState.OVER]
    if not open_ones:
        return ft.Container(visible=False)
    rows = [keyed(one.id, OneCall, env, one) for one in open_ones]
    return group(tr(said.CALLS_ASKED), rows, icon=ft.Icons.PHONE_CALLBACK)


@safe_component
def OneCall(env: Env, one: CallAsked) -> ft.Control:
    async def answer(state: CallState, _: Any) -> None:
        await env.session.hard_day.answer(one.id, state)

    calling = use_action(partial(answer, CallState.TAKEN))
    ending = use_action(partial(answer, CallState.OVER))
    doors: list[ft.Control] = []
    lines: list[ft.Control] = [words(said.asked_by(one, now()), 17, strong=True)]
    if one.state is CallState.TAKEN:
        lines.append(muted(said.taken_by(one)))
    else:
        doors.append(
            buttons.quiet(f"call-take-{one.id}", tr(said.I_WILL_CALL), calling.run, busy=calling.busy)
        )
    doors.append(buttons.quiet(f"call-over-{one.id}", tr(said.WE_TALKED), ending.run, busy=ending.busy))
    lines += [
        ft.Row(doors, wrap=True, spacing=theme.S2, run_spacing=theme.S2),
        *optional_notice(calling.error or ending.error),
    ]
    return card(stack(lines, spacing=theme.S2, tight=True))
