"""Behind "More" on a planned visit: what to know at the door, "check on me", the person's page."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import flet as ft

from app.domain.check_on_me import CheckOnMe
from app.language import tr
from app.services.day_models import DayStop
from app.views import say, theme
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action
from app.views.routes import DeathRoute, PatientsRoute
from app.views.today.facts import DoorFacts
from app.views.widgets import buttons
from app.views.widgets.base import muted, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import today as said
from app.views.wording.death import RECORD

TIMES = 4
"""How many times are offered for "check on me", half an hour apart."""
SOONEST = timedelta(minutes=25)


@safe_component
def More(env: Env, one: DayStop, check: CheckOnMe | None) -> ft.Control:
    """One tap each; nothing here asks for typing. `check`: the one of this nurse that stands, with whomever."""
    who = one.patient_id
    standing = check if check is not None and not check.done and check.patient_id == who else None

    async def ask(at: datetime) -> None:
        await env.session.checks.ask(who, at)

    asking = use_action(ask)
    times = [
        chip(
            f"check-at-{n}",
            say.clock(at),
            standing is not None and standing.at == at,
            partial(_tap, asking.run, at),
            icon=ft.Icons.ALARM,
        )
        for n, at in enumerate(offer_times(now()), start=1)
    ]
    state = [] if standing is None else [words(said.check_state(standing, now()), 16, strong=True)]
    page = buttons.plain(
        "today-person", tr(said.PERSON), lambda _: env.go(PatientsRoute(who)), icon=ft.Icons.PERSON_OUTLINE
    )
    died = buttons.plain(
        "today-death", tr(RECORD), lambda _: env.go(DeathRoute(who)), icon=ft.Icons.SPA_OUTLINED
    )
    return stack(
        [
            ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT),
            words(tr(said.GOING_IN), 16, strong=True),
            keyed(f"door-{who}", DoorFacts, env, who, one.going_in),
            words(tr(said.CHECK), 16, strong=True),
            muted(tr(said.CHECK_HELP), 15),
            wrap(times),
            *state,
            *optional_notice(asking.error, Tone.ASK),
            ft.Row([page, died], wrap=True, spacing=theme.S2),
        ],
        spacing=theme.S2,
    )


async def _tap(run: Any, value: Any, _: Any) -> None:
    await run(value)


def offer_times(at: datetime) -> tuple[datetime, ...]:
    """The next half hours that are not too soon: at 10:40 they are 11:30, 12:00, 12:30, 13:00."""
    first = (at + SOONEST).replace(second=0, microsecond=0)
    first += timedelta(minutes=-first.minute % 30)
    return tuple(first + timedelta(minutes=30 * number) for number in range(TIMES))
