"""Opening the record of somebody who is not on one's list, and saying on her page until when it is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import flet as ft

from app.domain.emergency import LONGEST_REASON, SHORTEST_REASON, EmergencyAsk, read_day
from app.errors import NotFound
from app.language import tr
from app.services.models import PatientPage
from app.store.changes import Topic
from app.views import text, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import Loaded, use_action, use_load, use_value
from app.views.routes import EmergencyRoute, PatientsRoute
from app.views.unmatched.begin import way_in as begin_with
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, loading, notice, optional_notice, under_way
from app.views.wording import emergency as said
from app.views.wording import unmatched

TOPICS = frozenset({Topic.PATIENTS, Topic.SYNC})


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a record stands open in an emergency, and whether all of it is here (one of one's own list always is)."""

    is_open: bool
    has_come: bool


def way_in(env: Env) -> list[ft.Control]:
    """Beside the title of the list of people, for nurses: in an emergency nobody looks for the end of a list."""
    if env.is_supervisor or env.session.practising:
        return []
    return [
        buttons.quiet(
            "patients-not-listed",
            tr(said.NOT_LISTED),
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

    def failed(error: Exception) -> bool:
        """Without the plan: what she can do now, in place of what happens to what she wrote."""
        sentence = said.NO_PLAN.get(type(error))
        if sentence is not None:
            said_now = tr(sentence)
            set_problem(lambda _: said_now)
        return sentence is not None

    asking = use_action(ask, failed)
    error = problem or asking.error
    back = buttons.back("emergency-back", tr(text.PATIENTS), lambda _: env.back())
    beside = None if env.narrow else 1
    person = [
        field(
            "emergency-given", tr(said.GIVEN), given, lambda value: set_given(lambda _: value), expand=beside
        ),
        field(
            "emergency-family",
            tr(said.FAMILY),
            family,
            lambda value: set_family(lambda _: value),
            expand=beside,
        ),
        field(
            "emergency-born",
            tr(said.BORN),
            born,
            lambda value: set_born(lambda _: value),
            helper=tr(said.BORN_HELP),
            expand=beside,
        ),
    ]
    top = ft.CrossAxisAlignment.START
    form = stack(
        [
            *(person if env.narrow else [ft.Row(person, spacing=theme.S3, vertical_alignment=top)]),
            field(
                "emergency-reason",
                tr(said.REASON),
                reason,
                lambda value: set_reason(lambda _: value),
                lines=3,
                helper=tr(said.REASON_HELP),
            ),
            *optional_notice(error or None, Tone.ASK),
            ft.Row(
                [
                    buttons.primary("emergency-open", tr(said.OPEN), asking.run, busy=asking.busy),
                    buttons.plain("emergency-cancel", tr(said.CANCEL), lambda _: env.back()),
                ],
                wrap=True,
                spacing=theme.S2,
            ),
        ],
        spacing=theme.S3,
    )
    rules = card(
        stack([words(tr(said.WHAT), 17), *(muted(tr(line), 16) for line in said.RULES)], spacing=theme.S2)
    )
    doors = begin_with(env, f"{given} {family}", identifier="emergency-begin")
    instead = card(
        stack([words(tr(unmatched.BEGIN_INSTEAD), 17), ft.Row(doors, wrap=True)], spacing=theme.S2)
    )
    return screen(tr(said.TITLE), [rules, form, instead], narrow=env.narrow, lead=back, spacing=20)


def find_wrong(given: str, family: str, reason: str, *, has_day: bool) -> str:
    """What is still missing, as a sentence; empty when nothing is."""
    if not given.strip() or not family.strip():
        return tr(said.NO_NAME)
    if not has_day:
        return tr(said.NO_DAY)
    return tr(said.NO_REASON) if len(reason) < SHORTEST_REASON else ""


@safe_component
def OpenUntil(env: Env, patient_id: str) -> ft.Control:
    """On the page of somebody whose record stands open in an emergency; nothing on everybody else's."""

    async def read() -> datetime | None:
        return await env.session.emergency.find_until(patient_id)

    until, _ = use_load(read, env.session.hub, TOPICS, patient_id)
    if until.value is None:
        return ft.Container(visible=False)
    return notice(said.open_until(until.value, now()), Tone.ASK)


def use_standing(env: Env, patient_id: str) -> Callable[[Loaded[PatientPage]], list[ft.Control] | None]:
    """For the page of a person; what it returns tells, of the page as read, what stands in its place, or None.

    A record that was opened a moment ago has not come yet: its empty page would say "Allergies: not recorded". One that
    has left this device is shown no longer, not even as it was read last.
    """

    async def read() -> Standing:
        doors = env.session.emergency
        until = await doors.find_until(patient_id)
        return Standing(until is not None, until is None or await doors.has_come(patient_id))

    found, _ = use_load(read, env.session.hub, TOPICS, patient_id)
    was_open: ft.MutableRef[bool] = ft.use_ref(lambda: False)
    standing = found.value
    if standing is not None and standing.is_open:
        was_open.current = True

    def instead(page: Loaded[PatientPage]) -> list[ft.Control] | None:
        if isinstance(page.cause, NotFound):
            return [notice(tr(said.OVER) if was_open.current else (page.error or ""), Tone.ASK)]
        if page.value is None or (standing is not None and standing.has_come):
            return None
        if standing is None:
            return [loading()] if page.value.sheet.read_at is None else None
        return [
            OpenUntil(env, patient_id),
            notice(tr(said.ON_ITS_WAY), Tone.CALM),
            under_way(tr(said.ON_ITS_WAY)),
        ]

    return instead
