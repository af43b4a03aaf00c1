""" "I promised": one tap makes a promise. What is promised most stands ready; own words are the last resort."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import flet as ft

from app.domain.promise import COMMON, PromiseState, list_made_in
from app.language import tr
from app.services.models import VisitPage
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.promises.last_words import use_last_words
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, group, muted, sign, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import beside, chip, wrap
from app.views.wording import promises as said

Job = Callable[[], Awaitable[None]]
Tap = Callable[[Any], Awaitable[None]]


@safe_component
def IPromised(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    """A chip that was tapped is filled; tapped again it is taken back."""
    typing, set_typing = use_value(lambda: False)
    own, set_own = use_value(lambda: "")
    held: ft.MutableRef[list[str]] = ft.use_ref(lambda: [""])
    typed = held.current or [""]
    draft, doors = page.draft, env.session.promises
    made = list_made_in(page.parts.promises, draft.id)
    standing = {one.kind: one for one in made if one.kind}

    async def tap(kind: str) -> None:
        known = standing.get(kind)
        if known is None:
            await doors.make(draft.patient_id, kind=kind, visit_id=draft.id)
        else:
            await doors.answer(draft.patient_id, known.id, PromiseState.TAKEN_BACK)

    async def keep() -> None:
        await doors.make(draft.patient_id, words=typed[0], visit_id=draft.id)
        typed[0] = ""
        set_own(lambda _old: "")
        set_typing(lambda _old: False)

    async def take_back(promise_id: str) -> None:
        await doors.answer(draft.patient_id, promise_id, PromiseState.TAKEN_BACK)

    async def run(job: Job) -> None:
        await job()
        await saving.reload(saved=True)

    acting = use_action(run)

    def cancel(_: Any) -> None:
        typed[0] = ""
        set_own(lambda _old: "")
        set_typing(lambda _old: False)

    def write(value: str) -> None:
        typed[0] = value
        set_own(lambda _old: value)

    async def flush() -> bool:
        """Before signing: what was typed is a promise too. False, with the reason shown, when it cannot be kept."""
        if typed[0].strip():
            await acting.run(keep)
        return not typed[0].strip()

    async def keep_quietly() -> None:
        """When the window locks or the page is left: nothing typed is lost."""
        words_left, typed[0] = typed[0].strip(), ""
        if words_left:
            await doors.make(draft.patient_id, words=words_left, visit_id=draft.id)

    use_last_words(env.session, saving, "promise", flush, keep_quietly)

    def door(job: Job) -> Tap:
        async def handle(_: Any) -> None:
            await acting.run(job)

        return handle

    chips: list[ft.Control] = [
        chip(f"promise-{kind}", tr(said.KINDS[kind]), kind in standing, door(partial(tap, kind)))
        for kind in COMMON
    ]
    chips.append(
        chip(
            "promise-other",
            tr(said.OTHER),
            typing,
            lambda _: set_typing(lambda old: not old),
            icon=ft.Icons.ADD,
        )
    )
    parts: list[ft.Control] = [wrap(chips)]
    for one in made:
        if not one.kind:
            parts.append(_own_line(one.id, one.words, said.made_now(one), door(partial(take_back, one.id))))
    if typing:
        parts.append(
            field(
                "promise-words",
                tr(said.OTHER_LABEL),
                own,
                write,
                on_submit=door(keep),
            )
        )
        away = buttons.plain("promise-cancel", tr(said.CANCEL), cancel)
        kept = buttons.quiet("promise-keep", tr(said.KEEP), door(keep), busy=acting.busy)
        parts.append(wrap([kept, away]))
    parts += optional_notice(acting.error, Tone.ASK)
    return group(tr(said.PROMISED), [muted(tr(said.PROMISED_HELP)), *parts], icon=ft.Icons.HANDSHAKE_OUTLINED)


def _own_line(promise_id: str, sentence: str, made: str, take_back: Tap) -> ft.Control:
    """A promise in own words, with the way to take it back."""
    told = stack([words(sentence, 16, strong=True), muted(made, 14)], spacing=0, tight=True)
    away = buttons.plain(f"promise-away-{promise_id}", tr(said.UNDO), take_back, icon=ft.Icons.UNDO)
    mark = sign(ft.Icons.CHECK, size=20, color=MUTED)
    return beside([mark, ft.Container(expand=True, content=told)], away)
