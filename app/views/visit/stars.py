"""Stars on the sections of a visit, and the list of what is to be finished in the car."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
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
    return _button(f"star-{section_id}", section_id, starred, saving)


def _button(identifier: str, section_id: str, starred: bool, saving: Saving) -> ft.Control:
    async def tap(_: Any) -> None:
        await saving.commit(lambda: saving.visits.set_star(saving.visit_id, section_id, not starred))

    name = said.star(get_section_title(section_id), starred=starred)
    icon = ft.Icons.STAR if starred else ft.Icons.STAR_BORDER
    return buttons.icon_only(identifier, icon, name, tap, ink=ft.Colors.PRIMARY if starred else MUTED)


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
    """What is starred: one tap to it, one to take the star away."""
    rows = [_row(section_id, saving, go_to) for section_id in page.draft.stars]
    return group(tr(said.IN_THE_CAR), rows, icon=ft.Icons.DIRECTIONS_CAR_OUTLINED)


def _row(section_id: str, saving: Saving, go_to: GoTo) -> ft.Control:
    tile = _tile(f"car-go-{section_id}", section_id, go_to)
    off = _button(f"car-done-{section_id}", section_id, True, saving)
    return ft.Row([ft.Container(expand=True, content=tile), off], spacing=theme.S2)


def _tile(identifier: str, section_id: str, go_to: GoTo) -> ft.Control:
    async def tap(to: str, _: Any) -> None:
        await go_to(to)

    title = words(get_section_title(section_id), 17, strong=True)
    return buttons.tile(identifier, partial(tap, section_id), title, end=ft.Icons.ARROW_DOWNWARD)


def starred_at_the_end(page: VisitPage, go_to: GoTo) -> list[ft.Control]:
    """Beside "Sign the visit": what is starred. It keeps nothing from being signed."""
    if not page.draft.stars:
        return []

    async def tap(to: str, _: Any) -> None:
        await go_to(to)

    rows = [
        buttons.tile(
            f"visit-starred-{one}",
            partial(tap, one),
            words(get_section_title(one)),
            lead=ft.Icons.STAR,
            end=ft.Icons.ARROW_UPWARD,
        )
        for one in page.draft.stars
    ]
    return [group(tr(said.IN_THE_CAR), [muted(tr(said.STARRED), 15), *rows])]
