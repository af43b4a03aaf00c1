"""Record a death: one page of taps, kept as it is tapped, recorded with the last one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import flet as ft

from app.domain.death import (
    CALLS,
    CONTACT,
    DISPOSED,
    LONGEST_WORDS,
    ME,
    NAMED,
    QUESTIONS,
    TOLD_BY,
    WITNESS,
    DeathDraft,
    Question,
)
from app.language import tr
from app.services.death_models import DeathPage
from app.store.changes import Topic
from app.views import text, theme
from app.views.death.when import When
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.routes import NewVisitRoute, TodayRoute
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, loading, notice, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import death as said

TOPICS = frozenset({Topic.SIGN_IN})
"""What is read is read once: a commit elsewhere must not take away what was tapped."""
UNWITNESSED = frozenset({"not-yet", "none-there"})


@safe_component
def DeathScreen(env: Env, patient_id: str) -> ft.Control:
    async def read() -> DeathPage:
        return await env.session.deaths.page(patient_id)

    loaded, _ = use_load(read, env.session.hub, TOPICS, patient_id)
    back = buttons.back("death-back", tr(text.BACK), lambda _: env.back())
    page = loaded.value
    if page is None:
        inside = [*optional_notice(loaded.error)] or [loading()]
        return screen(tr(said.RECORD), inside, narrow=env.narrow, lead=back)
    return screen(tr(said.RECORD), [keyed(patient_id, Form, env, page)], narrow=env.narrow, lead=back)


@dataclass(slots=True)
class _Held:
    """What was tapped last, and whether the store has it."""

    draft: DeathDraft
    kept: bool = True


@safe_component
def Form(env: Env, page: DeathPage) -> ft.Control:
    draft, show = use_value(lambda: page.draft)
    typing, set_typing = use_value(lambda: bool(page.draft.words))
    box: ft.MutableRef[_Held] = ft.use_ref(lambda: _Held(page.draft))
    held = box.current or _Held(page.draft)

    async def keep(_: Any) -> None:
        while not held.kept:
            held.kept = True
            await env.session.deaths.keep(page.patient_id, held.draft)

    keeping = use_action(keep)

    async def put(change: Callable[[DeathDraft], DeathDraft]) -> None:
        held.draft, held.kept = change(held.draft), False
        show(lambda _old: held.draft)
        await keeping.run(None)

    async def record(_: Any) -> None:
        await env.session.deaths.record(page.patient_id, held.draft)
        if env.is_supervisor:
            env.back()
        else:
            env.go(TodayRoute())

    recording = use_action(record)

    async def tap(code: str, value: str, _: Any) -> None:
        await put(lambda old: old.chose(code, value))

    def write(value: str) -> None:
        held.draft, held.kept = replace(held.draft, words=value[:LONGEST_WORDS]), False
        show(lambda _old: held.draft)

    parts: list[ft.Control] = [
        notice(tr(said.NO_HURRY), Tone.CALM),
        words(page.name, 20, strong=True),
        muted(tr(said.STANDS) if page.part.death is not None else tr(said.ALL_OPTIONAL), 15),
    ]
    for question in QUESTIONS:
        if question.code == WITNESS and not is_witnessed(draft):
            continue
        parts.append(_ask(page, question, draft, tap))
        if question.code == DISPOSED:
            count = buttons.plain(
                "death-count",
                tr(said.COUNT_MEDICINES),
                lambda _: env.go(NewVisitRoute(page.patient_id)),
                icon=ft.Icons.MEDICATION_OUTLINED,
            )
            parts.append(ft.Row([count], wrap=True))
        if question.code == TOLD_BY:
            parts.append(keyed("when", When, draft, put))
    if typing:
        parts.append(field("death-words", tr(said.WORDS), draft.words, write, on_blur=keeping.run, lines=2))
    else:
        more = buttons.plain(
            "death-write",
            tr(said.WRITE),
            lambda _: set_typing(lambda _old: True),
            icon=ft.Icons.EDIT_OUTLINED,
        )
        parts.append(ft.Row([more], wrap=True))
    corrects = page.part.death is not None
    last = buttons.primary(
        "death-record",
        tr(said.KEEP_CHANGES) if corrects else tr(said.KEEP),
        recording.run,
        busy=recording.busy,
    )
    parts += [
        *optional_notice(keeping.error, Tone.ASK),
        *optional_notice(recording.error, Tone.ASK),
        muted(tr(said.KEEP_HELP), 15),
        ft.Row([last], wrap=True),
        muted(tr(said.KEPT_HERE), 14),
        ft.Container(height=theme.S6),
    ]
    return stack(parts, spacing=theme.S4)


def is_witnessed(draft: DeathDraft) -> bool:
    """Whether somebody took care of the medicines: only then anybody could have witnessed it."""
    given = draft.answers.get(DISPOSED, ())
    return bool(given) and not UNWITNESSED.intersection(given)


def _ask(page: DeathPage, question: Question, draft: DeathDraft, tap: Callable[..., Any]) -> ft.Control:
    given = draft.answers.get(question.code, ())
    named = page.people if question.names else ()
    if question.code == CALLS:
        named = tuple(NAMED + one for one in page.calls)
    kept = [one for one in given if one.startswith(NAMED) and one not in named]
    options = [one for one in question.options if one != ME or question.code in page.may]
    values = [*named, *kept, *options]
    chips = [
        chip(
            f"death-{question.code}-{_name(number, value)}",
            said.answer(question.code, value),
            value in given,
            partial(tap, question.code, value),
            many=question.many,
        )
        for number, value in enumerate(values, start=1)
    ]
    head = [muted(tr(said.CONTACT_HELP), 15)] if question.code == CONTACT and named else []
    return group(tr(question.text), [*head, wrap(chips)])


def _name(number: int, value: str) -> str:
    """An option's own name; a person or a line of the plan's list by its place."""
    return f"n{number}" if value.startswith(NAMED) else value
