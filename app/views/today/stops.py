"""The day in order: planned visits as cards, each one tap from its action, and the order by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import flet as ft

from app.domain.check_on_me import CheckOnMe
from app.domain.day import PlannedState, is_pressing, move
from app.domain.visit_kind import VisitKind
from app.language import tr
from app.services.day import TO_DO
from app.services.day_models import DayPage, DayStop
from app.views import theme
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_value
from app.views.routes import ReadingRoute
from app.views.today import going
from app.views.today.facts import facts_line
from app.views.today.more import More
from app.views.today.shut import other_tries, shut_stop
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, group, muted, sign, stack, words
from app.views.widgets.notices import Tone, empty, optional_notice
from app.views.wording import leave, stays
from app.views.wording import today as said


def _nothing() -> str | None:
    return None


@safe_component
def DayStops(env: Env, page: DayPage) -> ft.Control:
    """What is begun stands in "Continue" above; here is what is to come, and what is done."""
    opened, set_opened = use_value(_nothing)
    shown = [one for one in page.stops if one.stop.state is not PlannedState.BEGUN]
    ids = [one.stop.planned.id for one in shown]
    check = next((one.check for one in page.checks if one.mine and not one.check.done), None)

    async def order(wanted: Sequence[str]) -> None:
        await env.session.day.put_in_order(wanted)

    ordering = use_action(order)

    def turn(stop_id: str, _: Any) -> None:
        set_opened(lambda old: None if old == stop_id else stop_id)

    many = len([one for one in shown if one.stop.state in TO_DO]) > 1
    told = [muted(tr(said.OWN_ORDER_HELP), 15)] if page.own_order else []
    above = [*told, *optional_notice(ordering.error, Tone.ASK)]
    rows: list[ft.Control] = [stack(above, spacing=theme.S2) if above else ft.Container(visible=False)]
    for one in shown:
        own_id = one.stop.planned.id
        if one.stop.state is PlannedState.NOT_SEEN:
            rows.append(shut_stop(env, page, one))
            continue
        if one.stop.state not in TO_DO:
            rows.append(_done(env, one))
            continue
        arrows = _arrows(own_id, ids, ordering.run) if page.own_order else []
        is_open = opened == own_id
        rows.append(_card(env, one, is_open, partial(turn, own_id), arrows, check))
    others = other_tries(env, page)
    rows += others
    if not shown and not others:
        rows = [empty(ft.Icons.WB_SUNNY_OUTLINED, tr(said.EMPTY), tr(said.EMPTY_HELP))]
    other = _other_order(page.own_order, ids, ordering.run) if many else None
    return group(tr(said.DAY), rows, icon=ft.Icons.TODAY, end=other)


def _other_order(own: bool, ids: Sequence[str], run: Callable[[Any], Any]) -> ft.Control:
    if own:
        return buttons.plain(
            "today-order-time", tr(said.BY_TIME), partial(_put, run, ()), icon=ft.Icons.SCHEDULE
        )
    icon = ft.Icons.SWAP_VERT
    return buttons.plain("today-order-own", tr(said.OWN_ORDER), partial(_put, run, tuple(ids)), icon=icon)


async def _put(run: Callable[[Any], Any], ids: Sequence[str], _: Any) -> None:
    await run(ids)


def _arrows(own_id: str, ids: Sequence[str], run: Callable[[Any], Any]) -> list[ft.Control]:
    def arrow(name: str, label: str, icon: ft.IconData, by: int) -> ft.Control:
        return buttons.quiet(f"{name}-{own_id}", label, partial(_put, run, move(ids, own_id, by)), icon=icon)

    return [
        arrow("today-up", tr(said.UP), ft.Icons.ARROW_UPWARD, -1),
        arrow("today-down", tr(said.DOWN), ft.Icons.ARROW_DOWNWARD, 1),
    ]


def _card(
    env: Env,
    one: DayStop,
    opened: bool,
    turn: Any,
    arrows: list[ft.Control],
    check: CheckOnMe | None,
) -> ft.Control:
    at, planned = now(), one.stop.planned
    own_id, who = planned.id, one.patient_id
    runs_out = one.clock is not None and is_pressing(one.clock, at)
    urgent = one.stop.state is not PlannedState.COMING or runs_out
    ink = ft.Colors.ON_TERTIARY_CONTAINER if urgent else ft.Colors.ON_SURFACE
    head = ft.Row(
        [
            words(said.when(one, at), 20, strong=True, color=ink),
            words(one.patient_name, 19, strong=True, color=ink),
        ],
        wrap=True,
        spacing=theme.S3,
        run_spacing=0,
    )
    lines: list[ft.Control] = [head]
    lines += [_line(ft.Icons.SWAP_HORIZ, mark, ink, strong=True) for mark in leave.mark(one.covers)]
    state = said.state(one, at)
    if state:
        lines.append(_line(ft.Icons.SCHEDULE, state, ink, strong=True))
    place = tr(said.NO_ADDRESS) if one.address is None else one.address
    lines.append(words(f"{said.kind(planned.kind)} · {place}", 16, color=ink))
    if one.inside is not None:
        lines.append(_line(ft.Icons.LOCAL_HOSPITAL_OUTLINED, stays.inside(one.inside, at), ink, strong=True))
    if one.clock is not None:
        lines.append(_line(ft.Icons.HOURGLASS_BOTTOM, stays.clock(one.clock, at), ink, strong=True))
    if one.going_in:
        lines.append(facts_line(one.going_in, ink))
    doors = ft.Row(
        [
            going.Start(env, f"today-go-{own_id}", who, planned.kind, one.phone),
            *(
                []
                if planned.kind == VisitKind.TELEPHONE
                else going.call(env, f"today-call-{own_id}", one.phone)
            ),
            *going.directions(env, f"today-way-{own_id}", one.address),
            *arrows,
            buttons.quiet(
                f"today-more-{own_id}",
                tr(said.LESS) if opened else tr(said.MORE),
                turn,
                icon=ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE,
            ),
        ],
        wrap=True,
        spacing=theme.S2,
        run_spacing=theme.S2,
    )
    more = keyed(f"more-{own_id}", More, env, one, check) if opened else ft.Container(visible=False)
    ground = ft.Colors.TERTIARY_CONTAINER if urgent else ft.Colors.SURFACE_CONTAINER_LOW
    # What is opened keeps its place, however many lines stand above it.
    parts = [stack(lines, spacing=theme.S2, tight=True), doors, more]
    return card(stack(parts, spacing=theme.S2), color=ground, key=f"stop-{own_id}")


def _line(icon: ft.IconData, sentence: str, ink: ft.ColorValue, *, strong: bool = False) -> ft.Control:
    return ft.Row(
        [
            sign(icon, size=20, color=ink),
            ft.Container(expand=True, content=words(sentence, 16, strong=strong, color=ink)),
        ],
        spacing=theme.S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _done(env: Env, one: DayStop) -> ft.Control:
    """What needs nothing any more: made, or taken back by the plan."""
    at = now()
    icon = ft.Icons.CHECK if one.stop.visit_id else ft.Icons.EVENT_BUSY
    line = words(f"{said.when(one, at)} · {one.patient_name} · {said.state(one, at)}", 16, color=MUTED)
    visit_id = one.stop.visit_id
    if visit_id is None:
        row = ft.Row(
            [sign(icon, size=22, color=MUTED), ft.Container(expand=True, content=line)], spacing=theme.S3
        )
        return ft.Container(padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=theme.S2), content=row)
    return buttons.tile(
        f"today-made-{one.stop.planned.id}", lambda _: env.go(ReadingRoute(visit_id)), line, lead=icon
    )
