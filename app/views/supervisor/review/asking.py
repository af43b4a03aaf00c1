"""Asking about sections of a visit, or saying thank you. What is typed is kept until it is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import flet as ft

from app.domain.review import WHOLE_VISIT, Comment
from app.language import tr
from app.services.review_models import ReviewPage
from app.views import theme
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_value
from app.views.questions.sections import list_sections
from app.views.visit.autosave import Flushers
from app.views.visit.kept_words import Kept, use_kept_words
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import review as said

Texts = dict[str, str]


@safe_component
def Asking(env: Env, page: ReviewPage, thanks: bool, done: Callable[[], None]) -> ft.Control:
    """`thanks`: one field about the whole visit, which may stay empty."""
    titles = dict(list_sections(page.reading))
    visit_id = page.reading.summary.id
    texts: ft.MutableRef[Texts] = ft.use_ref(lambda: dict(page.unfinished))
    flushers: ft.MutableRef[Flushers] = ft.use_ref(dict)
    first = tuple(one for one in titles if page.unfinished.get(one))
    chosen, set_chosen = use_value(lambda: (WHOLE_VISIT,) if thanks else first)

    def turn(section: str, _: Any) -> None:
        set_chosen(lambda old: tuple(one for one in titles if (one in old) != (one == section)))

    def note(section: str, value: str) -> None:
        if texts.current is not None:
            texts.current[section] = value

    async def send(_: Any) -> None:
        for flush in list((flushers.current or {}).values()):
            await flush()
        comments = [Comment(one, titles[one], (texts.current or {}).get(one, "")) for one in chosen]
        await env.session.review.ask(visit_id, comments, thanks=thanks)
        done()

    sending = use_action(send)
    chips = [
        buttons.choice(f"review-about-{one}", title, one in chosen, partial(turn, one), size=15)
        for one, title in titles.items()
    ]
    fields = [
        keyed(
            f"about {one}",
            AboutSection,
            env,
            visit_id,
            one,
            tr(said.YOUR_THANKS) if thanks else said.your_question(titles[one]),
            page.unfinished.get(one, ""),
            partial(note, one),
            flushers.current if flushers.current is not None else {},
        )
        for one in chosen
    ]
    head: list[ft.Control] = [muted(tr(said.THANKS_HELP))]
    if not thanks:
        head = [
            words(tr(said.ABOUT), 16, strong=True),
            ft.Row(chips, wrap=True, spacing=theme.S2, run_spacing=theme.S2),
        ]
    other, author = page.answerer, page.reading.nurse
    if other is not None and author is not None and other.reference != author.reference:
        told = said.no_thanks_to(author.name) if thanks else said.goes_to(other.name, author.name)
        head = [words(told, 16, strong=True), *head]
    label = tr(said.SEND_THANKS) if thanks else tr(said.SEND_QUESTION)
    ways = [
        buttons.primary(
            "review-send", label, sending.run, busy=sending.busy, disabled=not thanks and not chosen
        ),
        buttons.plain("review-send-not", tr(said.CANCEL), lambda _: done()),
    ]
    return card(
        stack(
            [
                *head,
                *fields,
                *optional_notice(sending.error, Tone.ASK),
                ft.Row(ways, wrap=True, spacing=theme.S2),
            ]
        )
    )


@safe_component
def AboutSection(
    env: Env,
    visit_id: str,
    section: str,
    label: str,
    initial: str,
    note: Callable[[str], None],
    flushers: Flushers,
) -> ft.Control:
    async def put(value: str) -> None:
        await env.session.review.keep(visit_id, value, section)

    kept = Kept(visit_id, "review", section)
    typed, problem = use_kept_words(kept, initial, put, env.session, flushers)

    def change(value: str) -> None:
        note(value)
        typed.change(value)

    return stack(
        [
            field(f"review-words-{section}", label, typed.value, change, on_blur=typed.leave, lines=2),
            *optional_notice(problem or None, Tone.ASK),
        ],
        spacing=theme.S2,
    )
