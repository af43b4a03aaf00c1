"""Share a record: for whom, who said yes, for how long; what was shared so far, each withdrawn in two taps."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.sharing import NewSharing, Sharing, SharingPage
from app.language import tr
from app.store.changes import Topic
from app.views import text, theme
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_load, use_value
from app.views.sharing.asking import Asking
from app.views.sharing.made import Made
from app.views.sharing.standing import Standing
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import loading, optional_notice
from app.views.wording import sharing as said

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS})


@safe_component
def SharingScreen(env: Env, patient_id: str) -> ft.Control:
    sharing = env.session.sharing

    async def read() -> SharingPage:
        return await sharing.read(patient_id)

    async def ask_plan() -> tuple[Sharing, ...]:
        return await sharing.list(patient_id)

    page, _ = use_load(read, env.session.hub, TOPICS, patient_id)
    made, set_made = use_value(_none)
    turn, set_turn = use_value(lambda: 0)
    listed, _ = use_load(ask_plan, None, frozenset(), patient_id, turn)
    back = buttons.back("sharing-back", tr(text.BACK), lambda _: env.back())
    if page.value is None:
        inside = [*optional_notice(page.error)] or [loading()]
        return screen(tr(said.TITLE), inside, narrow=env.narrow, lead=back)

    def look_again(_: Any = None) -> None:
        set_turn(lambda old: old + 1)

    def keep(new: NewSharing | None) -> None:
        set_made(lambda _old: new)
        look_again()

    name = words(page.value.name, 18, strong=True)
    if made is not None:
        inside = [name, keyed(made.id, Made, env, made, lambda _: keep(None))]
        return screen(tr(said.TITLE), inside, narrow=env.narrow, lead=back)
    asking = keyed("asking", Asking, env, patient_id, page.value, keep, look_again)
    rows: list[ft.Control] = [
        keyed(one.id, Standing, env, patient_id, one, look_again) for one in listed.value or ()
    ]
    if listed.error is not None:
        again = buttons.quiet("sharing-look-again", tr(said.LOOK_AGAIN), look_again, icon=ft.Icons.REFRESH)
        rows = [*optional_notice(listed.error), ft.Row([again], wrap=True), *rows]
    elif listed.value is None:
        rows = [loading()]
    elif not rows:
        rows = [muted(tr(said.NOTHING), 16)]
    body: list[ft.Control] = [name, card(muted(tr(said.WHAT), 16)), asking]
    if not page.value.agreeing:
        body = [name, card(muted(tr(said.NOBODY_AGREES), 16))]
    body.append(group(tr(said.SHARED), rows))
    return screen(tr(said.TITLE), body, narrow=env.narrow, lead=back, spacing=theme.S4)


def _none() -> NewSharing | None:
    return None
