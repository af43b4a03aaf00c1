"""The visit: one scrolling page, saved as it is tapped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

import flet as ft

from app.domain.visit import Missing
from app.domain.visit_kind import is_met
from app.language import tr
from app.services.models import VisitPage
from app.services.visit_steps import NOTE
from app.views import text, theme
from app.views.env import Env
from app.views.guard import on_page, safe_component
from app.views.routes import ReadingRoute
from app.views.visit import slots
from app.views.visit.autosave import finish_typing
from app.views.visit.ending import Ending
from app.views.visit.header import Where, header
from app.views.visit.in_sight import in_sight
from app.views.visit.missing import find_place_of, find_section
from app.views.visit.note import Note
from app.views.visit.page_sections import (
    FAR,
    NEXT,
    WHO,
    draw_next,
    draw_sections,
    find_section_of,
    find_spot,
    is_bare,
    is_open,
)
from app.views.visit.phrases import spoken_phrases
from app.views.visit.saving import Saving, use_saving
from app.views.visit.section import use_opened
from app.views.visit.stars import GoTo, InTheCar, finished_here, star_line
from app.views.visit.still_there import StillThere
from app.views.widgets.base import spot, stack
from app.views.widgets.frame import apart, long_page, scrolls_whole, side_room
from app.views.widgets.kept_place import EVERY, use_kept_place
from app.views.widgets.notices import loading, notice


@safe_component
def VisitScreen(env: Env, visit_id: str) -> ft.Control:
    view, saving = use_saving(env, visit_id)
    page = ft.context.page
    scroller: ft.MutableRef[ft.ScrollableControl] = ft.use_ref(None)
    opened, turn = use_opened(env, visit_id)
    scrolled = use_kept_place(scroller, width=env.width)

    async def first_read() -> None:
        await finish_typing(env.session, visit_id)
        await saving.reload()

    ft.use_effect(on_page(page, first_read), [])

    async def go_to(what: Missing) -> None:
        if view.page is None:
            return
        section = find_section(what, view.page.draft, view.page.layout)
        found = None if section is None else find_section_of(section)
        if found is not None and not is_open(found, view.page, opened):
            turn(found.id, True)
        if scroller.current is not None:
            place = find_place_of(what, section, view.page.layout)
            await scroller.current.scroll_to(scroll_key=place, duration=0 if theme.is_calm() else 300)

    async def go_to_section(section_id: str) -> None:
        section = find_section_of(section_id)
        if view.page is None or scroller.current is None:
            return
        place = section_id
        if section is not None and section_id != NOTE:
            bare = section_id in (WHO, NEXT) or is_bare(section, view.page)
            if not bare and not is_open(section, view.page, opened):
                turn(section_id, True)
            place = find_spot(section, view.page)
        await scroller.current.scroll_to(scroll_key=place, duration=300)

    async def undo(_: Any) -> None:
        await saving.undo()

    if view.page is None:
        return notice(view.problem) if view.problem else loading()
    draft = view.page.draft
    kind = view.page.layout.kind if view.page.layout is not None else None
    room = side_room(env.width, narrow=env.narrow)
    far = partial(apart, more=FAR)
    # What comes and goes has a key: without one Flet takes all that stands below it for what stood there before.
    car = ft.Container(key="in-the-car", content=InTheCar(view.page, saving, go_to_section))
    parts = [
        *([far(car)] if draft.stars else []),
        *map(far, slots.fill(slots.OPENING, env, view.page, saving)),
        far(Where(kind, draft.modality, draft.setting, env.narrow, saving)),
        *draw_sections(env, view.page, saving, opened, turn),
        *map(far, slots.fill(slots.WORRY, env, view.page, saving)),
        *map(far, slots.fill(slots.PROMISE, env, view.page, saving)),
        far(
            ft.Container(
                key=spot("note"),
                content=stack(
                    [
                        star_line(NOTE, tr(text.NOTE), view.page, saving),
                        Note(env.session, saving, draft.note, spoken_phrases(view.page.phrases, NOTE)),
                        *finished_here(NOTE, view.page, saving),
                    ],
                    spacing=theme.S2,
                ),
            )
        ),
        *map(far, slots.fill(slots.AFTER_NOTE, env, view.page, saving)),
        *map(far, draw_next(env, view.page, saving, opened, turn)),
        *map(far, slots.fill(slots.BEFORE_SIGNING, env, view.page, saving)),
        far(ft.Container(key=spot("ending"), content=_ending(env, view.page, saving, go_to, go_to_section))),
        ft.Container(height=theme.S6 + theme.S2),
    ]
    head = [
        header(view, view.page, env.narrow, env.back, undo),
        StillThere(env, view.page),
        *slots.fill(slots.TOP, env, view.page, saving),
    ]
    if scrolls_whole(narrow=env.narrow):
        parts = [ft.Container(key="head", content=stack(head, spacing=theme.S2)), *parts]
        head = [in_sight(view.page, view.problem)]
    scroller.current = column = long_page(parts, theme.S2, scrolled, EVERY)
    return ft.Column(
        [
            *head,
            ft.Container(
                key="page",  # the head above it comes and goes when a device with large text is turned
                expand=True,
                padding=ft.Padding.symmetric(horizontal=room),
                content=column,
            ),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _ending(
    env: Env,
    page: VisitPage,
    saving: Saving,
    go_to: Callable[[Missing], Awaitable[None]],
    go_to_section: GoTo,
) -> ft.Control:
    visits, visit_id = saving.visits, saving.visit_id

    async def leave() -> None:
        await saving.flush()  # a note that cannot be saved must not keep the end from being recorded
        await saving.commit(lambda: visits.leave(visit_id))

    async def undo() -> None:
        await saving.commit(lambda: visits.undo_leave(visit_id))

    async def put_times(began_at: datetime, left_at: datetime, paper: bool) -> bool:
        return await saving.commit(lambda: visits.set_times(visit_id, began_at, left_at, from_paper=paper))

    async def sign() -> None:
        if not await saving.flush():
            return
        async with saving.turn:
            await visits.sign(visit_id)
        if is_met(page.draft.answers):
            env.swap(ReadingRoute(visit_id))
        else:  # there is nothing to read
            env.back()

    async def discard() -> None:
        if not await saving.flush():
            return
        async with saving.turn:
            dropped = await visits.discard(visit_id)
        if dropped:
            env.back()
        else:
            await saving.reload()

    return Ending(page, leave, undo, put_times, sign, discard, saving, go_to, go_to_section)
