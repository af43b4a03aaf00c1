"""Questions answered by a day or a time: the near ones are one tap, any other is three small numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import flet as ft

from app.content.model import Item, ItemKind, Side
from app.domain.visit import Absent, Answer
from app.errors import RecordError
from app.language import tr
from app.views import theme
from app.views.env import now
from app.views.forms import said
from app.views.forms.absents import no_answer
from app.views.forms.heads import head, question
from app.views.forms.names import ident
from app.views.guard import keyed, memo, safe_component
from app.views.hooks import use_action, use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import stack
from app.views.widgets.fields import field, sized
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import forms as words

NEAR = {
    None: (("yesterday", words.YESTERDAY, -1), ("today", words.TODAY, 0), ("tomorrow", words.TOMORROW, 1)),
    Side.PAST: (("today", words.TODAY, 0), ("yesterday", words.YESTERDAY, -1)),
    Side.FUTURE: (
        ("today", words.TODAY, 0),
        ("tomorrow", words.TOMORROW, 1),
        ("week", words.IN_A_WEEK, 7),
        ("two-weeks", words.IN_TWO_WEEKS, 14),
    ),
}
"""Days that are one tap away, in days from today, by the side on which the answer can lie."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A day and a time as they stand in the fields, in the device's zone."""

    month: str
    day: str
    year: str
    hour: str
    minute: str


def split(stored: str, kind: ItemKind) -> Parts:
    """What the fields begin with: what is stored, else now."""
    try:
        at = datetime.fromisoformat(stored)
    except ValueError:
        at = now()
    if kind is ItemKind.MOMENT:
        at = at.astimezone()
    return Parts(str(at.month), str(at.day), str(at.year), f"{at.hour:02}", f"{at.minute:02}")


def read(parts: Parts, kind: ItemKind) -> str:
    """ISO 8601; a time gets the device's offset. Raises RecordError with the sentence that says what is wrong."""
    try:
        day = date(int(parts.year), int(parts.month), int(parts.day))
    except ValueError:
        raise RecordError(tr(words.DAY_WRONG)) from None
    if not 1900 <= day.year <= 2200:
        raise RecordError(tr(words.DAY_WRONG))
    if kind is ItemKind.DATE:
        return day.isoformat()
    try:
        at = datetime.combine(day, time(int(parts.hour), int(parts.minute)))
    except ValueError:
        raise RecordError(tr(words.TIME_WRONG)) from None
    return at.astimezone().isoformat(timespec="seconds")


@safe_component
def _day(
    item: Item,
    answer: Answer | None,
    last: str,
    reasons: tuple[Absent, ...],
    narrow: bool,
    saving: Saving,
    entry: str,
) -> ft.Control:
    setting, set_setting = ft.use_state(False)
    opened, set_opened = ft.use_state(False)
    stored = answer.value if answer is not None and isinstance(answer.value, str) else ""
    absent = answer.absent if answer else None

    def open_it(_: Any) -> None:
        set_opened(lambda _old: True)

    def turn(_: Any) -> None:
        set_setting(lambda old: not old)

    def done() -> None:
        set_setting(lambda _old: False)

    near = _near(item, stored, saving, entry)
    far = bool(stored) and not any(one.selected for one in near)
    label = tr(words.OTHER_TIME) if item.kind is ItemKind.MOMENT else tr(words.OTHER_DAY)
    other = chip(
        ident(item.link_id, "other", entry),
        said.value(item, stored) if far else label,
        far,
        turn,
        icon=ft.Icons.EXPAND_LESS if setting else ft.Icons.EDIT_CALENDAR,
    )
    beside, below = no_answer(item.link_id, item.name, reasons, absent, opened, open_it, saving, entry)
    parts = [head(item, last, narrow), wrap([*near, other, *beside]), *below]
    if setting:
        parts.append(keyed(f"{item.link_id}-{stored}", DayEditor, item, stored, saving, entry, done))
    return question(parts)


DayItem = memo(_day)


def _near(item: Item, stored: str, saving: Saving, entry: str) -> list[ft.Semantics]:
    """Days around today; for a time, now. The chosen one tapped again is cleared."""
    made = []
    if item.kind is ItemKind.MOMENT:

        async def at_once(_: Any) -> None:
            await saving.put(item.link_id, now().isoformat(timespec="seconds"), entry)

        return [_named(chip(ident(item.link_id, "now", entry), tr(words.NOW), False, at_once))]
    today = now().date()
    for name, label, days in NEAR[item.side]:
        value = (today + timedelta(days=days)).isoformat()

        async def tap(_: Any, value: str = value) -> None:
            await saving.pick(item.link_id, value, entry)

        made.append(
            _named(
                chip(
                    ident(item.link_id, name, entry),
                    tr(label),
                    stored == value,
                    tap,
                    said=f"{item.name}: {tr(label)}",
                )
            )
        )
    return made


def _named(control: ft.Control) -> ft.Semantics:
    if not isinstance(control, ft.Semantics):
        raise TypeError("a chip is a named control")
    return control


@safe_component
def DayEditor(item: Item, stored: str, saving: Saving, entry: str, done: Callable[[], None]) -> ft.Control:
    """Month, day, year, and for a time hour and minute. Nothing is changed before "Set"."""
    parts, set_parts = use_value(lambda: split(stored, item.kind))

    async def keep() -> None:
        if await saving.put(item.link_id, read(parts, item.kind), entry):
            done()

    async def clear() -> None:
        if await saving.put(item.link_id, None, entry):
            done()

    keeping = use_action(lambda _: keep())
    clearing = use_action(lambda _: clear())

    def number(
        name: str, label: str, value: str, change: Callable[[Parts, str], Parts], width: int
    ) -> ft.Control:
        def typed(new: str) -> None:
            set_parts(lambda old: change(old, new))

        return sized(field(ident(item.link_id, name, entry), label, value, typed, digits=True), width)

    row = [
        number("month", tr(words.MONTH), parts.month, lambda old, new: replace(old, month=new), 96),
        number("day", tr(words.DAY), parts.day, lambda old, new: replace(old, day=new), 84),
        number("year", tr(words.YEAR), parts.year, lambda old, new: replace(old, year=new), 108),
    ]
    if item.kind is ItemKind.MOMENT:
        # One group: the two of them stand apart only where a line is too short for both.
        clock = [
            number("hour", tr(words.HOUR), parts.hour, lambda old, new: replace(old, hour=new), 92),
            number("minute", tr(words.MINUTE), parts.minute, lambda old, new: replace(old, minute=new), 100),
        ]
        row.append(wrap(clock))
    actions = [
        buttons.quiet(ident(item.link_id, "set", entry), tr(words.SET), keeping.run, busy=keeping.busy),
        *(
            [buttons.plain(ident(item.link_id, "clear", entry), tr(words.CLEAR), clearing.run)]
            if stored
            else []
        ),
    ]
    problems = [*optional_notice(keeping.error, Tone.ASK), *optional_notice(clearing.error, Tone.ASK)]
    return ft.Container(
        padding=theme.S3,
        border_radius=theme.RADIUS - 2,
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        content=stack([wrap([*row, *actions]), *problems], spacing=theme.S2),
    )
