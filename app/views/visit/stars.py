"""Stars on the sections of a visit, and the list of what is to be finished in the car."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import flet as ft

from app.content.model import Section
from app.content.spoken import load, load_sections
from app.domain.later import find_later
from app.domain.visit import Answer, Entry
from app.domain.visit_kind import is_met
from app.language import tr
from app.services.models import VisitPage
from app.services.visit_steps import NOTE
from app.views import theme
from app.views.guard import safe_component
from app.views.visit.next_steps import ASKED_NEXT
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, group, heading, muted, words
from app.views.widgets.options import aside, beside
from app.views.wording import bedside as said

GoTo = Callable[[str], Awaitable[None]]
"""Opens the section with this id and scrolls to it."""
NEXT, PLAN = "next", "plan-of-care"
"""The section of what happens next, and the form of which it asks some questions."""
_TITLES = {NOTE: said.NOTE, "who": said.WHO, NEXT: said.NEXT}


def get_section_title(section_id: str) -> str:
    """What a section is called in the list; its id where this version has no such section any more."""
    if section_id in _TITLES:
        return tr(_TITLES[section_id])
    return next((one.title for one in load_sections() if one.id == section_id), section_id)


def is_entered_later(section: Section, page: VisitPage) -> bool:
    """Whether it holds something that was entered after the end of the visit."""
    draft = page.draft
    return _holds_later(section, draft.answers, draft.entries, draft.left_at)


def _holds_later(
    section: Section,
    answers: Mapping[str, Answer],
    entries: Mapping[str, tuple[Entry, ...]],
    left_at: datetime | None,
) -> bool:
    if left_at is None or not is_met(answers):  # a visit that did not take place ends as it begins
        return False
    content = load()
    here = section.id == NEXT  # asks items of the plan of care too, which are not the plan's section then
    names = (*section.forms, PLAN) if here else section.forms
    forms = [content[name] for name in names if name in content]
    asked = {link: answer for link, answer in answers.items() if (link in ASKED_NEXT) is here}
    return bool(find_later(forms, asked, {} if here else entries, left_at))


def list_later_sections(
    answers: Mapping[str, Answer], entries: Mapping[str, tuple[Entry, ...]], left_at: datetime | None
) -> list[str]:
    """Titles of the sections of a signed visit that hold something entered after its end."""
    return [one.title for one in load_sections() if _holds_later(one, answers, entries, left_at)]


def star(section_id: str, starred: bool, saving: Saving) -> ft.Control:
    """One tap puts the section into "Finish in the car", one takes it out."""

    async def tap(_: Any) -> None:
        await _set(section_id, saving, on=not starred)

    name = said.star(get_section_title(section_id), starred=starred)
    icon = ft.Icons.STAR if starred else ft.Icons.STAR_BORDER
    ink = ft.Colors.PRIMARY if starred else MUTED
    return buttons.icon_only(f"star-{section_id}", icon, name, tap, ink=ink)


async def _set(section_id: str, saving: Saving, *, on: bool) -> None:
    await saving.commit(lambda: saving.visits.set_star(saving.visit_id, section_id, on))


def finished_here(section_id: str, page: VisitPage, saving: Saving) -> list[ft.Control]:
    """Below what a starred section asks: where she is when it is done. No answer takes a star away by itself, since
    only she knows whether it was the last one.
    """
    if section_id not in page.draft.stars:
        return []
    return [ft.Row([_finished("star-done", section_id, saving)], wrap=True)]


def _finished(prefix: str, section_id: str, saving: Saving) -> ft.Control:
    async def tap(_: Any) -> None:
        await _set(section_id, saving, on=False)

    name = said.finished(get_section_title(section_id))
    return aside(f"{prefix}-{section_id}", tr(said.FINISHED), tap, icon=ft.Icons.CHECK, said=name)


def star_line(
    section_id: str, title: str, page: VisitPage, saving: Saving, *, later: bool = False
) -> ft.Control:
    """The heading of a section that is never closed, with its star."""
    return ft.Row(
        [
            ft.Container(expand=True, content=heading(title, 17, level=2)),
            *([muted(tr(said.ENTERED_LATER), 15)] if later else []),
            star(section_id, section_id in page.draft.stars, saving),
        ],
        spacing=theme.S2,
    )


@safe_component
def InTheCar(page: VisitPage, saving: Saving, go_to: GoTo) -> ft.Control:
    """What is starred: one tap to it, one when it is finished."""
    rows = [_row("car-go", "car-done", one, saving, go_to) for one in page.draft.stars]
    return group(tr(said.IN_THE_CAR), rows, icon=ft.Icons.DIRECTIONS_CAR_OUTLINED)


def starred_at_the_end(page: VisitPage, saving: Saving, go_to: GoTo) -> list[ft.Control]:
    """Beside "Sign the visit": what is starred. It keeps nothing from being signed."""
    if not page.draft.stars:
        return []
    rows = [_row("visit-starred", "visit-finished", one, saving, go_to) for one in page.draft.stars]
    return [group(tr(said.IN_THE_CAR), [muted(tr(said.STARRED), 15), *rows])]


def _row(go: str, done: str, section_id: str, saving: Saving, go_to: GoTo) -> ft.Control:
    async def tap(_: Any) -> None:
        await go_to(section_id)

    title = words(get_section_title(section_id), 17, strong=True)
    end = ft.Icons.ARROW_DOWNWARD if go == "car-go" else ft.Icons.ARROW_UPWARD
    tile = buttons.tile(f"{go}-{section_id}", tap, title, lead=ft.Icons.STAR, end=end)
    off = _finished(done, section_id, saving)
    return beside([ft.Container(expand=True, content=tile)], off)
