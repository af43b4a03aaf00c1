"""Setting when a visit began and ended, for a clock that was wrong or an end that nobody tapped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import flet as ft

from app.domain.visit import LONGEST_VISIT
from app.errors import RecordError
from app.language import tr
from app.views import say, text, theme
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.widgets import buttons
from app.views.widgets.base import muted, stack, words
from app.views.widgets.fields import field, sized
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import wrap
from app.views.wording import drafts

SetTimes = Callable[[datetime, datetime, bool], Awaitable[bool]]
"""Takes begin, end, and whether it is copied from a paper sheet."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of the visit as it stands in the fields, in the device's zone."""

    on: date
    hour: str
    minute: str


def split_moment(at: datetime) -> End:
    local = at.astimezone()
    return End(local.date(), f"{local.hour:02}", f"{local.minute:02}")


def read_end(end: End, before: datetime) -> datetime:
    """The time in the fields; `before` itself, with its seconds, when nothing was changed. Raises RecordError."""
    if end == split_moment(before):
        return before
    try:
        return datetime.combine(end.on, time(int(end.hour), int(end.minute))).astimezone()
    except ValueError:
        raise RecordError(tr(text.TIME_DIGITS)) from None


@safe_component
def TimesEditor(
    began_at: datetime, left_at: datetime, from_paper: bool, put: SetTimes, done: Callable[[], None]
) -> ft.Control:
    """Both ends: the day by two buttons, hour and minute in digits. Nothing is changed before the last tap."""
    began, set_began = use_value(lambda: split_moment(began_at))
    left, set_left = use_value(lambda: split_moment(left_at))
    paper, set_paper = use_value(lambda: from_paper)

    async def keep() -> None:
        new_began, new_left = read_end(began, began_at), read_end(left, left_at)
        if not new_began <= new_left <= new_began + LONGEST_VISIT:
            raise RecordError(tr(text.TIMES_WRONG))
        if await put(new_began, new_left, paper):
            done()

    keeping = use_action(lambda _: keep())
    return stack(
        [
            muted(tr(text.TIMES_HELP)),
            end_editor("visit-time-began", tr(text.FACT_BEGAN), began, set_began),
            end_editor("visit-time-left", tr(text.FACT_ENDED), left, set_left),
            wrap(
                [
                    buttons.choice(
                        "visit-from-paper",
                        tr(drafts.FROM_PAPER),
                        paper,
                        lambda _: set_paper(lambda old: not old),
                    )
                ]
            ),
            *optional_notice(keeping.error, Tone.ASK),
            wrap([buttons.quiet("visit-times-set", tr(text.SET_TIMES), keeping.run, busy=keeping.busy)]),
        ],
        spacing=theme.S3,
    )


def end_editor(
    prefix: str, title: str, end: End, change: Callable[[Callable[[End], End]], None], *, hours: bool = True
) -> ft.Control:
    """A day by two buttons, and hour and minute in digits unless `hours` is False. `prefix` begins the test ids."""

    def move(days: int) -> Callable[[Any], None]:
        return lambda _: change(lambda old: replace(old, on=old.on + timedelta(days=days)))

    def typed_hour(value: str) -> None:
        change(lambda old: replace(old, hour=value))

    def typed_minute(value: str) -> None:
        change(lambda old: replace(old, minute=value))

    def number(part: str, label: str, value: str, typed: Callable[[str], None]) -> ft.Control:
        return sized(field(f"{prefix}-{part}", label, value, typed, digits=True), 110)

    clock = [
        number("hour", tr(text.HOUR), end.hour, typed_hour),
        number("minute", tr(text.MINUTE), end.minute, typed_minute),
    ]
    return stack(
        [
            words(f"{title}: {say.full_day(end.on)}", 17, strong=True),
            ft.Row(
                [
                    buttons.quiet(f"{prefix}-earlier", tr(text.DAY_BEFORE), move(-1)),
                    buttons.quiet(f"{prefix}-later", tr(text.DAY_AFTER), move(1)),
                    # One group: the two of them stand apart only where a line is too short for both.
                    *([ft.Row(clock, wrap=True, spacing=theme.S2, run_spacing=theme.S2)] if hours else []),
                ],
                wrap=True,
                spacing=theme.S2,
                run_spacing=theme.S2,
            ),
        ],
        spacing=theme.S2,
    )
