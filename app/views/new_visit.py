"""A new visit: right person, how, where, and the clock starts. Three taps at most."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.stays import Place
from app.domain.visit import Modality, Setting
from app.services.models import PatientPage
from app.store.changes import Topic
from app.views import say, text
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.routes import VisitRoute
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, loading, optional_notice
from app.views.widgets.where import where_choices

_INSIDE = {
    Place.HOSPITAL: Setting.HOSPITAL,
    Place.SKILLED: Setting.NURSING_HOME_SHORT,
    Place.LONG_TERM: Setting.NURSING_HOME_LONG,
    Place.ASSISTED_LIVING: Setting.ASSISTED_LIVING,
}


def find_setting(page: PatientPage) -> Setting:
    """Where the person most likely is: the stay that the record knows of, else where she was seen last, else home.

    A visit in a clinic or hospital says nothing about the next one.
    """
    inside = page.parts.stays.inside
    if inside is not None:
        return _INSIDE[inside.place]
    last = page.visits[0].setting if page.visits else Setting.HOME
    return Setting.HOME if last in (Setting.OFFICE, Setting.HOSPITAL) else last


def _nowhere() -> Setting | None:
    return None


@safe_component
def NewVisit(env: Env, patient_id: str) -> ft.Control:
    """In person, where the person most likely is, is chosen beforehand: the usual visit is one tap."""
    modality, set_modality = ft.use_state(Modality.IN_PERSON)
    chosen, set_setting = use_value(_nowhere)

    async def read() -> PatientPage:
        return await env.session.caseload.page(patient_id)

    page, _ = use_load(read, env.session.hub, frozenset({Topic.PATIENTS}), patient_id)

    setting = chosen or (find_setting(page.value) if page.value is not None else Setting.HOME)

    async def begin(_: Any) -> None:
        env.swap(VisitRoute(await env.session.visits.begin(patient_id, modality, setting)))

    action = use_action(begin)
    back = buttons.back("new-visit-back", text.BACK, lambda _: env.back())
    if page.value is None:
        # Nothing to tap before the person is there: what is drawn must not move under a finger.
        return screen(
            text.NEW_VISIT, [*optional_notice(page.error)] or [loading()], narrow=env.narrow, lead=back
        )
    row = page.value.sheet.patient
    lines: list[ft.Control] = [
        words(row.display_name, 21, strong=True),
        muted(say.age_line(row, now().date())),
    ]
    return screen(
        text.NEW_VISIT,
        [
            card(stack(lines, spacing=2, tight=True)),
            *optional_notice(page.error),
            *where_choices(
                "new-visit",
                modality,
                setting,
                lambda value: set_modality(lambda _: value),
                lambda value: set_setting(lambda _: value),
            ),
            *optional_notice(action.error, Tone.WRONG),
            stack(
                [
                    buttons.primary(
                        "new-visit-start",
                        text.START_CLOCK,
                        action.run,
                        icon=ft.Icons.PLAY_ARROW,
                        busy=action.busy,
                    ),
                    muted(text.START_CLOCK_HELP),
                ],
                spacing=4,
                tight=True,
            ),
        ],
        narrow=env.narrow,
        lead=back,
    )
