"""The tour: a few cards, one at a time, to be left at any of them."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.content.spoken import load_tour
from app.language import tr
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.help.practising import PracticeButton
from app.views.hooks import use_load
from app.views.routes import ReadingRoute
from app.views.widgets import buttons
from app.views.widgets.base import card, heading, muted, sign, stack, words
from app.views.widgets.frame import screen
from app.views.wording import help as said

ICONS = {
    "today": ft.Icons.TODAY,
    "visit": ft.Icons.EDIT_NOTE,
    "leave": ft.Icons.DIRECTIONS_CAR_OUTLINED,
    "sent": ft.Icons.OUTBOX,
    "help": ft.Icons.HELP_OUTLINE,
    "practice": ft.Icons.SCHOOL_OUTLINED,
}


@safe_component
def TourScreen(env: Env) -> ft.Control:
    """Where a demo panel is on the tablet, the card of the visit opens one of its visits."""
    at, set_at = ft.use_state(0)
    steps = load_tour()
    step, last = steps[at], at == len(steps) - 1

    async def read() -> str | None:
        return await env.session.tour.find_visit()

    found, _ = use_load(read, None, frozenset())

    def move(by: int) -> Any:
        return lambda _: set_at(lambda old: min(max(old + by, 0), len(steps) - 1))

    inside: list[ft.Control] = [
        ft.Row(
            [
                sign(ICONS.get(step.id, ft.Icons.HELP_OUTLINE), 40, ft.Colors.PRIMARY),
                ft.Container(expand=True, content=heading(step.title, 24, level=2)),
            ],
            spacing=theme.S4,
        ),
        words(step.words, 18),
    ]
    visit_id = found.value
    if step.id == "visit" and visit_id is not None:
        show = buttons.quiet("tour-visit", tr(said.REAL_VISIT), lambda _: env.go(ReadingRoute(visit_id)))
        inside.append(ft.Row([show], wrap=True))
    if step.id == "practice":
        inside.append(PracticeButton(env, "tour-practise"))
    ways: list[ft.Control] = []
    if at:
        ways.append(buttons.plain("tour-before", tr(said.BEFORE), move(-1)))
    if last:
        ways.append(buttons.primary("tour-done", tr(said.DONE), lambda _: env.back()))
    else:
        ways.append(buttons.primary("tour-next", tr(said.NEXT), move(1), icon=ft.Icons.ARROW_FORWARD))
    inside += [muted(said.step(at + 1, len(steps))), ft.Row(ways, wrap=True, spacing=theme.S3)]
    box = ft.Semantics(
        key=f"tour-{step.id}",
        live_region=True,
        container=True,
        content=card(stack(inside, spacing=theme.S4), padding=theme.S6),
    )
    skip = buttons.close("tour-skip", tr(said.SKIP), lambda _: env.back())
    return screen(tr(said.TOUR), [box], narrow=env.narrow, lead=skip)
