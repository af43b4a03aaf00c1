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
    PRESSING,
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
from app.views.alerts.hushed import Hushed, is_hushed
from app.views.alerts.private import PrivateAlert
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import muted, sign, stack, words
from app.views.widgets.frame import scrolls_whole, side_room
from app.views.widgets.options import at_end, chip, wrap
from app.views.wording import alerts as said

TALLEST = 400
"""Height of an opened strip with several alerts, in logical pixels, and never more than half of the window; the page
below stays in reach.
"""
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

    parts: list[ft.Control] = [_line(leading_first(standing), usual, opened, env.narrow, turn)]
    if opened:
        cards: list[ft.Control] = [
            _hushed(env, one, page, saving) if is_hushed(one) else _full(env, one, page, saving)
            for one in [*standing, *usual]
        ]
        for one in closed:
            cards.append(muted(said.closed(one, hushed=is_hushed(one))))
            if one.private:
                cards.append(keyed(f"private {one.id}", PrivateAlert, env, one))
        many = len(standing) + len(usual) > 1 or env.narrow
        parts.append(
            _bounded(cards, turn) if many and not scrolls_whole(narrow=env.narrow) else stack(cards, theme.S2)
        )
    side = side_of(env)
    return ft.Container(
        padding=ft.Padding.only(left=side, right=side, top=theme.S2, bottom=theme.S2),
        content=stack(parts, spacing=theme.S2),
    )


def _bounded(cards: list[ft.Control], close: Any) -> ft.Control:
    """Cards that scroll by themselves, as their bar says. The keyboard scrolls them by its arrows, from whatever it is
    on among them: so there is a button above cards in which may be nothing to tap.
    """
    shut = at_end(buttons.close("visit-alerts-close", tr(said.CLOSE), close))
    beside_bar = ft.Container(padding=theme.edges(0, theme.S4), content=stack([shut, *cards], theme.S2))
    inside = ft.Column(
        [beside_bar], scroll=ft.ScrollMode.ALWAYS, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    height = min(TALLEST, (ft.context.page.height or 2 * TALLEST) / 2)
    edge = ft.Border.only(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT))
    return ft.Container(content=inside, height=height, border=edge)


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


def leading(standing: list[AlertLine]) -> AlertLine:
    """Whom the one line of a phone is about: an open one that somebody must be phoned about, else the first.

    Never a private one where there is such a one, so that nobody reads from it how much that matters.
    """
    return next((one for one in standing if is_pressing(one) and not one.private), standing[0])


def leading_first(standing: list[AlertLine]) -> list[AlertLine]:
    """For a line with more room: what must be done today before a private one, which says nothing of that, and what
    has words before one as urgent that the family must not read.
    """
    top = next(iter(standing), None)
    if top is None or not (top.private or is_hushed(top)):
        return standing
    with_words = [
        one for one in standing if not one.private and not is_hushed(one) and one.level not in LATER
    ]
    first = next((one for one in with_words if top.private or one.level == top.level), top)
    return [first, *(one for one in standing if one is not first)]


def _line(
    standing: list[AlertLine], usual: list[AlertLine], opened: bool, narrow: bool, turn: Any
) -> ft.Control:
    shown = standing or usual
    ground: ft.ColorValue
    first = next(iter(shown), None)
    if first is None:
        ground, ink, icon = ft.Colors.SURFACE_CONTAINER, ft.Colors.ON_SURFACE_VARIANT, ft.Icons.CHECK
        row = _one_line(icon, words(tr(said.NONE_OPEN), 16, color=ink), opened)
    elif folds(shown, narrow=narrow):
        ground, ink, icon = look(first)
        row = _one_line(icon, _told(said.folded(first, len(shown), now()), ink), opened)
    elif narrow and not scrolls_whole(narrow=narrow):
        ground, row = _on_a_phone(standing, shown, opened)
    else:
        ground, ink, _ = look(first)
        told = said.beside_level(first, len(standing) - 1, hushed=is_hushed(first))
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


def _on_a_phone(
    standing: list[AlertLine], shown: list[AlertLine], opened: bool
) -> tuple[ft.ColorValue, ft.Control]:
    """Its ground, and one line in which how soon, whether to phone and how many are never cut off. A screen reader
    hears what a wide window shows.
    """
    one = leading(shown)
    now_due = [each for each in shown if each.level == PRESSING[0] and not each.private]
    most = one if one.private else next(iter(now_due), one)
    ground, ink, icon = look(most)
    hushed = is_hushed(one)
    full = (said.level(one, now()), said.head(one, len(shown) - 1, hushed=hushed), *tell(standing))
    if one.private or one.level in LATER:
        line = said.folded(one, len(shown), now())
    elif one in standing and is_pressing(one):
        line = said.folded_to_phone(most, len(shown), now())
    else:
        line = said.folded_found(one, len(shown), now(), hushed=hushed)
    told = _told(line, ink, ". ".join(part.rstrip(".") for part in full))
    return ground, _one_line(icon, told, opened)


def _told(line: str, ink: ft.ColorValue, full: str | None = None) -> ft.Text:
    """As low as can be: it stands all through the visit."""
    return words(line, 15, strong=True, color=ink, lines=1 if theme.scale() <= 1 else None, said=full)


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


def _full(env: Env, line: AlertLine, page: VisitPage, saving: Saving) -> ft.Control:
    return alert_card(env, line, _answers(env, line, page, saving))


def _hushed(env: Env, line: AlertLine, page: VisitPage, saving: Saving) -> ft.Control:
    """Whoever sits at the bed reads its level and no more; the nurse has its words with one tap. Closed again with the
    strip."""
    full = partial(_full, env, line, page, saving)
    return keyed(f"hushed {line.id}", Hushed, f"alert-show-{line.id}", partial(hushed_card, line), full)


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
