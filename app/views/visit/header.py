"""Top of the visit page, always in sight: who, since when, where and how, and the mark that is true."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.domain.undo import Step
from app.domain.visit import Modality, Setting
from app.domain.visit_kind import VisitKind
from app.language import tr
from app.services.models import VisitPage
from app.views import say, text, theme
from app.views.conversation.strip import says_more, visit_rest, visit_status, visit_strip
from app.views.env import now
from app.views.guard import memo, safe_component
from app.views.visit.facts import Facts, has_more
from app.views.visit.in_sight import allergy_mark
from app.views.visit.kinds import kind_chips
from app.views.visit.saving import Saving, VisitView
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, STACKED, card, group, heading, muted, sign, stack, words
from app.views.widgets.frame import scrolls_whole
from app.views.widgets.notices import Tone, notice
from app.views.widgets.options import aside
from app.views.widgets.where import where_choices
from app.views.wording import bedside
from app.views.wording import visit as said

Undo = Callable[[Any], Awaitable[None]]
SMALL, SIGNS = 15, 100
"""Of the line below the name on a phone: size of its letters, and the room for signs, gaps and edges, in pixels."""
ROOMY = 100.0
"""Any width: with larger text it grows."""


def saved_mark(view: VisitView) -> ft.Control:
    """ "Saved 10:43:05" is the time after the last commit, never a hope."""
    if view.saved_at is None:
        return muted(tr(text.NOTHING_SAVED_YET), 14)
    return ft.Semantics(
        identifier="visit-saved",
        container=True,
        live_region=True,
        content=ft.Row(
            [
                sign(ft.Icons.CHECK, size=18, color=ft.Colors.PRIMARY),
                words(say.saved(view.saved_at), 15, strong=True, color=ft.Colors.PRIMARY),
            ],
            wrap=True,
            spacing=4,
            run_spacing=0,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )


def _line(view: VisitView, page: VisitPage) -> ft.Control:
    """Since when; for as long as nothing else was done, what was just taken back stands in its place."""
    if view.taken_back is None:
        return words(say.began(page.draft.began_at, now()), 15, color=MUTED)
    said_now = words(bedside.taken_back(view.taken_back), 15, strong=True)
    return ft.Semantics(container=True, live_region=True, content=said_now)


def _small_line(view: VisitView, page: VisitPage, undo: Undo, *before: ft.Control) -> ft.Control:
    """On a phone: in one line while the text has its usual size, so that nothing jumps below a finger."""
    undoing = undo_button(page.undo, undo, short=True)
    # Before the first answer of this window nothing is to be said of saving, which is the widest of the line.
    line, ends = (
        _line(view, page),
        [*undoing, *([] if undoing and view.saved_at is None else [saved_mark(view)])],
    )
    if theme.px(ROOMY) > ROOMY and view.saved_at is None and not undoing:
        since = ft.Row([*before, line], wrap=True, spacing=theme.S2, run_spacing=theme.S1)
        return stack([since, *ends], spacing=theme.S1, tight=True)  # two sentences, each in its own line
    if theme.px(ROOMY) > ROOMY:
        return ft.Row([*before, line, *ends], wrap=True, spacing=theme.S2, run_spacing=theme.S1)
    as_high = ft.Container(height=theme.TOUCH)  # as with a button in it, which comes and goes
    shown = line if not undoing or _fits(view, page) else ft.Container()
    return ft.Row([ft.Container(expand=True, content=shown), *ends, as_high], spacing=theme.S2)


def _fits(view: VisitView, page: VisitPage) -> bool:
    """Whether since when has room beside the way back and the mark; what was taken back is said in any case."""
    if view.taken_back is not None or view.saved_at is None:
        return True
    told = (say.began(page.draft.began_at, now()), tr(bedside.UNDO), say.saved(view.saved_at))
    return sum(map(len, told)) * SMALL * theme.LETTER + SIGNS <= theme.window_width()


def undo_button(step: Step | None, undo: Undo, *, short: bool) -> list[ft.Control]:
    """One tap takes the last step back; which one it says, to a screen reader in any case."""
    if step is None:
        return []
    label = tr(bedside.UNDO) if short else bedside.undo(step)
    return [aside("visit-undo", label, undo, icon=ft.Icons.UNDO, said=bedside.undo_said(step))]


def header(
    view: VisitView, page: VisitPage, narrow: bool, back: Callable[[], None], undo: Undo
) -> ft.Control:
    """The head of the page; it does not scroll, except where large words would leave no room below it."""
    at = now()
    tight = scrolls_whole(narrow=narrow)
    name = [] if tight else [heading(page.patient.display_name, 20 if narrow else 24)]
    age = muted(say.age_line(page.patient, at.date()), 14 if narrow else 15)
    who = stack([*name, age], spacing=0, tight=True)
    when = ft.Column(
        [_line(view, page), saved_mark(view)],
        spacing=2,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.END,
    )
    way_back = buttons.icon_only("visit-back", ft.Icons.ARROW_BACK, tr(text.BACK), lambda _: back())
    if tight:  # the name stands in the line that does not scroll, and beside the arrow is no room
        inside: ft.Control = stack([_small_line(view, page, undo, way_back), who], spacing=4, tight=True)
    elif narrow:
        inside = stack(
            [
                ft.Row([way_back, ft.Container(expand=True, content=who)], spacing=theme.S2),
                _small_line(view, page, undo),
            ],
            spacing=4,
            tight=True,
        )
    else:
        taking_back = undo_button(page.undo, undo, short=False)
        inside = ft.Row(
            [way_back, ft.Container(expand=True, content=who), *taking_back, when], spacing=theme.S3
        )
    parts: list[ft.Control] = [inside]
    if narrow and not tight and has_more(page):
        parts.append(ft.Container(key="visit-facts", content=Facts(page)))
    elif not tight:
        both = [visit_strip(page), allergy_mark(page, 15)]
        parts.append(ft.Row(both, wrap=True, spacing=theme.S4, run_spacing=theme.S1))
    elif says_more(visit_status(page)):  # than the line that does not scroll, where both stand
        parts.append(visit_rest(page))
    if view.problem is not None and not tight:
        parts.append(notice(f"{tr(text.NOT_SAVED)} {view.problem}", Tone.WRONG))
    inside = stack(parts, spacing=theme.S1 if tight else theme.S2, tight=True)
    if (
        tight
    ):  # it scrolls among the cards of the page: a ground of its own would stand askew under the line above
        return ft.Container(padding=ft.Padding.symmetric(vertical=theme.S2), content=inside)
    return ft.Container(
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        border=ft.Border(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
        padding=ft.Padding.symmetric(horizontal=theme.S3, vertical=theme.S2),
        content=inside,
    )


@safe_component
def _where(
    kind: VisitKind | None, modality: Modality, setting: Setting, narrow: bool, saving: Saving
) -> ft.Control:
    """What kind, where and how, in one line; "Change" opens the choices in place."""
    visits, visit_id = saving.visits, saving.visit_id
    mending, set_mending = ft.use_state(False)
    page = ft.context.page

    def turn(_: Any) -> None:
        set_mending(lambda old: not old)

    def save(modality: Modality, setting: Setting) -> None:
        _run(page, lambda: saving.commit(lambda: visits.set_where(visit_id, modality, setting)))

    def save_kind(kind: VisitKind) -> None:
        _run(page, lambda: saving.commit(lambda: visits.set_kind(visit_id, kind)))

    shown = said.kind_and_where(kind, modality, setting)
    told: list[ft.Control] = [
        sign(ft.Icons.PLACE_OUTLINED, color=MUTED, size=22),
        ft.Container(expand=True, content=words(shown, 17, strong=True)),
    ]
    change = buttons.plain("visit-where-change", tr(text.DONE) if mending else tr(text.CHANGE), turn)
    line: ft.Control = ft.Row([*told, change], spacing=theme.S3)
    if narrow and theme.scale() >= STACKED:
        line = stack([ft.Row(told, spacing=theme.S3), ft.Row([change], wrap=True)], spacing=0, tight=True)
    if not mending:
        return card(line, padding=theme.S3)
    kinds: list[ft.Control] = []
    if kind is not None:
        chips = kind_chips("visit", kind, save_kind, not_seen=True)
        kinds.append(group(tr(said.KIND_OF_VISIT), [chips]))
    choices = where_choices(
        "visit-where",
        modality,
        setting,
        lambda value: save(value, setting),
        lambda value: save(modality, value),
    )
    return card(stack([line, *kinds, *choices], spacing=theme.S4), padding=theme.S3)


Where = memo(_where)


def _run(page: ft.Page, work: Callable[[], Awaitable[bool]]) -> None:
    async def go() -> None:
        await work()

    page.run_task(go)
