"""Link and passcode of a sharing that was just made: shown once, to be given apart."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.sharing import NewSharing
from app.language import tr
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, tid, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import sharing as said


@safe_component
def Made(_env: Env, made: NewSharing, close: Any) -> ft.Control:
    copied, set_copied = use_value(lambda: False)

    async def copy(_: Any) -> None:
        await ft.Clipboard().set(made.link)
        set_copied(lambda _old: True)

    copying = use_action(copy)
    link = words(made.link, 15)
    link.selectable = True
    parts: list[ft.Control] = [
        words(tr(said.MADE), 18, strong=True),
        words(tr(said.LINK), 16, strong=True),
        tid("sharing-link", link),
        ft.Row([buttons.quiet("sharing-copy", tr(said.COPY), copying.run, icon=ft.Icons.COPY)], wrap=True),
        *optional_notice(copying.error, Tone.ASK),
        *([notice(tr(said.COPIED), Tone.CALM)] if copied else []),
        words(tr(said.PASSCODE), 16, strong=True),
        tid("sharing-passcode", words(said.spaced(made.passcode), 28, strong=True)),
        muted(tr(said.ONCE), 16),
        ft.Row([buttons.primary("sharing-done", tr(said.DONE), close)], wrap=True),
    ]
    return card(stack(parts, spacing=theme.S3), color=ft.Colors.SURFACE_CONTAINER_LOWEST)
