"""First step: the plan's address, checked, then the way to its own sign-in page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.errors import PlanDown
from app.language import tr
from app.services.models import PlanInfo
from app.views import text, theme
from app.views.guard import safe_component
from app.views.hooks import use_action
from app.views.ports import Device
from app.views.widgets import buttons
from app.views.widgets.base import STACKED, heading, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, optional_notice


@safe_component
def PlanStep(
    device: Device,
    known: PlanInfo | None,
    prefilled: str,
    problem: str | None,
    sign_in: Callable[[PlanInfo], Awaitable[None]],
) -> ft.Control:
    url, set_url = ft.use_state(known.url if known else prefilled)
    plan, set_plan = ft.use_state(known)
    old_problem, set_old_problem = ft.use_state(problem)

    async def check(_: Any) -> None:
        set_old_problem(lambda _: None)
        found = await device.check_plan(url.strip())
        set_plan(lambda _: found)

    async def go(_: Any) -> None:
        set_old_problem(lambda _: None)
        if plan is not None:
            await sign_in(plan)

    def failed(error: Exception) -> bool:
        """Nothing is kept on this device yet, and the likely cause is a slip in the address: say that instead."""
        if not isinstance(error, PlanDown):
            return False
        set_old_problem(lambda _: tr(text.NO_ANSWER_THERE))
        return True

    checking, going = use_action(check, failed), use_action(go)
    if plan is not None:
        return stack(
            [
                heading(tr(text.WELCOME)),
                muted(tr(text.PLAN_FOUND)),
                words(plan.name, 19, strong=True),
                words(tr(text.SIGN_IN_HELP)),
                *optional_notice(going.error or old_problem, Tone.ASK),
                buttons.primary(
                    "first-run-sign-in",
                    tr(text.SIGN_IN_AT_PLAN),
                    going.run,
                    icon=ft.Icons.OPEN_IN_BROWSER,
                    busy=going.busy,
                ),
                buttons.plain(
                    "first-run-other-plan", tr(text.OTHER_PLAN), lambda _: set_plan(lambda _: None)
                ),
            ],
            spacing=theme.S4,
            tight=True,
        )
    return stack(
        [
            heading(tr(text.WELCOME)),
            words(tr(text.PLAN_FILLED_IN) if prefilled and url == prefilled else tr(text.PLAN_HELP)),
            field(
                "first-run-plan",
                tr(text.PLAN_ADDRESS),
                url,
                lambda value: set_url(lambda _: value.replace("\n", "")),
                on_submit=checking.run,
                icon=None if theme.scale() >= STACKED else ft.Icons.LINK,
                autofocus=True,
                whole=True,
            ),
            *optional_notice(checking.error or old_problem, Tone.ASK),
            buttons.primary(
                "first-run-check", tr(text.CHECK), checking.run, busy=checking.busy, disabled=not url.strip()
            ),
        ],
        spacing=theme.S4,
        tight=True,
    )
