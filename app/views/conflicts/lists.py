"""What needs a person, as rows: on Today, in Sent & waiting, on a person's page, beside a visit that is read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import flet as ft

from app.language import tr
from app.services.conflict_models import ConflictLine
from app.services.models import PatientPage
from app.store.changes import Topic
from app.views import say, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_load, use_value
from app.views.routes import ConflictRoute
from app.views.widgets import buttons
from app.views.widgets.base import group, stack, words
from app.views.wording import conflicts as said

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX, Topic.PATIENTS})
FIRST = 3
"""Shown before "show all"."""


@safe_component
def ConflictRows(
    env: Env, prefix: str = "waiting-conflict", leave_out: frozenset[str] = frozenset()
) -> ft.Control:
    """Of everybody on this device; nothing at all when nobody has to choose. `prefix` begins the test names.

    `leave_out`: ids of those that stand on the same page in another way.
    """

    async def read() -> tuple[ConflictLine, ...]:
        return await env.session.conflicts.list_all()

    found, _ = use_load(read, env.session.hub, TOPICS)
    every, set_every = use_value(lambda: False)
    lines = tuple(line for line in found.value or () if line.id not in leave_out)
    if not lines:
        return ft.Container(visible=False)
    shown = lines if every else lines[:FIRST]
    # On Today anybody may look over her shoulder: what it is about stands where it is chosen.
    plain = prefix.startswith("today")
    rows = [
        _row(env, line, f"{prefix}-{n}", with_name=True, plain=plain) for n, line in enumerate(shown, start=1)
    ]
    if len(lines) > len(shown):
        more = buttons.plain(f"{prefix}-all", say.show_all(len(lines)), lambda _: set_every(lambda _: True))
        rows.append(ft.Row([more], wrap=True))
    return group(tr(said.NEEDS_YOU), rows, icon=ft.Icons.CALL_SPLIT)


def PatientConflicts(env: Env, page: PatientPage) -> ft.Control:
    """Among what is always in sight on a person's page."""
    return strip(env, page.parts.conflicts, "patient-conflict")


@safe_component
def VisitConflicts(env: Env, visit_id: str) -> ft.Control:
    """Beside a visit that is read: where another record says something different from this one."""

    async def read() -> tuple[ConflictLine, ...]:
        return tuple(line for line in await env.session.conflicts.list_all() if visit_id in line.visits)

    found, _ = use_load(read, env.session.hub, TOPICS, visit_id)
    return strip(env, found.value or (), "reading-conflict")


def strip(env: Env, lines: Sequence[ConflictLine], prefix: str) -> ft.Control:
    if not lines:
        return ft.Container(visible=False)
    rows = [_row(env, line, f"{prefix}-{n}", with_name=False) for n, line in enumerate(lines, start=1)]
    return stack([words(said.strip(tuple(lines)), 16, strong=True), *rows], spacing=theme.S2)


def _row(
    env: Env, line: ConflictLine, identifier: str, *, with_name: bool, plain: bool = False
) -> ft.Control:
    ink = ft.Colors.ON_TERTIARY_CONTAINER
    subject = tr(said.TITLE) if plain else said.subject(line)
    first = f"{line.patient_name} · {subject}" if with_name else subject
    lines: list[ft.Control] = [
        words(first, 17, strong=True, color=ink),
        words(f"{said.head(line)} · {say.day_of(line.at, now())}", 15, color=ink),
    ]
    return buttons.tile(
        identifier,
        partial(_open, env, line.id),
        stack(lines, spacing=2, tight=True),
        lead=ft.Icons.CALL_SPLIT,
        tint=ft.Colors.TERTIARY_CONTAINER,
        ink=ink,
    )


def _open(env: Env, conflict_id: str, _: Any) -> None:
    env.go(ConflictRoute(conflict_id))
