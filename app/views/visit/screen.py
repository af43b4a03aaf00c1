"""The visit: one scrolling page, saved as it is tapped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any, cast

import flet as ft

from app.content import load
from app.domain.visit import Absent, AnsweredBy, Missing, Modality, Setting
from app.services.models import VisitPage
from app.views import say, text, theme
from app.views.env import Env, now
from app.views.guard import keyed, on_page, safe_component
from app.views.routes import ReadingRoute
from app.views.visit.autosave import Flushers, finish_typing
from app.views.visit.ending import Ending
from app.views.visit.esas import EsasRow, split_anchors
from app.views.visit.header import Where, header
from app.views.visit.note import Note
from app.views.visit.other import OtherProblem
from app.views.visit.saving import use_saving
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, words
from app.views.widgets.notices import loading, notice

SCROLL_TO = {
    Missing.ANSWERED_BY: "answered-by",
    Missing.FINDING: "symptoms",
    Missing.OTHER_NUMBER: "other-problem",
    Missing.NOTE_TOO_LONG: "note",
    Missing.END: "ending",
    Missing.TIMES: "ending",
}


def spot(name: str) -> ft.ScrollKey:
    """A place on the page that can be scrolled to."""
    return ft.ScrollKey(value=name)  # type: ignore[call-arg]  # a dataclass field that flet's stub hides


@safe_component
def VisitScreen(env: Env, visit_id: str) -> ft.Control:
    saving = use_saving(env, visit_id)
    page = ft.context.page
    fields: ft.MutableRef[Flushers] = ft.use_ref(dict)
    flushers = cast("Flushers", fields.current)
    scroller: ft.MutableRef[ft.Column] = ft.use_ref(None)

    async def first_read() -> None:
        await finish_typing(env.session, visit_id)
        await saving.reload()

    ft.use_effect(on_page(page, first_read), [])
    visits = env.session.visits
    keeper = saving.keeper

    async def picked(link_id: str, tapped: int | Absent) -> None:
        if keeper.is_trembling(link_id, tapped):
            return

        async def write() -> None:
            draft_page = keeper.view.page
            answer = draft_page.draft.answers.get(link_id) if draft_page else None
            if answer is not None and tapped == (answer.value if answer.absent is None else answer.absent):
                await visits.clear(visit_id, link_id)
            elif isinstance(tapped, Absent):
                await visits.answer(visit_id, link_id, absent=tapped)
            else:
                await visits.answer(visit_id, link_id, value=tapped)

        await saving.commit(write)

    pick = ft.use_callback(picked, [])

    other = load()["esas-r"].get_item("esas-other")

    async def put_other(given: int | Absent | None, name: Callable[[], str]) -> bool:
        async def write() -> None:
            if given is None:
                await visits.clear(visit_id, other.link_id)
            elif isinstance(given, Absent):
                await visits.answer(visit_id, other.link_id, absent=given, name=name())
            else:
                await visits.answer(visit_id, other.link_id, value=given, name=name())

        if given is None and keeper.is_trembling(other.link_id, given):
            return False
        return await saving.commit(write)

    async def save_name(value: str) -> bool:
        return await saving.commit(lambda: visits.set_other_name(visit_id, value))

    async def save_note(value: str) -> bool:
        return await saving.commit(lambda: visits.set_note(visit_id, value))

    async def answered(by: AnsweredBy) -> None:
        await saving.commit(lambda: visits.set_answered_by(visit_id, by))

    async def save_where(modality: Modality, setting: Setting) -> bool:
        return await saving.commit(lambda: visits.set_where(visit_id, modality, setting))

    async def flush() -> bool:
        """Whether all that was typed is on the disk; if not, the head of the page says why."""
        return all([await one() for one in list(flushers.values())])

    async def leave() -> None:
        await flush()  # a note that cannot be saved must not keep the end from being recorded
        await saving.commit(lambda: visits.leave(visit_id))

    async def undo() -> None:
        await saving.commit(lambda: visits.undo_leave(visit_id))

    async def put_times(began_at: datetime, left_at: datetime) -> bool:
        return await saving.commit(lambda: visits.set_times(visit_id, began_at, left_at))

    async def sign() -> None:
        if not await flush():
            return
        async with keeper.turn:
            await visits.sign(visit_id)
        env.swap(ReadingRoute(visit_id))

    async def discard() -> None:
        if not await flush():
            return
        async with keeper.turn:
            dropped = await visits.discard(visit_id)
        if dropped:
            env.back()
        else:
            await saving.reload()

    async def go_to(what: Missing) -> None:
        if scroller.current is not None:
            await scroller.current.scroll_to(scroll_key=SCROLL_TO[what], duration=300)

    view = saving.view
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
            _answered_by(draft.answered_by, answered),
            _symptoms(env, view.page, pick),
            ft.Container(
                key=spot("other-problem"),
                content=OtherProblem(
                    visit_id,
                    other,
                    draft.answers.get(other.link_id),
                    draft.unfinished.get(other.link_id, ""),
                    _last(view.page, other.link_id),
                    env.narrow,
                    put_other,
                    save_name,
                    lambda value: visits.set_other_name(visit_id, value),
                    env.session,
                    flushers,
                ),
            ),
            muted(load()["esas-r"].attribution, 13),
            ft.Container(
                key=spot("note"),
                content=Note(
                    visit_id,
                    draft.note,
                    save_note,
                    lambda value: visits.set_note(visit_id, value),
                    env.session,
                    flushers,
                ),
            ),
            ft.Container(
                key=spot("ending"),
                content=Ending(view.page, leave, undo, put_times, sign, discard, go_to),
            ),
            ft.Container(height=theme.S6),
        ],
    )
    scroller.current = column
    return ft.Column(
        [
            header(view, view.page, env.narrow, env.back),
            ft.Container(expand=True, padding=ft.Padding.symmetric(horizontal=room), content=column),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _answered_by(chosen: AnsweredBy | None, answered: Callable[[AnsweredBy], Awaitable[None]]) -> ft.Control:
    async def tap(by: AnsweredBy, _: Any) -> None:
        await answered(by)

    choices = [
        buttons.choice(f"visit-answered-{by.value}", text.ANSWERED_BY[by], chosen is by, partial(tap, by))
        for by in AnsweredBy
    ]
    row = ft.Row(choices, wrap=True, spacing=theme.S2, run_spacing=theme.S2)
    return ft.Container(key=spot("answered-by"), content=group(text.WHO_ANSWERED, [row]))


def _symptoms(env: Env, page: VisitPage, pick: Callable[[str, int | Absent], Awaitable[None]]) -> ft.Control:
    instrument = load()["esas-r"]
    rows: list[ft.Control] = [words(instrument.instruction, 16)]
    for item in instrument.items:
        if item.named:
            continue
        answer = page.draft.answers.get(item.link_id)
        low, high = split_anchors(item)
        rows.append(
            keyed(
                item.link_id,
                EsasRow,
                item.link_id,
                item.text,
                item.name,
                low,
                high,
                answer.value if answer else None,
                answer.absent if answer else None,
                _last(page, item.link_id),
                env.narrow,
                pick,
            )
        )
    return ft.Container(key=spot("symptoms"), content=group(instrument.name, rows))


def _last(page: VisitPage, link_id: str) -> str:
    answer = page.last_values.get(link_id)
    value, absent = (answer.value, answer.absent) if answer else (None, None)
    return say.last_value(value, absent, page.last_visit_at, now())
