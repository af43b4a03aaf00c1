"""Conversations to read: what holds now, and how it came to be."""

from __future__ import annotations

import flet as ft

from app.domain.conversation import (
    FieldChange,
    HistoryEntry,
    PlanSaying,
    Standing,
    list_heads,
    list_history,
    what_stands,
)
from app.domain.conversation_fields import filled_domains
from app.domain.visit import Answer
from app.language import tr
from app.services.goals_of_care import ConversationPart
from app.views import theme
from app.views.conversation.in_words import field_title, say_field, say_title
from app.views.env import now
from app.views.forms.heads import lock
from app.views.widgets.base import MUTED, at_first_line, card, heading, muted, sign, stack, words
from app.views.wording import conversation as said

DOT = 14


def standing_lines(part: ConversationPart) -> list[ft.Control]:
    """Field by field what holds now; two versions that did not know each other both stand."""
    lines: list[ft.Control] = []
    if len(list_heads(part.versions)) > 1:
        lines.append(words(tr(said.TWO_VERSIONS), 15, strong=True))
    standing = what_stands(part.versions, say_field)
    lines += [_standing(one) for one in standing if not one.field.private]
    if any(one.field.private for one in standing):
        lines.append(lock(tr(said.KEPT_APART)))
    lines += [_plan_saying(one) for one in part.others]
    return lines


def _standing(one: Standing) -> ft.Control:
    at = now()
    lines: list[ft.Control] = [muted(field_title(one.field), 14, strong=True)]
    several = len(one.sayings) > 1
    for saying in one.sayings if one.differs or several else one.sayings[:1]:
        lines += [words(saying.text, 16), muted(said.version_line(saying.version, at), 13)]
    return stack(lines, spacing=1, tight=True)


def _plan_saying(one: PlanSaying) -> ft.Control:
    source = ", ".join(part for part in (tr(said.PLAN_SAYS), one.when[:4]) if part)
    return stack(
        [muted(one.title, 14, strong=True), words(one.text, 16), muted(source, 13)], spacing=1, tight=True
    )


def history_lines(part: ConversationPart) -> list[ft.Control]:
    """Every version as a talk, newest first, with what it changed."""
    entries = list_history(part.versions, say_field)
    return [_version(entry, first=entry is entries[-1]) for entry in entries]


def _version(entry: HistoryEntry, *, first: bool) -> ft.Control:
    at = now()
    lines: list[ft.Control] = [
        heading(said.version_line(entry.version, at), 16, level=3),
        words(said.story(entry), 15),
        *([muted(said.follows(entry, at), 14)] if entry.follows or not first else []),
    ]
    if any(change.private for change in entry.changes):
        lines.append(lock(tr(said.KEPT_APART)))
    for change in entry.changes:
        if change.private:
            continue
        lines.append(_change(change))
    return card(stack(lines, spacing=theme.S2), color=ft.Colors.SURFACE_CONTAINER, padding=theme.S3)


def _change(change: FieldChange) -> ft.Control:
    """What it was before stands above what it is now, as one tells it; what is new has a sign of its own."""
    was = said.change(change)
    told = stack(
        [
            muted(say_title(change.title), 14, strong=True),
            *([muted(was, 15)] if was else []),
            words(said.now_line(change), 16),
        ],
        spacing=1,
        tight=True,
    )
    return ft.Row(
        [
            sign(ft.Icons.CHANGE_CIRCLE_OUTLINED if was else ft.Icons.ADD, size=20, color=MUTED),
            ft.Container(expand=True, content=told),
        ],
        spacing=theme.S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def domain_shape(answers: dict[str, Answer], *, code_status: bool) -> ft.Control:
    """Which of the four are written down: a shape, no score and no colour of right and wrong."""
    marks = [
        _mark(tr(said.DOMAINS[one]), filled)
        for one, filled in filled_domains(answers, code_status=code_status)
    ]
    return ft.Row(marks, wrap=True, spacing=theme.S3, run_spacing=theme.S2)


def _mark(label: str, filled: bool) -> ft.Control:
    icon = ft.Icons.CIRCLE if filled else ft.Icons.CIRCLE_OUTLINED
    state = tr(said.WRITTEN) if filled else tr(said.NOT_WRITTEN)
    told = words(label, 15, color=MUTED, said=f"{label}: {state}", expand_loose=True)
    dot = sign(icon, size=DOT, color=MUTED)
    dot.margin = at_first_line(DOT, 15)
    return ft.Row([dot, told], spacing=6, tight=True, vertical_alignment=ft.CrossAxisAlignment.START)
