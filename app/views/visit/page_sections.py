"""The sections of the visit page in their order, by the kind of visit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import flet as ft

from app.content.model import Section
from app.content.spoken import load_sections
from app.domain.visit import AnsweredBy, Modality
from app.domain.visit_kind import NO_ANSWER, NOT_SEEN_WHY, VisitKind, is_met
from app.language import tr
from app.services.models import VisitPage
from app.views import text, theme
from app.views.counts.section import opens_by_itself as count_opens
from app.views.env import Env
from app.views.forms.shown import is_section_here
from app.views.forms.voice import own_answers
from app.views.guard import keyed, memo, safe_component
from app.views.stays.section import opens_by_itself
from app.views.visit.saving import Saving
from app.views.visit.section import (
    Turn,
    count_in,
    draw_inside,
    narrow_down,
    open_section,
    section_card,
)
from app.views.visit.stars import finished_here, is_entered_later, star_line
from app.views.widgets.base import heading, muted, spot, stack
from app.views.widgets.frame import apart
from app.views.widgets.options import chip, wrap
from app.views.wording import visit as said

WHO = "who"
"""The section that holds "Who answered?"."""
COUNT = "home-count"
"""The count of opioids and comfort medicines, which stands after the medicines where it is asked for."""
NEXT = "next"
"""What happens next: below everything else, above the end."""
FAR = theme.S4 - theme.S2
"""Room above a part that is no card in a row, beside the page's own spacing."""
_OF_KINDS = frozenset({"not-seen", NEXT})
"""Sections that a draft without a kind does not have."""


def is_open(section: Section, page: VisitPage, by_hand: Mapping[str, bool]) -> bool:
    """By hand, or because this visit is for it."""
    chosen = by_hand.get(section.id)
    return chosen if chosen is not None else opens(section, page)


def opens(section: Section, page: VisitPage) -> bool:
    """Whether a section is open without a tap."""
    here = page.layout
    if section.id in opens_by_itself(page) and (here is None or here.others):
        return True
    if section.id == COUNT and _asks_count(page):
        return True
    return here is not None and here.stands_open(section.id, section.forms)


def _asks_count(page: VisitPage) -> bool:
    """Whether the page asks for a count by itself: never where nobody was seen, or where it was declined."""
    here = page.layout
    if here is None or not here.others or COUNT in here.quiet_sections:
        return False
    return count_opens(page)


def find_section_of(section_id: str) -> Section | None:
    return next((one for one in load_sections() if one.id == section_id), None)


def draw_sections(
    env: Env, page: VisitPage, saving: Saving, by_hand: Mapping[str, bool], turn: Turn
) -> list[ft.Control]:
    """A section that does not belong to such a visit is left out unless answered."""
    here = [one for one in load_sections() if _belongs(one, page)]
    if page.layout is None:
        return _in_rows(here, env, page, saving, by_hand, turn)
    order: dict[str, float] = {one.section: at for at, one in enumerate(page.layout.open)}
    if _asks_count(page) and COUNT not in order:  # beside the medicines that are gone through
        order[COUNT] = order.get("medicines", len(order)) + 0.5
    first = sorted((one for one in here if one.id in order and one.id != NEXT), key=lambda one: order[one.id])
    others = [
        one
        for one in here
        if one.id not in order and (page.layout.others or count_in(one, page) or one.id == "safety")
    ]
    parts = _in_rows(first, env, page, saving, by_hand, turn)
    if others:
        more = heading(tr(said.MORE_SECTIONS), 17, level=2)
        parts.append(apart(ft.Container(key="more-sections", content=more), FAR))
        parts += _in_rows(others, env, page, saving, by_hand, turn)
    return parts


def draw_next(
    env: Env, page: VisitPage, saving: Saving, by_hand: Mapping[str, bool], turn: Turn
) -> list[ft.Control]:
    """What happens next, where the visit has a kind."""
    section = find_section_of(NEXT)
    if page.layout is None or section is None:
        return []
    seen, here = narrow_down(section, page, by_hand)
    inside = draw_inside(section, env, seen, saving, here, turn)
    title = said.next_title(met=is_met(page.draft.answers))
    line = star_line(NEXT, title, page, saving, later=is_entered_later(section, page))
    done = finished_here(NEXT, page, saving)
    return [ft.Container(key=spot(NEXT), content=stack([line, *inside, *done], spacing=theme.S2))]


