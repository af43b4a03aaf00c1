"""The visit: one scrolling page, saved as it is tapped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

import flet as ft

from app.content import Section, load_sections
from app.domain.visit import AnsweredBy, Missing, Modality, Setting
from app.services.models import VisitPage
from app.views import text, theme
from app.views.env import Env
from app.views.forms.shown import is_section_here
from app.views.guard import on_page, safe_component
from app.views.routes import ReadingRoute
from app.views.stays.section import opens_by_itself
from app.views.visit import slots
from app.views.visit.autosave import finish_typing
from app.views.visit.ending import Ending
from app.views.visit.header import Where, header
from app.views.visit.missing import SCROLL_TO, find_section
from app.views.visit.note import Note
from app.views.visit.saving import Saving, use_saving
from app.views.visit.section import count_in, draw_inside, open_section, section_card, use_opened
from app.views.visit.still_there import StillThere
from app.views.widgets.base import group, spot, stack
from app.views.widgets.notices import loading, notice
from app.views.widgets.options import chip, wrap

WHO = "who"
"""The section that holds "Who answered?"."""


@safe_component
def VisitScreen(env: Env, visit_id: str) -> ft.Control:
    view, saving = use_saving(env, visit_id)
    page = ft.context.page
    scroller: ft.MutableRef[ft.Column] = ft.use_ref(None)
    opened, turn = use_opened(env, visit_id)

    async def first_read() -> None:
        await finish_typing(env.session, visit_id)
        await saving.reload()

    ft.use_effect(on_page(page, first_read), [])
    visits = env.session.visits

    async def save_note(value: str) -> bool:
        return await saving.commit(lambda: visits.set_note(visit_id, value))

    async def save_where(modality: Modality, setting: Setting) -> bool:
        return await saving.commit(lambda: visits.set_where(visit_id, modality, setting))

    async def go_to(what: Missing) -> None:
        if view.page is None:
            return
        section = find_section(what, view.page.draft)
        if section is not None and not is_open(section, view.page, opened):
            turn(section)
        if scroller.current is not None:
            place = SCROLL_TO[what] if section is None else f"section-{section}"
            await scroller.current.scroll_to(scroll_key=place, duration=300)

    if view.page is None:
        return notice(view.problem) if view.problem else loading()
    draft = view.page.draft
    room = 48 if env.width >= 1000 else 16 if env.narrow else 24
    column = ft.Column(
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=theme.S4,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Container(height=1),
            Where(draft.modality, draft.setting, env.narrow, save_where),
            *_sections(env, view.page, saving, opened, turn),
            *slots.fill(slots.WORRY, env, view.page, saving),
            ft.Container(
                key=spot("note"),
                content=Note(
                    visit_id,
                    draft.note,
                    save_note,
                    lambda value: visits.set_note(visit_id, value),
                    env.session,
                    saving.flushers,
                ),
            ),
            *slots.fill(slots.AFTER_NOTE, env, view.page, saving),
            *slots.fill(slots.BEFORE_SIGNING, env, view.page, saving),
            ft.Container(key=spot("ending"), content=_ending(env, view.page, saving, go_to)),
            ft.Container(height=theme.S6),
        ],
    )
    scroller.current = column
    return ft.Column(
        [
            header(view, view.page, env.narrow, env.back),
            StillThere(env, view.page),
            *slots.fill(slots.TOP, env, view.page, saving),
            ft.Container(expand=True, padding=ft.Padding.symmetric(horizontal=room), content=column),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _ending(
    env: Env, page: VisitPage, saving: Saving, go_to: Callable[[Missing], Awaitable[None]]
) -> ft.Control:
    visits, visit_id = saving.visits, saving.visit_id

    async def leave() -> None:
        await saving.flush()  # a note that cannot be saved must not keep the end from being recorded
        await saving.commit(lambda: visits.leave(visit_id))

    async def undo() -> None:
        await saving.commit(lambda: visits.undo_leave(visit_id))

    async def put_times(began_at: datetime, left_at: datetime) -> bool:
        return await saving.commit(lambda: visits.set_times(visit_id, began_at, left_at))

    async def sign() -> None:
        if not await saving.flush():
            return
        async with saving.turn:
            await visits.sign(visit_id)
        env.swap(ReadingRoute(visit_id))

    async def discard() -> None:
        if not await saving.flush():
            return
        async with saving.turn:
            dropped = await visits.discard(visit_id)
        if dropped:
            env.back()
        else:
            await saving.reload()

    return Ending(page, leave, undo, put_times, sign, discard, go_to)


def is_open(section_id: str, page: VisitPage, turned: frozenset[str]) -> bool:
    """`turned` are the sections that were tapped: closed ones opened, those open by themselves closed."""
    return (section_id in turned) != (section_id in opens_by_itself(page))


def _sections(
    env: Env, page: VisitPage, saving: Saving, opened: frozenset[str], turn: Callable[[str], None]
) -> list[ft.Control]:
    """In the order of the content; a section that does not belong to such a visit is left out unless answered."""
    parts: list[ft.Control] = []
    closed: list[ft.Control] = []
    """Those that stand in a row, close together."""
    draft = page.draft
    for section in load_sections():
        if not is_section_here(section, draft.modality, draft.setting, count_in(section, page)):
            continue
        if section.id != WHO and section.open != "always":
            made = section_card(section, env, page, saving, is_open(section.id, page, opened), turn)
            closed.append(ft.Container(key=spot(f"section-{section.id}"), content=made))
            continue
        if closed:
            parts.append(stack(closed, spacing=theme.S2))
            closed = []
        if section.id == WHO:
            parts.append(_who(section, env, page, saving))
        else:
            inside = open_section(section, env, page, saving)
            parts.append(ft.Container(key=spot(section.id), content=inside))
    return [*parts, *([stack(closed, spacing=theme.S2)] if closed else [])]


def _who(section: Section, env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    async def tap(by: AnsweredBy, _: Any) -> None:
        await saving.commit(lambda: saving.visits.set_answered_by(saving.visit_id, by))

    chosen = page.draft.answered_by
    choices = [
        chip(f"visit-answered-{by.value}", text.ANSWERED_BY[by], chosen is by, partial(tap, by))
        for by in AnsweredBy
    ]
    inside = draw_inside(section, env, page, saving)
    return ft.Container(key=spot("answered-by"), content=group(text.WHO_ANSWERED, [wrap(choices), *inside]))
