""" "Check on me" on a nurse's Today, and on a supervisor's list. It says plainly where nobody knows."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.check_on_me import CheckState
from app.language import tr
from app.services.day_models import DayCheck
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_load
from app.views.routes import PatientsRoute
from app.views.today import going
from app.views.today.ticking import use_minutes
from app.views.widgets import buttons
from app.views.widgets.base import card, group, sign, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import today as said

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX})


@safe_component
def OwnCheck(env: Env, one: DayCheck, phone: str | None) -> ft.Control:
    """Where nobody knows, the supervisor's number stands beside it."""
    at, check = now(), one.check

    async def fine(_: Any) -> None:
        await env.session.checks.finish(check.id)

    saying = use_action(fine)
    blind = not check.told or check.done
    urgent = blind or check.state(at) is CheckState.DUE
    ground = ft.Colors.ERROR_CONTAINER if urgent else ft.Colors.PRIMARY_CONTAINER
    ink = ft.Colors.ON_ERROR_CONTAINER if urgent else ft.Colors.ON_PRIMARY_CONTAINER
    icon = ft.Icons.CLOUD_OFF if blind else ft.Icons.ALARM
    doors: list[ft.Control] = []
    if not check.done:
        fine_button = buttons.primary(
            f"check-fine-{check.id}", tr(said.FINE), saying.run, icon=ft.Icons.CHECK, busy=saying.busy
        )
        doors.append(fine_button)
    if urgent:
        doors += going.call(env, f"check-call-{check.id}", phone, tr(said.CALL_SUPERVISOR))
    lines: list[ft.Control] = [
        words(said.check_head(check, one.patient_name), 18, strong=True, color=ink),
        words(said.check_state(check, at), 16, strong=blind, color=ink),
        ft.Row(doors, wrap=True, spacing=theme.S2, run_spacing=theme.S2),
        *optional_notice(saying.error, Tone.ASK),
    ]
    row = ft.Row(
        [
            sign(icon, size=24, color=ink),
            ft.Container(expand=True, content=stack(lines, spacing=theme.S2)),
        ],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    # Said aloud when it changes, and made anew for it: a node that changes in place becomes empty for screen readers.
    return ft.Semantics(
        key=f"check-{check.id}-{blind}-{urgent}",
        live_region=True,
        container=True,
        content=card(row, color=ground),
    )


@safe_component
def ChecksOfTeam(env: Env) -> ft.Control:
    """What stands of others; nothing at all when nothing does."""
    use_minutes()

    async def read() -> tuple[DayCheck, ...]:
        return await env.session.checks.list_all()

    found, _ = use_load(read, env.session.hub, TOPICS)
    others = [one for one in found.value or () if not one.mine]
    if not others:
        return ft.Container(visible=False)
    rows = [keyed(one.check.id, TeamCheck, env, one) for one in others]
    return group(tr(said.CHECKS_OF_TEAM), rows, icon=ft.Icons.ALARM)


@safe_component
def TeamCheck(env: Env, one: DayCheck) -> ft.Control:
    """One nurse who asked to be looked after."""
    at, check = now(), one.check

    async def reached(_: Any) -> None:
        await env.session.checks.finish(check.id, tr(said.REACHED))

    ending = use_action(reached)
    due = check.state(at) is CheckState.DUE
    ground = ft.Colors.ERROR_CONTAINER if due else ft.Colors.SURFACE_CONTAINER
    ink = ft.Colors.ON_ERROR_CONTAINER if due else ft.Colors.ON_SURFACE
    person = buttons.plain(
        f"check-person-{check.id}",
        one.patient_name or tr(said.PERSON),
        lambda _: env.go(PatientsRoute(check.patient_id)),
        icon=ft.Icons.PERSON_OUTLINE,
    )
    done = buttons.quiet(f"check-reached-{check.id}", tr(said.REACHED), ending.run, busy=ending.busy)
    return card(
        stack(
            [
                words(said.check_of(check, at), 17, strong=True, color=ink),
                words(said.with_person(one.patient_name, one.address), 16, color=ink),
                ft.Row([done, person], wrap=True, spacing=theme.S2, run_spacing=theme.S2),
                *optional_notice(ending.error, Tone.ASK),
            ],
            spacing=theme.S2,
        ),
        color=ground,
    )
