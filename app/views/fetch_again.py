"""Fetching everything again, in settings, for a device whose records look wrong. What was written is not touched."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.language import N_, tr
from app.store.changes import Topic
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load
from app.views.widgets import buttons
from app.views.widgets.base import group, muted
from app.views.widgets.notices import Tone, notice, optional_notice

TITLE = N_("Fetch everything again")
HELP = N_(
    "If something on this device looks wrong or is missing. What you wrote and what waits stays as it is, "
    "and the records here stay in use until the new ones have all come."
)
UNDER_WAY = N_("On its way. It goes on with each contact with the plan, and ends by itself.")
TOPICS = frozenset({Topic.SYNC, Topic.PATIENTS})


@safe_component
def FetchAgain(env: Env) -> ft.Control:
    async def read() -> bool:
        return await env.session.syncing.is_fetching_all()

    fetching, _ = use_load(read, env.session.hub, TOPICS)

    async def fetch(_: Any) -> None:
        await env.session.syncing.fetch_all_again()

    asking = use_action(fetch)
    if fetching.value:
        return group(tr(TITLE), [notice(tr(UNDER_WAY), Tone.CALM)])
    button = buttons.quiet(
        "settings-fetch-again",
        tr(TITLE),
        asking.run,
        icon=ft.Icons.CLOUD_DOWNLOAD_OUTLINED,
        busy=asking.busy,
    )
    return group(tr(TITLE), [muted(tr(HELP)), *optional_notice(asking.error), ft.Row([button], wrap=True)])
