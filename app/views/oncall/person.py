"""One person's page of the on-call pack, for three in the night: what decides first, what can be called at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import flet as ft

from app.domain.on_call import Duty, PackLine, PackPage
from app.language import tr
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action
from app.views.routes import NewVisitRoute
from app.views.today.going import call, directions
from app.views.widgets import buttons
from app.views.widgets.base import card, heading, muted, stack, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import oncall as said
from app.views.wording import stored


@safe_component
def PackPerson(
    env: Env, page: PackPage, duty: Duty, newest: Duty, again: Callable[[Any], None]
) -> ft.Control:
    """`duty`: of the pack as it was when the page was opened; `newest`: of the one that is here now."""
    at = now()
    if newest.tag == duty.tag:
        duty = newest  # the plan was asked again, and nothing in it has changed

    async def begin(_: Any) -> None:
        env.go(NewVisitRoute(await env.session.on_call.begin_visit(page)))

    beginning = use_action(begin)
    top: list[ft.Control] = [muted(f"{said.born(page.head, at.date())} · {said.as_of(duty, at)}", 16)]
    if page.died:
        top.append(notice(tr(said.DIED), Tone.ASK))
    top += _age(duty, newest, again, at)
    top.append(words(said.allergies(page.of("allergies")), 17, strong=True))
    if spoken := said.language(page):
        top.append(words(spoken, 16))
    door = stack(
        [
            buttons.primary(
                "oncall-begin", tr(said.BEGIN), beginning.run, icon=ft.Icons.EDIT_NOTE, busy=beginning.busy
            ),
            muted(tr(said.BEGIN_HELP), 15),
            *optional_notice(beginning.error, Tone.ASK),
        ],
        spacing=theme.S1,
    )
    left = [_code_status(page), _crisis(page), _phones(env, page), _agent(env, page), door]
    right = [_medicines(page), _address(env, page), _visit(page), *_helpers(env, page)]
    return stack([stack(top, spacing=theme.S1), *_side_by_side(env, left, right)], spacing=theme.S3)


def _age(duty: Duty, newest: Duty, again: Callable[[Any], None], at: datetime) -> list[ft.Control]:
    """A page stays as it was opened: a newer pack is said, and never slipped in under a telephone call."""
    stale = said.stale(duty, at)
    if newest.tag == duty.tag:
        return optional_notice(stale)
    tone = Tone.CALM if stale is None else Tone.ASK
    open_again = buttons.quiet("oncall-again", tr(said.AGAIN), again, icon=ft.Icons.REFRESH)
    return [notice(said.newer(duty, newest, at), tone, [open_again])]


def _side_by_side(env: Env, left: Sequence[ft.Control], right: Sequence[ft.Control]) -> list[ft.Control]:
    """Close together: as much as can be on the first screen of a phone."""
    end = ft.Container(height=theme.S4)
    if env.narrow:
        return [stack([*left, *right, end], spacing=theme.S2)]
    sides: list[ft.Control] = [
        ft.Container(expand=3, content=stack(left, spacing=theme.S3)),
        ft.Container(expand=2, content=stack([*right, end], spacing=theme.S3)),
    ]
    return [ft.Row(sides, spacing=theme.S4, vertical_alignment=ft.CrossAxisAlignment.START)]


def _part(title: str, rows: Sequence[ft.Control]) -> ft.Control:
    return card(stack([heading(title, 17, level=2), *rows], spacing=theme.S2), padding=theme.S3)


def _lines(
    lines: Sequence[PackLine],
    nothing: str,
    say: Callable[..., tuple[str, str]] = said.line,
    *,
    strong: bool = False,
) -> list[ft.Control]:
    """Each line with what stands below it; `nothing` where there is none, so that no part is ever blank."""
    if not lines:
        return [words(nothing, 16)]
    rows: list[ft.Control] = []
    for one in lines:
        shown, below = say(one, now())
        pair: list[ft.Control] = [words(shown, 17 if strong else 16, strong=strong)]
        rows.append(stack([*pair, *([muted(below, 15)] if below else [])], spacing=0, tight=True))
    return rows


def _code_status(page: PackPage) -> ft.Control:
    lines = page.of("code-status")
    rows = _lines(lines, tr(said.NO_CODE_STATUS), strong=True)
    return _part(tr(said.CODE_STATUS), [*rows, *([muted(tr(said.NO_ORDER), 15)] if lines else [])])


def _crisis(page: PackPage) -> ft.Control:
    return _part(tr(said.CRISIS), _lines(page.of("crisis"), tr(said.NO_CRISIS)))


def _phones(env: Env, page: PackPage) -> ft.Control:
    rows = [
        one
        for number, phone in enumerate(page.phones)
        for one in call(env, f"oncall-call-{number}", phone, phone)
    ]
    return _part(tr(said.PHONES), rows or [words(tr(said.NO_PHONES), 16)])


def _people(env: Env, name: str, lines: Sequence[PackLine]) -> list[ft.Control]:
    """Name and what she is, then her number to tap; a second number stands below the first."""
    rows: list[ft.Control] = []
    before = ""
    for number, one in enumerate(lines):
        if one.text != before:
            rows.append(words(one.text, 17, strong=True))
            rows += [muted(stored.say(one.label), 15)] if one.label else []
        before = one.text
        rows += call(env, f"{name}-{number}", one.phone, one.phone)
    return rows


def _agent(env: Env, page: PackPage) -> ft.Control:
    rows = _people(env, "oncall-agent", page.of("agent"))
    return _part(tr(said.AGENT), rows or [words(tr(said.NO_AGENT), 16)])


def _helpers(env: Env, page: PackPage) -> list[ft.Control]:
    rows = _people(env, "oncall-helper", page.of("people"))
    return [_part(tr(said.PEOPLE), rows)] if rows else []


def _medicines(page: PackPage) -> ft.Control:
    rows = _lines(page.of("medicines", "comfort"), tr(said.NO_MEDICINES))
    rows += [muted(said.others(one), 15) for one in page.of("others")]
    return _part(tr(said.MEDICINES), rows)


def _address(env: Env, page: PackPage) -> ft.Control:
    place = page.head.place
    shown: list[ft.Control] = [words(place or tr(said.NO_ADDRESS), 16)]
    return _part(tr(said.ADDRESS), [*shown, *directions(env, "oncall-way", place or None)])


def _visit(page: PackPage) -> ft.Control:
    return _part(tr(said.VISIT), _lines(page.of("visit"), tr(said.NO_VISIT), said.visit))
