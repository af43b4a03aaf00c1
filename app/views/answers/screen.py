"""The whole window while somebody else than the nurse answers: these questions, and nothing of the record.

The nurse's screens are not below it but gone: nothing of them is on this page for a finger, a key or a screen reader.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.content.spoken import load
from app.language import speak, tr
from app.services.handing_over import Handed
from app.views import theme
from app.views.answers.one_by_one import OneByOne
from app.views.answers.questions import question
from app.views.answers.take_back import TakeBack
from app.views.env import Env
from app.views.forms.form import instruction_of, official_only, owner_line
from app.views.forms.hand_over import get_questions
from app.views.guard import keyed, on_page, safe_component
from app.views.hooks import use_action, use_value
from app.views.ports import OpenSession
from app.views.visit.autosave import finish_typing
from app.views.visit.saving import Saving, VisitView, use_saving
from app.views.widgets import buttons
from app.views.widgets.base import card, heading, is_cramped, stack, words
from app.views.widgets.notices import Tone, notice
from app.views.wording import answers as said

WIDE = 820.0
"""Most logical pixels that a question is wide."""
ROOMY = 720
"""Logical pixels of a window from which six numbers stand side by side at any size of text."""


def _nowhere(_: Any = None) -> None:
    """There is no other place to go to."""


async def _no_address(_: str) -> None:
    """Nothing is opened outside the app."""


@safe_component
def PatientAnswers(session: OpenSession, handed: Handed, width: float) -> ft.Control:
    asking, set_asking = use_value(lambda: False)
    env = Env(
        session=session,
        go=_nowhere,
        swap=_nowhere,
        back=_nowhere,
        open_url=_no_address,
        look=theme.dress_of(ft.context.page).look,
        set_look=_nowhere,
        narrow=width / theme.scale() < theme.NARROW,
        width=width / theme.scale(),
    )

    def ask() -> None:
        set_asking(lambda _: True)

    def stay() -> None:
        set_asking(lambda _: False)

    # The way back is for the nurse, in her own language; all else speaks to the person who answers.
    speak(env.look.language if asking else handed.language or env.look.language)
    if asking:
        inside = ft.Container(
            content=card(TakeBack(session, handed.kind, stay), padding=20), width=theme.px(520)
        )
        return _page([inside], env, width)
    if handed.finished:
        return _page(_thanks(session, ask), env, width)
    return keyed("questions", Questions, env, handed, ask)


@safe_component
def Questions(env: Env, handed: Handed, ask: Callable[[], None]) -> ft.Control:
    view, saving = use_saving(env, handed.visit_id)

    async def first_read() -> None:
        await finish_typing(env.session, handed.visit_id)
        await saving.reload()

    ft.use_effect(on_page(ft.context.page, first_read), [])

    async def finish(_: Any) -> None:
        if not await saving.flush():
            return
        async with saving.turn:  # the last answer may still be on its way to the disk
            kept = saving.view.problem is None
        if kept:
            env.session.handover.finish()

    finishing = use_action(finish)
    instrument = load().get(handed.instrument_id)
    wrong = view.problem is not None or finishing.error is not None
    trouble = [notice(tr(said.NOT_KEPT), Tone.WRONG)] if wrong else []
    if instrument is not None and instrument.voice is not None and view.page is not None:
        items = tuple(get_questions(instrument, view.page, handed.left_out, whole=handed.whole))
        held = {one.link_id: view.page.draft.answers.get(one.link_id) for one in items}
        wide, nurse = theme.px(env.width) >= ROOMY, _nurse_apart(ask)
        acts = (saving, finishing.run, finishing.busy)
        one = keyed("one-by-one", OneByOne, items, held, *acts, env.narrow, wide, trouble, nurse)
        return ft.Column(
            [_column(one, env, theme.px(env.width), expand=True)],
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        )
    parts = [*_questions(view, saving, handed, env.narrow), *trouble]
    parts.append(buttons.primary("answers-done", tr(said.FINISH), finishing.run, busy=finishing.busy))
    if instrument is not None:
        parts += [*official_only(instrument), *owner_line(instrument)]
    parts.append(_nurse_apart(ask))
    return _page([stack(parts, spacing=theme.S4)], env, theme.px(env.width), start=True)


def _questions(view: VisitView, saving: Saving, handed: Handed, narrow: bool) -> list[ft.Control]:
    instrument = load().get(handed.instrument_id)
    if view.page is None or instrument is None:
        return []
    draft = view.page.draft
    items = get_questions(instrument, view.page, handed.left_out, whole=handed.whole)
    return [
        heading(instrument.name, 20 if narrow else 22),
        *([words(line, 18)] if (line := instruction_of(instrument)) else []),
        *[
            question(
                item,
                draft.answers.get(item.link_id),
                draft.unfinished.get(item.link_id, ""),
                instrument,
                narrow,
                saving,
            )
            for item in items
        ],
    ]


def _thanks(session: OpenSession, ask: Callable[[], None]) -> list[ft.Control]:
    def on_with_it(_: Any) -> None:
        session.handover.finish(False)

    sentence = ft.Semantics(
        identifier="answers-thanks",
        container=True,
        live_region=True,
        content=ft.Column(
            [
                words(tr(said.THANKS), 34, strong=True, align=ft.TextAlign.CENTER),
                words(tr(said.GIVE_BACK), 22, align=ft.TextAlign.CENTER),
            ],
            spacing=theme.S3,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )
    return [
        sentence,
        ft.Container(height=theme.S6),
        buttons.plain("answers-again", tr(said.ON_WITH_IT), on_with_it),
        _nurse(ask),
    ]


def _nurse(ask: Callable[[], None]) -> ft.Control:
    return buttons.quiet("answers-nurse", tr(said.FOR_NURSE), lambda _: ask(), icon=ft.Icons.LOCK_OUTLINE)


def _nurse_apart(ask: Callable[[], None]) -> ft.Control:
    """At the far end, away from what the person taps; large words on a phone take the whole line."""
    at = ft.CrossAxisAlignment.STRETCH if is_cramped() else ft.CrossAxisAlignment.END
    return ft.Column([_nurse(ask)], tight=True, horizontal_alignment=at)


def _page(parts: list[ft.Control], env: Env, width: float, *, start: bool = False) -> ft.Control:
    """One calm column, in the middle of a tablet, as wide as a phone."""
    return ft.Column(
        [_column(parts[0] if start else _middle(parts), env, width)],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        alignment=ft.MainAxisAlignment.START if start else ft.MainAxisAlignment.CENTER,
    )


def _column(content: ft.Control, env: Env, width: float, *, expand: bool = False) -> ft.Control:
    """As wide as a question may be. `expand`: as high as the window, and it scrolls by itself."""
    side = theme.S3 if env.narrow else theme.S6
    edge = theme.S3 if expand and env.narrow else theme.S6
    return ft.Container(
        width=min(width - 2 * side, theme.px(WIDE)),
        padding=ft.Padding.symmetric(vertical=edge),
        content=content,
        expand=expand,
    )


def _middle(parts: list[ft.Control]) -> ft.Control:
    return ft.Column(parts, spacing=theme.S4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER)
