"""On the board: when a nurse is away and who stands in. What will happen is said before it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import flet as ft

from app.domain.leave import Leave
from app.domain.visit import PersonRef
from app.language import tr
from app.services.board_models import BoardNurse
from app.views import say, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import Action, use_action, use_value
from app.views.widgets import buttons
from app.views.widgets.base import muted, stack, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.widgets.options import wrap
from app.views.wording import leave as said

LONGEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Choice:
    """Days of leave, the last one included; `ending`: she asked to end the one that stands. `done`: what was done."""

    begins: date
    until: date
    stand_in: PersonRef | None = None
    ending: bool = False
    done: str = ""


def _fresh() -> _Choice:
    today = now().date()
    return _Choice(today, today + timedelta(days=6))


@safe_component
def LeavePanel(env: Env, one: BoardNurse, everybody: tuple[PersonRef, ...]) -> ft.Control:
    chosen, choose = use_value(_fresh)
    nurse = PersonRef(one.nurse.reference, one.nurse.name)
    others = [each for each in everybody if each.reference != nurse.reference]

    async def enter(_: Any) -> None:
        if chosen.stand_in is None:
            return
        await env.session.leaves.enter(
            nurse, chosen.stand_in, first_moment(chosen.begins), end_of(chosen.until)
        )
        done = said.entered(nurse.name, chosen.stand_in.name)
        choose(lambda _: replace(_fresh(), done=done))

    async def end(_: Any) -> None:
        if one.leave is not None:
            await env.session.leaves.end(one.leave)
            choose(lambda _: replace(_fresh(), done=said.ended(nurse.name)))

    entering, ending = use_action(enter), use_action(end)

    def put(**change: Any) -> None:
        entering.clear()
        choose(lambda old: replace(old, done="", **change))

    parts: list[ft.Control] = [notice(chosen.done, Tone.CALM)] if chosen.done else []
    own_id = nurse.reference.partition("/")[2]
    if one.leave is not None:
        return stack([*parts, *_standing(own_id, one.leave, chosen, put, ending)])
    if not others:
        return stack([*parts, words(tr(said.NOBODY_ELSE), 16)])
    parts += [
        _day(f"leave-from-{own_id}", tr(said.FROM), chosen.begins, lambda by: _move(chosen, put, begins=by)),
        _day(f"leave-until-{own_id}", tr(said.UNTIL), chosen.until, lambda by: _move(chosen, put, until=by)),
        stack(
            [words(tr(said.BY_WHOM), 17, strong=True), _takers(own_id, others, chosen, put)], spacing=theme.S1
        ),
    ]
    if chosen.stand_in is None:
        enter_later = buttons.primary(f"leave-enter-{own_id}", tr(said.ENTER), entering.run, disabled=True)
        parts.append(stack([wrap([enter_later]), muted(tr(said.NAME_FIRST))], spacing=theme.S1))
    else:
        begins, until = say.full_day(chosen.begins), say.full_day(chosen.until)
        doors: list[ft.Control] = [
            buttons.primary(f"leave-enter-{own_id}", tr(said.ENTER), entering.run, busy=entering.busy),
            buttons.quiet(f"leave-keep-{own_id}", tr(said.KEEP), lambda _: put(stand_in=None)),
        ]
        parts.append(notice(said.question(nurse.name, chosen.stand_in.name, begins, until), Tone.ASK, doors))
    return stack([*parts, *optional_notice(entering.error)], spacing=theme.S4)


def _standing(own_id: str, leave: Leave, chosen: _Choice, put: Any, ending: Action) -> list[ft.Control]:
    at = now()
    lines: list[ft.Control] = [
        words(said.on_board(leave, at), 16, strong=True),
        words(said.taken(leave, at), 16),
    ]
    if not chosen.ending:
        door = buttons.quiet(f"leave-end-{own_id}", tr(said.END), lambda _: put(ending=True))
        return [*lines, ft.Row([door], wrap=True)]
    doors: list[ft.Control] = [
        buttons.primary(f"leave-end-now-{own_id}", tr(said.END_NOW), ending.run, busy=ending.busy),
        buttons.quiet(f"leave-keep-{own_id}", tr(said.KEEP), lambda _: put(ending=False)),
    ]
    return [*lines, notice(said.question_end(leave), Tone.ASK, doors), *optional_notice(ending.error)]


def _move(chosen: _Choice, put: Any, *, begins: int = 0, until: int = 0) -> None:
    """By so many days. No leave begins before today; one that would end before it begins keeps its length."""
    first = max(chosen.begins + timedelta(days=begins), now().date())
    last = chosen.until + timedelta(days=until)
    if last < first:
        last = first + (chosen.until - chosen.begins if begins else timedelta())
    put(begins=first, until=min(last, first + LONGEST))


def _day(identifier: str, label: str, day: date, step: Any) -> ft.Control:
    """A day above its steps to either side, and a week on: two taps where a calendar takes four."""
    row: list[ft.Control] = [
        buttons.quiet(f"{identifier}-less", tr(said.EARLIER), lambda _: step(-1), icon=ft.Icons.REMOVE),
        buttons.quiet(f"{identifier}-more", tr(said.LATER), lambda _: step(1), icon=ft.Icons.ADD),
        buttons.quiet(f"{identifier}-week", tr(said.WEEK), lambda _: step(7)),
    ]
    steps = ft.Row(row, wrap=True, spacing=theme.S2, run_spacing=theme.S2)
    return stack(
        [words(f"{label}: {say.full_day(day)}", 17, strong=True), steps], spacing=theme.S1, tight=True
    )


def _takers(own_id: str, others: list[PersonRef], chosen: _Choice, put: Any) -> ft.Control:
    def pick(taker: PersonRef) -> Any:
        return lambda _: put(stand_in=taker)

    chips: list[ft.Control] = [
        buttons.choice(
            f"leave-by-{own_id}-{each.reference.partition('/')[2]}",
            each.name,
            each == chosen.stand_in,
            pick(each),
            size=15,
        )
        for each in others
    ]
    return ft.Row(chips, wrap=True, spacing=theme.S2, run_spacing=theme.S2)


def first_moment(day: date) -> datetime:
    """Now where it is today, else the beginning of that day on the device's own clock."""
    at = now()
    return at if day <= at.date() else datetime.combine(day, time()).astimezone()


def end_of(day: date) -> datetime:
    """The first moment that no longer belongs to that day."""
    return datetime.combine(day + timedelta(days=1), time()).astimezone()
