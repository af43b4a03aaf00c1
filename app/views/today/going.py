"""What one tap on the day's list does: begin the planned visit, call, find the way."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import flet as ft

from app.device.maps import make_maps
from app.domain.visit_kind import VisitKind
from app.language import tr
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action
from app.views.routes import NewVisitRoute
from app.views.visit.start import start_call
from app.views.widgets import buttons
from app.views.widgets.base import stack
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import today as said


@safe_component
def Start(
    env: Env, name: str, patient_id: str, kind: str | None, phone: str | None, label: str = ""
) -> ft.Control:
    """Begin a visit of this kind; a planned call dials and begins with one tap. `label`: instead of what it does."""

    async def begin(_: Any) -> None:
        if kind == VisitKind.TELEPHONE:
            await start_call(env, patient_id, phone)
        else:
            env.go(NewVisitRoute(patient_id, kind))

    going = use_action(begin)
    by_phone = kind == VisitKind.TELEPHONE
    does, icon = (tr(said.START_CALL), ft.Icons.PHONE) if by_phone else (tr(said.START), ft.Icons.PLAY_ARROW)
    button = buttons.primary(name, label or does, going.run, icon=icon, busy=going.busy)
    return stack([button, *optional_notice(going.error, Tone.ASK)], tight=True) if going.error else button


def call(env: Env, name: str, phone: str | None, label: str | None = None) -> list[ft.Control]:
    """A number to tap; nothing where none is on record."""
    if not phone:
        return []
    number = phone

    async def dial(_: Any) -> None:
        await env.open_url("tel:" + quote(number, safe="+*#"))

    return [buttons.quiet(name, label or tr(said.CALL), dial, icon=ft.Icons.PHONE)]


def directions(env: Env, name: str, address: str | None) -> list[ft.Control]:
    """The device's own map; nothing where it has none, the address stands on the card."""
    platform = ft.context.page.platform
    url = make_maps("" if platform is None else platform.value).find_url(address) if address else None
    if url is None:
        return []
    found = url

    async def show(_: Any) -> None:
        await env.open_url(found)

    return [buttons.quiet(name, tr(said.WAY), show, icon=ft.Icons.DIRECTIONS)]
