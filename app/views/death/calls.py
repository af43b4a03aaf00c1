"""Calls to families that are due: whom, the number, and two taps to write down how they are."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.death import HOW, THEN
from app.language import tr
from app.services.death_models import DueCall
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.today import going
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import death as said

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX})


@safe_component
def FamilyCalls(env: Env) -> ft.Control:
    """Nothing at all while none is due."""
    found, _ = use_load(env.session.deaths.calls.due, env.session.hub, TOPICS)
    due = found.value or ()
    if not due:
        return ft.Container(visible=False)
    rows = [keyed(one.call.id, OneCall, env, one) for one in due]
    return group(tr(said.CALLS), rows, icon=ft.Icons.CALL_OUTLINED)


@safe_component
def OneCall(env: Env, due: DueCall) -> ft.Control:
    opened, set_opened = use_value(lambda: False)
    how, set_how = use_value(lambda: "")
    then, set_then = use_value(lambda: "")
    call = due.call

    async def finish(_: Any) -> None:
        await env.session.deaths.calls.finish(call.patient_id, call.id, how, then)

    finishing = use_action(finish)

    def choose(put: Any, value: str, _: Any) -> None:
        put(lambda old: "" if old == value else value)

    ways: list[ft.Control] = [
        *going.call(env, f"family-call-{call.id}", due.phone or None),
        buttons.quiet(
            f"family-open-{call.id}",
            tr(said.CLOSE_FORM) if opened else tr(said.OPEN_FORM),
            lambda _: set_opened(lambda old: not old),
            icon=ft.Icons.EXPAND_LESS if opened else ft.Icons.EDIT_OUTLINED,
        ),
    ]
    parts: list[ft.Control] = [
        words(said.call_line(call, due.name), 17, strong=True),
        ft.Row(ways, wrap=True, spacing=theme.S2, run_spacing=theme.S2),
    ]
    if opened:
        hows = [
            chip(f"family-how-{one}", tr(name), how == one, partial(choose, set_how, one))
            for one, name in HOW.items()
        ]
        thens = [
            chip(f"family-then-{one}", tr(name), then == one, partial(choose, set_then, one))
            for one, name in THEN.items()
        ]
        last = buttons.primary(
            "family-done", tr(said.CALL_DONE), finishing.run, busy=finishing.busy, disabled=not how
        )
        parts += [
            words(tr(said.HOW_THEY_ARE), 16, strong=True),
            wrap(hows),
            words(tr(said.NEXT), 16, strong=True),
            wrap(thens),
            ft.Row([last], wrap=True),
            *([] if how else [muted(tr(said.HOW_THEY_ARE), 15)]),  # what the grey button waits for
        ]
    parts += optional_notice(finishing.error, Tone.ASK)
    return card(stack(parts, spacing=theme.S2))
