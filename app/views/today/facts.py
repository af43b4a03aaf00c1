"""What to know before going in: read before a visit, noted and taken away with one tap each."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.going_in import GoingIn, GoingInKind
from app.language import tr
from app.services.models import PatientPage
from app.views import theme
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_value
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, sign, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import beside, chip, wrap
from app.views.wording import today as said


def _no_kind() -> GoingInKind | None:
    return None


@safe_component
def BeforeGoingIn(env: Env, page: PatientPage) -> ft.Control:
    """Before a visit: what stands, and the way to note more."""
    opened, set_opened = use_value(lambda: False)
    facts = page.parts.going_in
    who = page.sheet.patient.id
    said_now = facts_line(facts, ft.Colors.ON_TERTIARY_CONTAINER) if facts else ft.Container(visible=False)
    if opened:
        door = keyed(f"door-{who}", DoorFacts, env, who, facts)
    else:
        label = tr(said.CHANGE_FACTS) if facts else tr(said.GOING_IN)
        button = buttons.quiet(
            "door-open", label, lambda _: set_opened(lambda _: True), icon=ft.Icons.DOOR_FRONT_DOOR_OUTLINED
        )
        door = ft.Row([button], wrap=True)
    # One shape whether anything stands or not: the first fact must not take the field for its words away.
    return ft.Container(
        padding=theme.S3 if facts or opened else 0,
        bgcolor=ft.Colors.TERTIARY_CONTAINER if facts else None,
        border_radius=theme.RADIUS + 2,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT) if facts or opened else None,
        content=stack([said_now, door], spacing=theme.S2),
    )


def GoingInStrip(env: Env, page: PatientPage) -> ft.Control:
    """On a person's page: what stands, nothing at all where nothing does."""
    if not page.parts.going_in:
        return ft.Container(visible=False)
    line = facts_line(page.parts.going_in, ft.Colors.ON_TERTIARY_CONTAINER)
    return card(line, color=ft.Colors.TERTIARY_CONTAINER, padding=theme.S3)


def facts_line(facts: tuple[GoingIn, ...], ink: ft.ColorValue) -> ft.Control:
    return ft.Row(
        [
            sign(ft.Icons.WARNING_AMBER, size=22, color=ink),
            ft.Container(expand=True, content=words(said.going_in(facts), 16, strong=True, color=ink)),
        ],
        spacing=theme.S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


@safe_component
def DoorFacts(env: Env, patient_id: str, facts: tuple[GoingIn, ...]) -> ft.Control:
    """Noting a fact is one tap here; words to it are possible and never asked for."""
    last, set_last = use_value(_no_kind)
    text, set_text = use_value(lambda: "")

    async def note(kind: GoingInKind) -> None:
        await env.session.going_in.note(patient_id, kind)
        set_text(lambda _: "")
        set_last(lambda _: kind)

    async def keep(_: Any) -> None:
        if last is not None:
            await env.session.going_in.note(patient_id, last, text)
            set_last(lambda _: None)

    async def take_away(kind: GoingInKind) -> None:
        await env.session.going_in.take_away(patient_id, kind)
        set_last(lambda _: None)

    noting, keeping, gone = use_action(note), use_action(keep), use_action(take_away)
    standing = [_standing(fact, gone.run) for fact in facts]
    more: list[ft.Control] = []
    if last is not None:
        label = said.words_for(last)
        box = field("door-words", label, text, lambda v: set_text(lambda _: v), on_submit=keeping.run)
        more = [box, wrap([buttons.quiet("door-keep", tr(said.KEEP), keeping.run, busy=keeping.busy)])]
    # The field keeps its place, and with it what is being typed, when the list above grows.
    parts: list[ft.Control] = [stack(some, spacing=theme.S2, tight=True) for some in (standing, more)]
    left = [kind for kind in GoingInKind if kind not in {fact.kind for fact in facts}]
    if left:
        chips = [
            chip(
                f"door-note-{one.value}",
                tr(said.FACT[one]),
                False,
                partial(_tap, noting.run, one),
                icon=ft.Icons.ADD,
            )
            for one in left
        ]
        parts += [muted(tr(said.NOTE_FACT), 15), wrap(chips)]
    parts += optional_notice(noting.error or keeping.error or gone.error, Tone.ASK)
    return stack(parts, spacing=theme.S2)


async def _tap(run: Any, value: Any, _: Any) -> None:
    await run(value)


def _standing(fact: GoingIn, gone: Any) -> ft.Control:
    lines: list[ft.Control] = [words(said.fact(fact), 16, strong=True), muted(said.noted(fact, now()), 14)]
    button = buttons.quiet(
        f"door-gone-{fact.kind.value}",
        tr(said.NO_LONGER),
        partial(_tap, gone, fact.kind),
        icon=ft.Icons.CLOSE,
    )
    return beside([ft.Container(expand=True, content=stack(lines, spacing=2, tight=True))], button)
