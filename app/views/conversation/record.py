"""Conversations to read: what holds now, and how it came to be."""

from __future__ import annotations

import flet as ft

from app.domain.conversation import HistoryEntry, PlanSaying, Standing, list_heads, list_history, what_stands
from app.domain.conversation_fields import filled_domains
from app.domain.visit import Answer
from app.services.goals_of_care import ConversationPart
from app.views import theme
from app.views.env import now
from app.views.forms.heads import lock
from app.views.widgets.base import MUTED, card, muted, stack, words
from app.views.wording import conversation as said


def standing_lines(part: ConversationPart) -> list[ft.Control]:
    """Field by field what holds now; two versions that did not know each other both stand."""
    lines: list[ft.Control] = []
    if len(list_heads(part.versions)) > 1:
        lines.append(words(said.TWO_VERSIONS, 15, strong=True))
    standing = what_stands(part.versions)
    lines += [_standing(one) for one in standing if not one.field.private]
    if any(one.field.private for one in standing):
        lines.append(lock(said.KEPT_APART))
    lines += [_plan_saying(one) for one in part.others]
    return lines


def _standing(one: Standing) -> ft.Control:
    at = now()
    lines: list[ft.Control] = [muted(one.field.title, 14, strong=True)]
    several = len(one.sayings) > 1
    for saying in one.sayings if one.differs or several else one.sayings[:1]:
        lines += [words(saying.text, 16), muted(said.version_line(saying.version, at), 13)]
    return stack(lines, spacing=1, tight=True)


def _plan_saying(one: PlanSaying) -> ft.Control:
    source = ", ".join(part for part in (said.PLAN_SAYS, one.when[:4]) if part)
    return stack(
        [muted(one.title, 14, strong=True), words(one.text, 16), muted(source, 13)], spacing=1, tight=True
    )


def history_lines(part: ConversationPart) -> list[ft.Control]:
    """Every version, newest first, with what it changed."""
    return [_version(entry) for entry in list_history(part.versions)]


def _version(entry: HistoryEntry) -> ft.Control:
    at = now()
    lines: list[ft.Control] = [
        words(said.version_line(entry.version, at), 16, strong=True),
        muted(said.follows(entry, at), 14),
    ]
    if any(change.private for change in entry.changes):
        lines.append(lock(said.KEPT_APART))
    for change in entry.changes:
        if change.private:
            continue
        was = said.change(change)
        lines.append(
            stack(
                [
                    muted(change.title, 14, strong=True),
                    words(change.after, 16),
                    *([muted(was, 14)] if was else []),
                ],
                spacing=1,
                tight=True,
            )
        )
    return card(stack(lines, spacing=theme.S2), color=ft.Colors.SURFACE_CONTAINER, padding=theme.S3)


def domain_shape(answers: dict[str, Answer], *, code_status: bool) -> ft.Control:
    """Which of the four are written down: a shape, no score and no colour of right and wrong."""
    marks = [
        _mark(said.DOMAINS[one], filled) for one, filled in filled_domains(answers, code_status=code_status)
    ]
    return ft.Row(marks, wrap=True, spacing=theme.S3, run_spacing=theme.S2)


def _mark(label: str, filled: bool) -> ft.Control:
    icon = ft.Icons.CIRCLE if filled else ft.Icons.CIRCLE_OUTLINED
    state = said.WRITTEN if filled else said.NOT_WRITTEN
    return ft.Row(
        [ft.Icon(icon, size=14, color=MUTED), words(label, 15, color=MUTED, said=f"{label}: {state}")],
        spacing=6,
        tight=True,
    )
