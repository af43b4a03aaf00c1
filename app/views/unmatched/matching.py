"""For supervisors: who waits to be matched, and saying which member each of them is. Nothing is chosen beforehand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.domain.unmatched import MatchingPage, Unmatched
from app.language import tr
from app.store.changes import Topic
from app.views import text, theme
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.routes import MatchingRoute
from app.views.unmatched.person import PersonCard
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, empty, loading, notice, optional_notice
from app.views.wording import unmatched as said

TOPICS = frozenset({Topic.PATIENTS})
Change = Callable[[Awaitable[MatchingPage]], Awaitable[None]]


@safe_component
def MatchingWay(env: Env) -> ft.Control:
    """On the team board: there only while somebody waits, or was matched lately."""
    found, _ = use_load(env.session.matching.count, env.session.hub, TOPICS)
    waits, matched = found.value or (0, 0)
    if not waits + matched:
        return ft.Container(visible=False)
    label = said.waiting(waits)
    icon = ft.Icons.PERSON_SEARCH
    return ft.Row(
        [buttons.quiet("board-matching", label, lambda _: env.go(MatchingRoute()), icon=icon)], wrap=True
    )


@safe_component
def MatchingScreen(env: Env) -> ft.Control:
    matching = env.session.matching
    turn, set_turn = use_value(lambda: 0)
    changed, set_changed = use_value(_none)
    asked, _ = use_load(matching.read, None, frozenset(), turn)
    page = changed or asked.value

    async def take(answer: Awaitable[MatchingPage]) -> None:
        found = await answer
        set_changed(lambda _: found)

    def again(_: Any) -> None:
        set_changed(lambda _: None)
        set_turn(lambda old: old + 1)

    back = buttons.back("matching-back", tr(text.BACK), lambda _: env.back())
    repeat = buttons.quiet("matching-again", tr(said.LOOK_AGAIN), again, icon=ft.Icons.REFRESH)
    body: list[ft.Control] = [card(muted(tr(said.WHAT), 16))]
    if asked.error is not None and changed is None:
        body += [*optional_notice(asked.error), ft.Row([repeat], wrap=True)]
    elif page is None:
        body.append(loading())
    else:
        body += _people(env, page, take)
    return screen(tr(said.TITLE), body, narrow=env.narrow, lead=back, spacing=theme.S4)


def _none() -> MatchingPage | None:
    return None


def _people(env: Env, page: MatchingPage, take: Change) -> list[ft.Control]:
    body: list[ft.Control] = [
        keyed(f"matching-{one.face.patient_id}", PersonCard, env, one, take) for one in page.waiting
    ]
    if not body:
        body = [empty(ft.Icons.CHECK_CIRCLE_OUTLINE, tr(said.NOBODY), tr(said.NOBODY_HELP))]
    if page.joined:
        joined = [keyed(f"matched-{one.face.patient_id}", JoinedCard, env, one, take) for one in page.joined]
        body.append(group(tr(said.LATELY), joined))
    return body


@safe_component
def JoinedCard(env: Env, one: Unmatched, take: Change) -> ft.Control:
    """A join that was made, with the way back."""
    asking, ask = use_value(lambda: False)
    person_id = one.face.patient_id

    async def undo(_: Any) -> None:
        await take(env.session.matching.undo(person_id))

    undoing = use_action(undo)
    lines: list[ft.Control] = [words(said.joined(one, now()), 17), muted(said.visited(one, now()), 15)]
    if asking:
        doors = [
            buttons.primary(
                f"matching-sure-back-{person_id}", tr(said.SURE_BACK), undoing.run, busy=undoing.busy
            ),
            buttons.plain(
                f"matching-not-back-{person_id}", tr(said.NOT_NOW), lambda _: ask(lambda _old: False)
            ),
        ]
        lines.append(notice(tr(said.BACK_SURE), Tone.ASK, doors))
    else:
        take_back = buttons.quiet(
            f"matching-take-back-{person_id}", tr(said.TAKE_BACK), lambda _: ask(lambda _old: True)
        )
        lines.append(ft.Row([take_back], wrap=True))
    lines += optional_notice(undoing.error, Tone.ASK)
    return card(stack(lines, spacing=theme.S2))
