"""One alert: how soon, what was found, what to do, until when, and whether anybody has seen it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import flet as ft

from app.domain.alert import AlertState
from app.language import tr
from app.services.alert_models import AlertLine
from app.views import theme
from app.views.env import Env, now
from app.views.widgets import buttons
from app.views.widgets.base import STACKED, sign, stack, words
from app.views.wording import alerts as said
from app.views.wording import stays, stored

LOOK: dict[str, tuple[ft.Colors, ft.Colors, ft.IconData]] = {
    "act-now": (ft.Colors.ERROR_CONTAINER, ft.Colors.ON_ERROR_CONTAINER, ft.Icons.REPORT_OUTLINED),
    "today": (ft.Colors.TERTIARY_CONTAINER, ft.Colors.ON_TERTIARY_CONTAINER, ft.Icons.TODAY),
    "watch": (ft.Colors.SURFACE_CONTAINER_HIGH, ft.Colors.ON_SURFACE, ft.Icons.VISIBILITY_OUTLINED),
    "info": (ft.Colors.SURFACE_CONTAINER, ft.Colors.ON_SURFACE, ft.Icons.INFO_OUTLINE),
}
"""Ground, ink and sign of a level; the level is always said in words too."""
PRIVATE_LOOK = (ft.Colors.SECONDARY_CONTAINER, ft.Colors.ON_SECONDARY_CONTAINER, ft.Icons.LOCK_OUTLINE)
"""Of every private one: its level would say something of what it is about."""

PRESSING = ("act-now", "today")
STANDING = (AlertState.OPEN.value, AlertState.ACKNOWLEDGED.value)


def look(line: AlertLine) -> tuple[ft.Colors, ft.Colors, ft.IconData]:
    """As of its level; an unknown level of a newer app looks like one for today."""
    if line.private:
        return PRIVATE_LOOK
    return LOOK.get(line.level, LOOK["today"])


def level_word(line: AlertLine, ink: ft.ColorValue) -> ft.Control:
    _, _, icon = look(line)
    return ft.Row(
        [
            sign(icon, size=22, color=ink),
            words(said.level(line, now()), 16, strong=True, color=ink, expand_loose=theme.scale() >= STACKED),
        ],
        spacing=6,
        tight=theme.scale() < STACKED,
    )


def level_line(
    line: AlertLine,
    told: str,
    *,
    opened: bool,
    narrow: bool,
    lines: int = 2,
    after: Sequence[ft.Control] = (),
) -> ft.Control:
    """How soon, what is `told`, what opens it. A phone and large text have it below: beside it the number, which is
    what it is about, would be cut off.
    """
    _, ink, _ = look(line)
    more = sign(ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, size=24, color=ink)
    if narrow or theme.scale() >= STACKED:
        level = ft.Container(expand=True, content=level_word(line, ink))
        return stack([ft.Row([level, more]), words(told, 16, color=ink), *after], 2, tight=True)
    sentence = words(told, 16, color=ink, lines=lines, expand=True)
    return ft.Row([level_word(line, ink), sentence, *after, more], spacing=theme.S3)


def brief_line(line: AlertLine, told: str, *, opened: bool) -> ft.Control:
    """The same as low as can be: how soon and until when in one line, what is `told` below, in full."""
    _, ink, _ = look(line)
    at = now()
    until = said.briefly_until(line, at)
    late = line.due_at is not None and line.due_at < at
    more = sign(ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, size=24, color=ink)
    due = ft.Container(expand=True, content=words(until, 15, color=ink, strong=late))
    head = ft.Row([level_word(line, ink), due, more], spacing=theme.S2)
    return stack([head, words(told, 16, color=ink)], 0, tight=True)


def waits(line: AlertLine) -> bool:
    """Whether nobody else can have seen it: a task whose newest version the plan has not answered for. That she took
    one which the plan has leaves nobody to be told in haste.
    """
    return line.task and not (line.received or line.taking_waits) and line.state in STANDING


def is_pressing(line: AlertLine) -> bool:
    """Whether nobody can have seen it, and somebody must be phoned."""
    return waits(line) and (line.private or line.level in PRESSING)


def state_of(line: AlertLine) -> str:
    """Where it stands: nobody has it, who has seen it, to whom it went on, or that it lies at the plan unseen."""
    at = now()
    if waits(line):
        alone = said.unsent(line) if is_pressing(line) else said.nobody(line)
        return " · ".join(part for part in (said.taken(line, at), alone) if part)
    return said.seen_by(line, at) or said.gone_to(line, at) or said.unanswered(line, at)


def said_away(line: AlertLine) -> list[str]:
    """ "In hospital since Tue, Nov 17": whom a home visit waits for is not there."""
    return [] if line.away is None else [stays.inside(line.away, now())]


def dial(env: Env, line: AlertLine, ink: ft.ColorValue) -> list[ft.Control]:
    """The sentence that nobody has seen it, and the number as something to tap."""
    if not waits(line):
        return []
    sentence = ft.Row(
        [
            sign(ft.Icons.CLOUD_OFF, size=20, color=ink),
            ft.Container(expand=True, content=words(said.unsent(line), 16, strong=True, color=ink)),
        ],
        spacing=6,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    if line.phone is None:
        return [sentence]
    number = line.phone

    async def call(_: object) -> None:
        await env.open_url("tel:" + quote(number, safe="+*#"))

    button = buttons.quiet(f"alert-phone-{line.id}", number, call, icon=ft.Icons.PHONE)
    return [sentence, ft.Row([button], wrap=True)]


def alert_card(env: Env, line: AlertLine, extra: Sequence[ft.Control] = ()) -> ft.Control:
    """Everything about one alert; `extra` stands below what to do."""
    _, ink, _ = look(line)
    due = said.due(line, now())
    parts: list[ft.Control] = [level_word(line, ink)]
    if not line.private:  # of which its level says all that may be said: "Private"
        parts.append(words(stored.say(line.title), 18, strong=True, color=ink))
    if not line.private and line.finding.rstrip(".") != line.title:
        parts.append(words(stored.say(line.finding), 16, color=ink))
    parts += [_step(one, ink, ft.Icons.EDIT_NOTE) for one in said.corrected(line, now())]
    parts += [_step(one, ink, ft.Icons.LOCAL_HOSPITAL_OUTLINED) for one in said_away(line)]
    if due:
        parts.append(_step(due, ink, ft.Icons.SCHEDULE))
    parts += [_step(stored.say(step), ink) for step in line.actions]
    seen = said.taken(line, now()) if waits(line) else said.seen_by(line, now())
    parts += dial(env, line, ink)
    if seen:
        parts.append(_step(seen, ink, ft.Icons.DONE_ALL))
    gone = said.gone_to(line, now())
    if gone:
        parts.append(_step(gone, ink, ft.Icons.FORWARD_TO_INBOX))
    unanswered = said.unanswered(line, now())
    if unanswered and not waits(line):
        parts.append(_step(unanswered, ink, ft.Icons.CLOUD_DONE_OUTLINED))
    parts += list(extra)
    return _framed(line, parts)


def hushed_card(line: AlertLine, way: ft.Control) -> ft.Control:
    """How soon and no more, for whoever may look on; `way` leads to its words."""
    _, ink, _ = look(line)
    return _framed(line, [level_word(line, ink), words(tr(said.PRIVATE), 18, strong=True, color=ink), way])


def _framed(line: AlertLine, parts: list[ft.Control]) -> ft.Control:
    ground, _, _ = look(line)
    return ft.Semantics(
        identifier=f"alert-{line.id}",
        container=True,
        content=ft.Container(
            padding=theme.S3,
            border_radius=theme.RADIUS,
            bgcolor=ground,
            border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
            content=stack(parts, spacing=theme.S2),
        ),
    )


def _step(step: str, ink: ft.ColorValue, icon: ft.IconData = ft.Icons.ARROW_RIGHT) -> ft.Control:
    return ft.Row(
        [
            sign(icon, size=20, color=ink),
            ft.Container(expand=True, content=words(step, 16, color=ink)),
        ],
        spacing=6,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
