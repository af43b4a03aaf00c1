"""One picture: its thumbnail to tap, and itself, as large as the page, in memory only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import flet as ft

from app.domain.attachment import AttachmentKind
from app.language import tr
from app.services.attachment_models import AttachmentLine
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import Action, use_action, use_value
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, muted, sign, stack
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import beside
from app.views.wording import attachments as said

THUMB = 112


def thumbnail(line: AttachmentLine, on_tap: Callable[[Any], Awaitable[None] | None]) -> ft.Control:
    """A square to tap; a sign where the picture is not on this device."""
    inside: ft.Control
    if line.thumbnail is not None:
        # The whole of a signature or a paper; of a wound what fills the square.
        fit = ft.BoxFit.COVER if line.kind is AttachmentKind.WOUND else ft.BoxFit.CONTAIN
        inside = ft.Image(src=line.thumbnail, width=THUMB, height=THUMB, fit=fit)
    else:
        icon = ft.Icons.LINK_OFF if line.elsewhere else ft.Icons.CLOUD_DOWNLOAD_OUTLINED
        inside = sign(icon, size=34, color=MUTED)
    box = ft.Container(
        width=THUMB,
        height=THUMB,
        border_radius=theme.RADIUS - 2,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        bgcolor=ft.Colors.WHITE
        if line.kind is AttachmentKind.SIGNATURE
        else ft.Colors.SURFACE_CONTAINER_HIGH,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        alignment=ft.Alignment.CENTER,
        ink=True,
        on_click=on_tap,
        content=inside,
    )
    return ft.Semantics(
        identifier=f"photo-{line.id}", button=True, label=said.said(line, now()), container=True, content=box
    )


def use_opened(env: Env) -> tuple[str, bytes | None, Callable[[AttachmentLine], Any], Action]:
    """(id of the opened one or "", its bytes, the tap that opens or closes one, how opening goes).

    The bytes live as long as the page shows them and nowhere but in memory.
    """
    opened, set_opened = use_value(_nothing)
    wanted: ft.MutableRef[str] = ft.use_ref(lambda: "")

    async def show(_: Any) -> None:
        attachment_id = wanted.current or ""
        body = await env.session.attachments.open(attachment_id)
        set_opened(lambda _old: (attachment_id, body))

    opening = use_action(show)

    async def tap(line: AttachmentLine, event: Any) -> None:
        opening.clear()
        closes = opened[0] == line.id
        set_opened(lambda _old: _nothing())
        if not closes:
            wanted.current = line.id
            await opening.run(event)

    return opened[0], opened[1], lambda line: partial(tap, line), opening


def _nothing() -> tuple[str, bytes | None]:
    return "", None


@safe_component
def Large(
    line: AttachmentLine, body: bytes, narrow: bool, close: Callable[[Any], Awaitable[None]]
) -> ft.Control:
    """The picture itself; two fingers make it larger."""
    picture = ft.Image(src=body, fit=ft.BoxFit.CONTAIN, error_content=muted(tr(said.NO_PICTURE)))
    viewer = ft.InteractiveViewer(content=picture, min_scale=1, max_scale=6, boundary_margin=0)
    frame = ft.Container(
        height=340 if narrow else 480,
        border_radius=theme.RADIUS,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        alignment=ft.Alignment.CENTER,
        content=viewer,
    )
    return stack(
        [
            ft.Semantics(label=said.said(line, now()), image=True, container=True, content=frame),
            beside(
                [ft.Container(expand=True, content=muted(said.name(line)))],
                buttons.plain("photo-close", tr(said.CLOSE), close, icon=ft.Icons.CLOSE),
            ),
        ],
        spacing=theme.S2,
    )


def opening_lines(opening: Action) -> list[ft.Control]:
    return [*([muted(tr(said.OPENING))] if opening.busy else []), *optional_notice(opening.error, Tone.ASK)]
