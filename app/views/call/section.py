"""The call's section of a visit: dial or open the video link, its first questions, and a lost call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import flet as ft

from app.content.spoken import load
from app.domain.visit import Modality, Value
from app.language import tr
from app.services.models import PatientPage, VisitPage
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env
from app.views.forms import fields, form
from app.views.forms.shown import is_answered
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_load
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import muted, stack
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.widgets.options import aside, row_option
from app.views.wording import call as said
from app.views.wording import visit as visit_said


@safe_component
def CallSection(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    draft = page.draft

    async def read() -> PatientPage:
        return await env.session.caseload.page(page.patient.id)

    sheet, _ = use_load(read, env.session.hub, frozenset({Topic.PATIENTS}), page.patient.id)
    phone = sheet.value.sheet.phone if sheet.value is not None else None

    async def dial(_: Any) -> None:
        await env.open_url("tel:" + quote(phone or ""))

    async def open_video(_: Any) -> None:
        await env.open_url(page.settings.video_link or "")

    dialling, opening = use_action(dial), use_action(open_video)
    ways: list[ft.Control] = []
    if draft.modality is Modality.VIDEO and page.settings.video_link:
        ways.append(
            buttons.quiet(
                "call-video", tr(said.OPEN_VIDEO), opening.run, icon=ft.Icons.VIDEOCAM, busy=opening.busy
            )
        )
    if phone:
        ways.append(
            buttons.quiet(
                "call-dial", said.dial(phone), dialling.run, icon=ft.Icons.PHONE, busy=dialling.busy
            )
        )
    parts: list[ft.Control] = []
    if draft.modality is Modality.VIDEO and not page.settings.video_link:
        parts.append(muted(tr(said.NO_VIDEO), 15))
    if ways:
        parts.append(ft.Row(ways, wrap=True, spacing=theme.S2, run_spacing=theme.S2))
    parts += [*optional_notice(dialling.error, Tone.ASK), *optional_notice(opening.error, Tone.ASK)]
    if page.layout is None:
        for name in FORMS:
            parts += form(load()[name], env, page, saving)
    else:
        parts += _checked(page, saving)
        parts += [keyed(f"call {name}", Part, name, env, page, saving) for name in FORMS]
    return stack([*parts, *_after_loss(page, saving)], spacing=theme.S3)


FORMS = ("call-start", "call-lost")
_WAYS_IN = {"call-start": visit_said.ONE_BY_ONE, "call-lost": visit_said.CALL_LOST}


@safe_component
def Part(name: str, env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    """A form that a tap opens; what was answered of it is always seen."""
    opened, set_opened = ft.use_state(False)
    instrument = load()[name]
    if opened:
        return stack(form(instrument, env, page, saving))
    draft = page.draft
    held = [item for item in instrument.items if is_answered(item, draft.answers, draft.entries)]
    parts = fields(held, env, page, saving, instrument=instrument) if held else []

    def open_it(_: Any) -> None:
        set_opened(lambda _old: True)

    way = aside(f"form-open-{name}", tr(_WAYS_IN[name]), open_it, icon=ft.Icons.ADD)
    return stack([*parts, ft.Row([way], wrap=True)], spacing=theme.S2)


CHECKED: Mapping[str, Value] = {
    "call-identity": ("full-name", "birth-date"),
    "call-where": "on-record",
    "call-agreed": "yes",
    "call-freely": "yes",
}
"""What one tap says at the start of a call, all of it written on its button; each can be changed below."""


def _checked(page: VisitPage, saving: Saving) -> list[ft.Control]:
    """Offered while none of it was answered one by one."""
    if page.layout is None or any(link in page.draft.answers for link in CHECKED):
        return []

    async def tap(_: Any) -> None:
        async def write() -> None:
            for link, value in CHECKED.items():
                await saving.visits.answer(saving.visit_id, link, value=value)

        await saving.commit(write)

    button = row_option("call-checked", tr(visit_said.CALL_CHECKED), False, tap)
    return [button, muted(tr(visit_said.CALL_CHECKED_HELP), 15)]


def _after_loss(page: VisitPage, saving: Saving) -> list[ft.Control]:
    """What the answer to "what happens instead" makes easy. The visit goes on as one episode."""
    draft = page.draft
    answer = draft.answers.get("call-lost-then")
    chosen = answer.value if answer is not None else None
    if chosen == "not-safe":
        return [notice(tr(said.NOT_SAFE), Tone.ASK)]
    offered = {
        "telephone": (Modality.TELEPHONE, tr(said.GO_ON_PHONE)),
        "in-person": (Modality.IN_PERSON, tr(said.GO_ON_PERSON)),
    }
    way = offered.get(chosen) if isinstance(chosen, str) else None
    if way is None or way[0] is draft.modality:
        return []
    modality, label = way

    async def go_on(_: Any) -> None:
        await saving.commit(lambda: saving.visits.set_where(saving.visit_id, modality, draft.setting))

    button = buttons.quiet("call-go-on", label, go_on, icon=ft.Icons.SWAP_HORIZ)
    return [ft.Row([button], wrap=True), muted(tr(said.SAME_VISIT), 15)]
