"""Who was not reached yet: what is kept here at once, asked anew meanwhile; reasons, and one tap to refer."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.worklist import WorklistPage
from app.language import tr
from app.store.changes import Topic
from app.views import text, theme
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_load, use_value
from app.views.nobody import AllDone
from app.views.supervisor.worklist.member import MemberCard
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import empty, loading, optional_notice
from app.views.wording import worklist as said

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX, Topic.SYNC})


@safe_component
def WorklistScreen(env: Env) -> ft.Control:
    worklist = env.session.worklist
    turn, set_turn = use_value(lambda: 0)
    shown, set_shown = use_value(lambda: said.PAGE)

    async def ask() -> bool:
        await worklist.refresh()
        return True

    # What the plan answers is kept before it is read: until then nothing is said about what it has told.
    asked, _ = use_load(ask, None, frozenset(), turn)
    page, _ = use_load(worklist.read, env.session.hub, TOPICS)
    back = buttons.back("worklist-back", tr(text.BACK), lambda _: env.back())
    again = buttons.quiet(
        "worklist-again",
        tr(said.LOOK_AGAIN),
        lambda _: set_turn(lambda old: old + 1),
        icon=ft.Icons.REFRESH,
    )
    body: list[ft.Control] = [card(muted(tr(said.WHAT), 16))]
    if asked.error is not None:
        body += [*optional_notice(asked.error), ft.Row([again], wrap=True)]
    found = page.value
    if found is None or (found.word is None and asked.error is None):
        body += [*optional_notice(page.error)] or [loading()]
    elif found.word is None:
        body.append(empty(ft.Icons.PERSON_SEARCH, tr(said.NOT_TOLD)))
    else:
        body += _people(env, found, shown, lambda _: set_shown(lambda old: old + said.PAGE))
    return screen(tr(said.TITLE), body, narrow=env.narrow, lead=back, spacing=theme.S4)


def _people(env: Env, page: WorklistPage, shown: int, more: Any) -> list[ft.Control]:
    word, at = page.word, now()
    if word is None:
        return []
    lines: list[ft.Control] = [
        *([words(said.count(word), 18, strong=True)] if word.total else []),
        muted(said.as_of(word, at), 15),
        *([muted(said.no_team(word.no_team), 15)] if word.no_team else []),
    ]
    body: list[ft.Control] = [stack(lines, spacing=2, tight=True)]
    if not word.members:
        return [*body, AllDone(env, ft.Icons.CHECK_CIRCLE_OUTLINE, tr(said.NOBODY))]
    referred = page.referred or {}
    for one in word.members[:shown]:
        mine = referred.get(one.patient_id)
        here = one.patient_id in page.here
        body.append(keyed(f"worklist-{one.patient_id}", MemberCard, env, one, mine, here))
    left = len(word.members) - shown
    if left > 0:
        label = said.more(min(left, said.PAGE))
        body.append(ft.Row([buttons.quiet("worklist-more", label, more)], wrap=True))
    return body
