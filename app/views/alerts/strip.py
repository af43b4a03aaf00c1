"""The alerts of a visit, under its head and always in sight: as low as can be while closed, what to do when opened."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.content.rules import load_rules
from app.content.spoken import load
from app.language import tr
from app.services.alert_models import AlertLine
from app.services.models import VisitPage
from app.services.safety_context import USUAL, USUAL_ENDED, USUAL_OF, USUAL_VALUE
from app.views import theme
from app.views.alerts.arrivals import use_arrivals
from app.views.alerts.card import (
    STANDING,
    alert_card,
    hushed_card,
    is_pressing,
    level_line,
    look,
    state_of,
    waits,
)
from app.views.alerts.concern import concern_choices
from app.views.alerts.lists import is_hushed
from app.views.alerts.private import PrivateAlert
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import muted, sign, stack, words
from app.views.widgets.frame import scrolls_whole, side_room
from app.views.widgets.options import chip, wrap
from app.views.wording import alerts as said

TALLEST = 400
"""Height of an opened strip with several alerts, in logical pixels; the page below stays in reach."""
LATER = ("watch", "info")
"""Levels of what need not be done today."""


def split(lines: tuple[AlertLine, ...]) -> tuple[list[AlertLine], list[AlertLine], list[AlertLine]]:
    """(what stands, what is usual for this person, what is closed)."""
    usual = [one for one in lines if one.quieted]
    standing = [one for one in lines if not one.quieted and one.state in STANDING]
    closed = [one for one in lines if not one.quieted and one.state not in STANDING]
    return standing, usual, closed


@safe_component
def AlertStrip(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    """Nothing at all while there is nothing to say."""
    opened, set_opened = use_value(lambda: False)
    use_arrivals(env, page, saving)
    standing, usual, closed = split(page.alerts)
    if not page.alerts:
        return ft.Container(height=0)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    parts: list[ft.Control] = [_line(standing, usual, opened, env.narrow, turn)]
    if opened:
        cards: list[ft.Control] = [
            keyed(f"hushed {one.id}", _Hushed, env, one, page, saving)
            if is_hushed(one)
            else alert_card(env, one, _answers(env, one, page, saving))
            for one in [*standing, *usual]
        ]
        for one in closed:
            cards.append(muted(said.closed(one, hushed=is_hushed(one))))
            if one.private:
                cards.append(keyed(f"private {one.id}", PrivateAlert, env, one))
        many = len(standing) + len(usual) > 1 or env.narrow
        inside = ft.Column(
            cards,
            spacing=theme.S2,
            scroll=ft.ScrollMode.AUTO if many else None,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        parts.append(ft.Container(content=inside, height=TALLEST if many else None))
    side = side_of(env)
    return ft.Container(
        padding=ft.Padding.only(left=side, right=side, top=theme.S2, bottom=theme.S2),
        content=stack(parts, spacing=theme.S2),
    )


def side_of(env: Env) -> float:
    """Room beside what stands under the head of a visit: none where the page that it scrolls with has its own."""
    if scrolls_whole(narrow=env.narrow):
        return 0
    return side_room(env.width, narrow=env.narrow)


def folds(shown: list[AlertLine], *, narrow: bool) -> bool:
    """Whether one line says no more than how soon and how many: on a phone, where what can wait longer than today would
    take room from the questions all through the visit. A private one never, as that would tell its level.
    """
    return narrow and bool(shown) and all(one.level in LATER and not one.private for one in shown)


def tell(standing: list[AlertLine]) -> list[str]:
    """What the closed strip says of where its alerts stand: of the first, and by name of another that is worse off.

    Of a private one nothing: whom to phone about it would tell how much it matters, to whoever looks on.
    """
    open_ones = [one for one in standing if not one.private]
    if not open_ones:
        return []
    first = standing[0]
    worst = next(
        (one for is_so in (is_pressing, waits, _is_unanswered) for one in open_ones if is_so(one)), first
    )
    lines = [state_of(first)] if first.task and not first.private else []
    if worst is not first:
        lines.append(f"{said.title(worst, hushed=is_hushed(worst))} · {state_of(worst)}")
    return [line for line in lines if line]


def _is_unanswered(line: AlertLine) -> bool:
    return bool(said.unanswered(line, now()))


def _line(
    standing: list[AlertLine], usual: list[AlertLine], opened: bool, narrow: bool, turn: Any
) -> ft.Control:
    shown = standing or usual
    first = next(iter(shown), None)
    if first is None:
        ground, ink, icon = ft.Colors.SURFACE_CONTAINER, ft.Colors.ON_SURFACE_VARIANT, ft.Icons.CHECK
        row = _one_line(icon, words(tr(said.NONE_OPEN), 16, color=ink), opened)
    elif folds(shown, narrow=narrow):
        ground, ink, icon = look(first)
        row = _one_line(
            icon, words(said.folded(first, len(shown), now()), 16, strong=True, color=ink), opened
        )
    else:
        ground, ink, _ = look(first)
        told = said.head(first, len(standing) - 1, hushed=is_hushed(first))
        row = level_line(first, told, opened=opened, narrow=narrow, lines=1)
        below = [words(line, 15, strong=True, color=ink) for line in tell(standing)]
        if below:
            row = stack([row, *below], spacing=2, tight=True)
    return ft.Semantics(
        key=f"alerts-{len(standing)}-{first.level if first else ''}",
        identifier="visit-alerts",
        expanded=opened,
        live_region=True,
        content=buttons.row(row, turn, tint=ground),
    )


def _one_line(icon: ft.IconData, told: ft.Text, opened: bool) -> ft.Control:
    more = sign(ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, size=24, color=told.color)
    return buttons.between(sign(icon, size=22, color=told.color), told, more, theme.S2)


def _answers(env: Env, line: AlertLine, page: VisitPage, saving: Saving) -> list[ft.Control]:
    """What can be said back to an alert: the question that it asks, and that it is usual for this person."""
    parts: list[ft.Control] = []
    if line.asks in load_rules().inputs["concern"]:
        parts.append(words(tr(said.CONCERN_BELOW), 16, strong=True))
        parts.append(keyed(f"concern {line.id}", _ConcernHere, page, saving))
    elif line.asks is not None:
        parts += _question(line.asks, page, saving)
    if line.source is not None and line.score is not None:
        parts += _usual(line, saving)
    if line.private:
        parts.append(keyed(f"private {line.id}", PrivateAlert, env, line))
    return parts


@safe_component
def _Hushed(env: Env, line: AlertLine, page: VisitPage, saving: Saving) -> ft.Control:
    """Whoever sits at the bed reads its level and no more; the nurse has its words with one tap. Closed again with the
    strip."""
    shown, set_shown = use_value(lambda: False)
    if shown:
        return alert_card(env, line, _answers(env, line, page, saving))
    show = buttons.quiet(
        f"alert-show-{line.id}",
        tr(said.SHOW),
        lambda _: set_shown(lambda _: True),
        icon=ft.Icons.VISIBILITY_OUTLINED,
    )
    return hushed_card(line, wrap([show]))


@safe_component
def _ConcernHere(page: VisitPage, saving: Saving) -> ft.Control:
    return concern_choices("alert-concern", page, saving)


def _question(link_id: str, page: VisitPage, saving: Saving) -> list[ft.Control]:
    item = load()["alert-answers"].get_item(link_id)
    answer = page.draft.answers.get(link_id)

    async def tap(code: str, _: Any) -> None:
        await saving.pick(link_id, code)

    chips = [
        chip(
            f"{link_id}-{option.code}",
            option.display,
            answer is not None and answer.value == option.code,
            partial(tap, option.code),
        )
        for option in item.options
    ]
    return [
        words(tr(said.ASK_BREATH), 16, strong=True),
        ft.Row(chips, wrap=True, spacing=theme.S2, run_spacing=theme.S2),
    ]


def _usual(line: AlertLine, saving: Saving) -> list[ft.Control]:
    source, score = line.source, line.score
    if source is None or score is None:
        return []

    async def quiet(_: Any) -> None:
        await saving.add_entry(USUAL, answers={USUAL_OF: source, USUAL_VALUE: score})

    async def loud(_: Any) -> None:
        await saving.add_entry(USUAL, answers={USUAL_OF: source, USUAL_ENDED: "yes"})

    if not line.quieted:
        return [
            wrap([buttons.quiet(f"alert-usual-{line.id}", tr(said.USUAL), quiet, icon=ft.Icons.VOLUME_OFF)])
        ]
    sentence = tr(said.USUAL_PAIN) if line.task else tr(said.USUAL_NOW)
    return [
        words(sentence, 15),
        ft.Row(
            [buttons.quiet(f"alert-loud-{line.id}", tr(said.LOUD), loud, icon=ft.Icons.VOLUME_UP)], wrap=True
        ),
    ]
