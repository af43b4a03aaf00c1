"""Opening the record of somebody who is not on one's list, and saying on her page until when it is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import flet as ft

from app.domain.emergency import LONGEST_REASON, SHORTEST_REASON, EmergencyAsk, read_day
from app.store.changes import Topic
from app.views import text, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.routes import EmergencyRoute, PatientsRoute
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import emergency as said

TOPICS = frozenset({Topic.PATIENTS})


def way_in(env: Env) -> list[ft.Control]:
    """Under the list of people, for nurses."""
    if env.is_supervisor:
        return []
    return [
        buttons.quiet(
            "patients-not-listed",
            said.NOT_LISTED,
            lambda _: env.go(EmergencyRoute()),
            icon=ft.Icons.PERSON_SEARCH,
        )
    ]


@safe_component
def OpenInEmergency(env: Env) -> ft.Control:
    given, set_given = use_value(lambda: "")
    family, set_family = use_value(lambda: "")
    born, set_born = use_value(lambda: "")
    reason, set_reason = use_value(lambda: "")
    problem, set_problem = use_value(lambda: "")

    async def ask(_: Any) -> None:
        day, why = read_day(born), " ".join(reason.split())[:LONGEST_REASON]
        wrong = find_wrong(given, family, why, has_day=day is not None)
        set_problem(lambda _: wrong)
        if wrong or day is None:
            return
        opened = await env.session.emergency.open(EmergencyAsk(given.strip(), family.strip(), day, why))
        env.swap(PatientsRoute(opened))

    asking = use_action(ask)
    error = problem or asking.error
    back = buttons.back("emergency-back", text.PATIENTS, lambda _: env.back())
    form = stack(
        [
            field("emergency-given", said.GIVEN, given, lambda value: set_given(lambda _: value)),
            field("emergency-family", said.FAMILY, family, lambda value: set_family(lambda _: value)),
            field(
                "emergency-born",
                said.BORN,
                born,
                lambda value: set_born(lambda _: value),
                helper=said.BORN_HELP,
            ),
            field(
                "emergency-reason",
                said.REASON,
                reason,
                lambda value: set_reason(lambda _: value),
                lines=3,
                helper=said.REASON_HELP,
            ),
            *optional_notice(error or None, Tone.ASK),
            ft.Row(
                [
                    buttons.primary("emergency-open", said.OPEN, asking.run, busy=asking.busy),
                    buttons.plain("emergency-cancel", said.CANCEL, lambda _: env.back()),
                ],
                wrap=True,
                spacing=theme.S2,
            ),
        ],
        spacing=theme.S3,
    )
    rules = card(stack([words(said.WHAT, 17), *(muted(line, 16) for line in said.RULES)], spacing=theme.S2))
    return screen(said.TITLE, [rules, form], narrow=env.narrow, lead=back, spacing=20)


def find_wrong(given: str, family: str, reason: str, *, has_day: bool) -> str:
    """What is still missing, as a sentence; empty when nothing is."""
    if not given.strip() or not family.strip():
        return said.NO_NAME
    if not has_day:
        return said.NO_DAY
    return said.NO_REASON if len(reason) < SHORTEST_REASON else ""


@safe_component
def OpenUntil(env: Env, patient_id: str) -> ft.Control:
    """On the page of somebody whose record stands open in an emergency; nothing on everybody else's."""

    async def read() -> datetime | None:
        return await env.session.emergency.find_until(patient_id)

    until, _ = use_load(read, env.session.hub, TOPICS, patient_id)
    if until.value is None:
        return ft.Container(height=0)
    return notice(said.open_until(until.value, now()), Tone.ASK)
