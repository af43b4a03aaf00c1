"""One person who waits to be matched: what was said of her, whom she could be, and one decision in two taps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.domain.unmatched import Candidate, MatchingPage, Sign, Unmatched
from app.language import tr
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, sign, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.widgets.options import beside
from app.views.wording import unmatched as said

_ICONS = {
    Sign.AGREES: ft.Icons.CHECK,
    Sign.DIFFERS: ft.Icons.CLOSE,
    Sign.UNKNOWN: ft.Icons.QUESTION_MARK,
}


@safe_component
def PersonCard(
    env: Env, one: Unmatched, take: Callable[[Awaitable[MatchingPage]], Awaitable[None]]
) -> ft.Control:
    """`take`: what the plan answers becomes the page."""
    chosen, choose = use_value(lambda: "")
    name, set_name = use_value(lambda: "")
    person_id = one.face.patient_id
    matching = env.session.matching

    async def join(_: Any) -> None:
        await take(matching.join(person_id, chosen))

    async def look(_: Any) -> None:
        if name.strip():
            await take(matching.look_for(person_id, name))

    joining, looking = use_action(join), use_action(look)

    def row(candidate: Candidate) -> ft.Control:
        member = candidate.face
        lines: list[ft.Control] = [
            words(member.name, 17, strong=True),
            muted(said.face(member), 15),
            ft.Row(
                [_sign(sentence, how) for sentence, how in said.compared(candidate.signs)],
                wrap=True,
                spacing=theme.S3,
                run_spacing=theme.S1,
            ),
        ]
        identifier = f"{person_id}-{member.patient_id}"
        if chosen == member.patient_id:
            doors = [
                buttons.primary("matching-sure", tr(said.SURE), joining.run, busy=joining.busy),
                buttons.plain("matching-not-now", tr(said.NOT_NOW), lambda _: choose(lambda _old: "")),
            ]
            lines.append(notice(said.sure(one, member), Tone.ASK, doors))
            lines += optional_notice(joining.error, Tone.WRONG)
        else:
            door = buttons.quiet(
                f"matching-choose-{identifier}",
                tr(said.CHOOSE),
                lambda _: choose(lambda _old: member.patient_id),
            )
            lines.append(ft.Row([door], wrap=True))
        return card(stack(lines, spacing=theme.S2), color=ft.Colors.SURFACE_CONTAINER)

    head: list[ft.Control] = [
        words(one.face.name, 20, strong=True),
        words(said.face(one.face), 16),
        muted(said.visited(one, now()), 15),
    ]
    found = [row(candidate) for candidate in one.candidates]
    seek = [
        field(
            f"matching-name-{person_id}",
            tr(said.SEEK),
            name,
            lambda value: set_name(lambda _: value),
            on_submit=looking.run,
            expand=True,
        )
    ]
    go = buttons.quiet(f"matching-look-{person_id}", tr(said.FIND), looking.run, busy=looking.busy)
    parts: list[ft.Control] = [
        stack(head, spacing=2, tight=True),
        muted(tr(said.COULD_BE), 16) if found else words(tr(said.NO_CANDIDATE), 16),
        *found,
        beside(seek, go),
        *optional_notice(looking.error, Tone.ASK),
        muted(tr(said.ELSEWHERE), 15),
    ]
    return card(stack(parts, spacing=theme.S3))


def _sign(sentence: str, how: Sign) -> ft.Control:
    """A sign and the word for it: never colour alone."""
    ink = ft.Colors.ON_SURFACE if how is not Sign.UNKNOWN else ft.Colors.ON_SURFACE_VARIANT
    told = words(sentence, 15, color=ink, expand_loose=True)
    return ft.Row([sign(_ICONS[how], 18, ink), told], spacing=theme.S1, tight=True)
