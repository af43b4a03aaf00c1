"""Signatures of a visit: who signs and what for, a box to sign in, and those that were kept."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.attachment import VISIT
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.attachments.look import Large, opening_lines, thumbnail, use_opened
from app.views.attachments.pad import Pad, Stroke
from app.views.attachments.photos import TOPICS, away_line, with_remove
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import wrap
from app.views.wording import attachments as said


@safe_component
def Signatures(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    session, visit_id = env.session, saving.visit_id
    signing, set_signing = use_value(lambda: False)
    loaded, _ = use_load(
        lambda: session.attachments.list_draft(visit_id), session.hub, TOPICS, visit_id, "signatures"
    )
    opened, body, tap, opening = use_opened(env)
    lines = [line for line in loaded.value or () if line.link_id == VISIT]
    shown = [line for line in lines if not line.removed]
    parts: list[ft.Control] = []
    if shown:
        parts.append(wrap([with_remove(line, saving, thumbnail(line, tap(line))) for line in shown]))
    parts += [
        Large(line, body, env.narrow, tap(line)) for line in shown if line.id == opened and body is not None
    ]
    parts += opening_lines(opening)
    parts += [away_line(line, saving) for line in lines if line.removed]
    if signing:
        parts.append(Signing(env, saving, lambda: set_signing(lambda _: False)))
    else:
        open_it = buttons.quiet(
            "signature-open",
            tr(said.ADD_SIGNATURE),
            lambda _: set_signing(lambda _: True),
            icon=ft.Icons.DRAW_OUTLINED,
        )
        parts.append(ft.Row([open_it], wrap=True))
    return group(tr(said.SIGNATURE), parts) if lines or signing else stack(parts)


def _no_strokes() -> tuple[Stroke, ...]:
    return ()


@safe_component
def Signing(env: Env, saving: Saving, done: Any) -> ft.Control:
    who, set_who = use_value(lambda: "")
    strokes, set_strokes = use_value(_no_strokes)

    async def keep(_: Any) -> None:
        await env.session.attachments.add_signature(saving.visit_id, strokes, who)
        await saving.commit(_nothing_more)
        done()

    keeping = use_action(keep)
    width = min(theme.px(env.width) - (64 if env.narrow else 220), 640)
    return card(
        stack(
            [
                words(tr(said.SIGNATURE_HELP), 16),
                field("signature-who", tr(said.WHO_SIGNS), who, lambda value: set_who(lambda _: value)),
                muted(tr(said.SIGN_HERE)),
                ft.Row([Pad(strokes, max(width, 240), set_strokes)]),
                *optional_notice(keeping.error, Tone.ASK),
                ft.Row(
                    [
                        buttons.primary("signature-keep", tr(said.KEEP), keeping.run, busy=keeping.busy),
                        buttons.quiet("signature-clear", tr(said.CLEAR), lambda _: set_strokes(lambda _: ())),
                        buttons.plain("signature-later", tr(said.LATER), lambda _: done()),
                    ],
                    wrap=True,
                    spacing=theme.S2,
                ),
            ],
            spacing=theme.S3,
        )
    )


async def _nothing_more() -> None:
    """The page reads back what was kept, and says when."""