def _belongs(section: Section, page: VisitPage) -> bool:
    draft = page.draft
    if page.layout is None and section.id in _OF_KINDS:
        return False
    if page.layout is not None and section.id == NEXT:
        return False
    if page.layout is not None and section.id == "not-seen" and not page.layout.stands_open("not-seen", ()):
        return False
    return is_section_here(section, draft.modality, draft.setting, count_in(section, page))


def _in_rows(
    sections: list[Section],
    env: Env,
    page: VisitPage,
    saving: Saving,
    by_hand: Mapping[str, bool],
    turn: Turn,
) -> list[ft.Control]:
    """Cards that stand in a row are close together: as close as the page's own spacing."""
    parts: list[ft.Control] = []
    in_a_row = False
    for section in sections:
        if section.id != WHO and not is_bare(section, page):
            opened = is_open(section, page, by_hand)
            card = section_card(section, env, page, saving, opened, by_hand, turn)
            made = ft.Container(key=spot(f"section-{section.id}"), content=card)
            parts.append(made if in_a_row else apart(made, FAR))
            in_a_row = True
            continue
        in_a_row = False
        if section.id == WHO:
            seen, here = narrow_down(section, page, by_hand)
            own = own_answers(page.draft.answers)
            who = keyed(WHO, WhoAnswered, section, env, seen, saving, here, turn, own)
            parts.append(apart(ft.Container(key=spot("answered-by"), content=who), FAR))
        else:
            inside = open_section(section, env, page, saving, by_hand, turn)
            parts.append(apart(ft.Container(key=spot(section.id), content=inside), FAR))
    return parts


@safe_component
def _who(
    section: Section,
    env: Env,
    page: VisitPage,
    saving: Saving,
    by_hand: Mapping[str, bool],
    turn: Turn,
    own: str,
) -> ft.Control:
    """`own`: how the person's own answers were given, where there are any."""

    async def tap(by: AnsweredBy, _: Any) -> None:
        await saving.commit(lambda: saving.visits.set_answered_by(saving.visit_id, by))

    async def nobody(_: Any) -> None:
        saving.is_trembling(
            NOT_SEEN_WHY, NO_ANSWER
        )  # a second tap lands on the same answer of what is drawn then
        await saving.commit(lambda: saving.visits.set_not_met(saving.visit_id, NO_ANSWER))

    draft = page.draft
    choices = [
        chip(
            f"visit-answered-{by.value}", tr(text.ANSWERED_BY[by]), draft.answered_by is by, partial(tap, by)
        )
        for by in AnsweredBy
        if by is not AnsweredBy.NOBODY or _may_be_nobody(page)
    ]
    if page.layout is not None and draft.modality is not Modality.IN_PERSON:
        choices.append(chip("visit-no-answer", tr(said.NO_ANSWER), False, nobody, icon=ft.Icons.PHONE_MISSED))
    inside = draw_inside(section, env, page, saving, by_hand, turn)
    line = star_line(WHO, tr(text.WHO_ANSWERED), page, saving)
    told = [muted(said.own_answers(own))] if own else []
    done = finished_here(WHO, page, saving)
    return stack([line, wrap(choices), *told, *inside, *done], spacing=theme.S2)


WhoAnswered = memo(_who)


def _may_be_nobody(page: VisitPage) -> bool:
    """Whether everything may have been observed: in a visit to somebody who cannot speak, seen and not only heard."""
    if page.draft.answered_by is AnsweredBy.NOBODY:
        return True
    cannot_speak = page.layout is not None and page.layout.kind is VisitKind.CANNOT_SPEAK
    return cannot_speak and page.draft.modality is not Modality.TELEPHONE


def find_spot(section: Section, page: VisitPage) -> str:
    """The name of the place on the page where a section stands."""
    if section.id == WHO:
        return "answered-by"
    if section.id == NEXT or is_bare(section, page):
        return section.id
    return f"section-{section.id}"


def is_bare(section: Section, page: VisitPage) -> bool:
    """Whether it stands there without a card that opens and closes."""
    return section.open == "always" and (page.layout is None or opens(section, page))
