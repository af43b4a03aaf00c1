"""The reading as a mentor sees it, the passages beside it, and the same as a case on paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import flet as ft

from app.domain.mentor import MentorReading
from app.domain.on_paper import Paper
from app.language import ENGLISH, get_language, tr
from app.paper.model import Piece, Section, Sheet
from app.views import theme
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.options import chip, wrap
from app.views.wording import mentor as said


def in_english() -> list[ft.Control]:
    """Said to those who read the app in another language; nothing in English."""
    return [] if get_language().code == ENGLISH else [muted(tr(said.IN_ENGLISH), 16)]


def reading_rows(reading: MentorReading, released: frozenset[str]) -> list[ft.Control]:
    """Line for line what the plan will show, the released passages at its end as there."""
    rows: list[ft.Control] = [_section("", reading.about)]
    rows += [_section(one.title, one.lines) for one in reading.sections]
    chosen = [f"{one.label}\n“{one.text}”" for one in reading.passages if one.id in released]
    return [*rows, _section(tr(said.RELEASED), tuple(chosen))] if chosen else rows


def _section(title: str, lines: tuple[str, ...]) -> ft.Control:
    head: list[ft.Control] = [words(title, 17, strong=True)] if title else []
    return card(stack([*head, *(words(one, 16) for one in lines)], spacing=theme.S2))


def passage_rows(
    reading: MentorReading, released: frozenset[str], tap: Callable[[str, Any], None]
) -> list[ft.Control]:
    """Each passage whole, with its own tap; one that may not leave says why instead."""
    if not reading.passages:
        return [muted(tr(said.NO_PASSAGES), 16), muted(tr(said.NOTE_STAYS), 16)]
    rows: list[ft.Control] = [muted(tr(said.PASSAGES_HELP), 16), muted(tr(said.NOTE_STAYS), 16)]
    for number, one in enumerate(reading.passages):
        on = one.id in released
        label = tr(said.TAKE_BACK if on else said.RELEASE)
        end: ft.Control = (
            muted(said.refused(one.refused), 15)
            if one.refused
            else wrap([chip(f"mentor-release-{number}", label, on, partial(tap, one.id))])
        )
        rows.append(card(stack([muted(one.label, 15), words(one.text, 17), end], spacing=theme.S2)))
    return rows


def make_case(reading: MentorReading) -> Sheet:
    """The coded reading alone: what was released to one mentor is not released to whoever finds a paper."""
    sections = [
        Section(
            f"part-{at}", one.title, tuple(Piece(f"part-{at}-{n}", line) for n, line in enumerate(one.lines))
        )
        for at, one in enumerate(reading.sections)
    ]
    asked = tuple(Piece(f"ask-{n}", tr(one)) for n, one in enumerate(said.QUESTIONS))
    return Sheet(
        paper=Paper.CLINICAL,
        language="en",
        title=tr(said.CASE_TITLE),
        about=reading.about,
        sections=(*sections, Section("ask", tr(said.TALK), asked)),
        foot=(tr(said.CARE),),
    )
