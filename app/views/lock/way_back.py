"""In settings: what there is for the day on which the PIN is forgotten. Nothing to tap."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.models import LockKind
from app.services.recovery import WayBack, WayBackState
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.widgets.base import card, fact, group, muted, stack, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import recovery as said


@safe_component
def WayBackPart(env: Env, kind: LockKind) -> ft.Control:
    async def read() -> WayBackState:
        return await env.session.read_way_back()

    state, _ = use_load(read, env.session.hub, frozenset({Topic.SYNC}))
    found = state.value
    if found is None:
        return stack([*optional_notice(state.error, Tone.ASK)])
    sentence = said.way(found, kind)
    parts: list[ft.Control] = [
        notice(sentence, Tone.ASK) if found.way is WayBack.NONE else card(words(sentence))
    ]
    if found.keys_refused:
        parts.append(notice(tr(said.REFUSED), Tone.WRONG))
    if found.root:
        parts.append(
            card(
                stack(
                    [fact(tr(said.ROOT), said.root(found.root)), muted(tr(said.ROOT_HELP))], spacing=theme.S2
                )
            )
        )
    return group(tr(said.GROUP[kind]), parts)
