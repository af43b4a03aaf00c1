"""On the page of a temporary person, and where a visit to her begins: who she is, as far as anybody said."""

from __future__ import annotations

import flet as ft

from app.domain.unmatched import Standing
from app.language import tr
from app.store.changes import Topic
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.routes import PatientsRoute
from app.views.widgets import buttons
from app.views.widgets.notices import Tone, notice
from app.views.wording import unmatched as said

TOPICS = frozenset({Topic.PATIENTS, Topic.OUTBOX})


@safe_component
def WhoSheIs(env: Env, patient_id: str) -> ft.Control:
    """Nothing on everybody else's page."""

    async def read() -> Standing | None:
        return await env.session.unlisted.find_standing(patient_id)

    found, _ = use_load(read, env.session.hub, TOPICS, patient_id)
    standing = found.value
    if standing is None:
        return ft.Container(visible=False)
    member = standing.member_id if standing.member_name else None
    if member is not None:
        door = buttons.quiet("unlisted-member", tr(said.OPEN_MEMBER), lambda _: env.go(PatientsRoute(member)))
        return notice(said.stands(standing), Tone.CALM, [door])
    if standing.matched:
        return notice(said.stands(standing), Tone.CALM)
    return notice(f"{said.stands(standing)} {tr(said.NOTHING_KNOWN)}", Tone.ASK)
