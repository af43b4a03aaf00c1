"""Above a nurse's signed visit: who has reviewed it, what was asked, and the way to answer."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.addendum import Correction
from app.domain.review import WHOLE_VISIT, ReviewKind
from app.language import tr
from app.services.models import VisitReading
from app.services.review_models import Asked, Exchange
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.questions.correcting import Correcting, put_right
from app.views.questions.exchange import differences, exchange_card
from app.views.visit.autosave import Flushers
from app.views.visit.kept_words import Kept, use_kept_words
from app.views.widgets import buttons
from app.views.widgets.base import muted, sign, stack
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import review as said

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX})


@safe_component
def Questions(env: Env, visit: VisitReading) -> ft.Control:
    """Nothing at all where nobody has said anything."""
    visit_id = visit.summary.id

    async def read() -> Asked:
        return await env.session.review.about(visit_id)

    found, _ = use_load(read, env.session.hub, TOPICS, visit_id)
    asked = found.value or Asked()
    parts: list[ft.Control] = []
    for one in asked.countersigned:
        line = muted(said.reviewed_by(one, now()))
        parts.append(ft.Row([sign(ft.Icons.VERIFIED_OUTLINED, 20), ft.Container(expand=True, content=line)]))
    for exchange in asked.exchanges:
        parts.append(keyed(exchange.review.id, Question, env, visit, exchange, asked.unfinished))
    parts += optional_notice(found.error)
    return stack(parts) if parts else ft.Container(visible=False)


@safe_component
def Question(env: Env, visit: VisitReading, one: Exchange, unfinished: str) -> ft.Control:
    visit_id, review = visit.summary.id, one.review

    async def see(_: Any) -> None:
        await env.session.review.seen(visit_id, review.id)

    seeing = use_action(see)
    ways: list[ft.Control] = []
    if review.is_open and review.kind is ReviewKind.THANKS:
        button = buttons.quiet(f"question-seen-{review.id}", tr(said.SEEN), seeing.run, busy=seeing.busy)
        ways = [ft.Row([button], wrap=True), *optional_notice(seeing.error, Tone.ASK)]
    elif review.is_open:
        ways = [keyed(f"answer {review.id}", Answering, env, visit, one, unfinished)]
    author = visit.nurse
    if (
        author is not None
        and review.kind is ReviewKind.QUESTION
        and author.reference != review.nurse.reference
    ):
        ways = [muted(said.in_place_of(author.name)), *ways]
    return exchange_card(one, ways)


@safe_component
def Answering(env: Env, visit: VisitReading, one: Exchange, unfinished: str) -> ft.Control:
    """The answer in words, and what should read otherwise. Kept while it is typed."""
    visit_id, review = visit.summary.id, one.review
    flushers: ft.MutableRef[Flushers] = ft.use_ref(dict)
    first: dict[str, Correction] = {}
    right, set_right = use_value(lambda: first)

    keep = partial(env.session.review.keep, visit_id)
    kept = Kept(visit_id, "answer", review.id)
    typed, problem = use_kept_words(kept, unfinished, keep, env.session, flushers.current)

    async def answer(_: Any) -> None:
        await typed.leave(None)
        await env.session.review.answer(visit_id, review.id, typed.newest(), tuple(right.values()))

    def put(link_id: str, correction: Correction | None) -> None:
        set_right(lambda old: put_right(old, link_id, correction))

    answering = use_action(answer)
    sections = tuple(comment.section for comment in review.comments) or (WHOLE_VISIT,)
    shown = [differences(tuple(right.values()), tr(said.CHANGED_BY_ANSWER))] if right else []
    return stack(
        [
            field(
                "question-words",
                tr(said.ANSWER_LABEL),
                typed.value,
                typed.change,
                on_blur=typed.leave,
                lines=3,
                helper=tr(said.ANSWER_HELP),
            ),
            *shown,
            keyed("correcting", Correcting, visit, sections, right, put, "question", env.narrow),
            *optional_notice(answering.error or problem or None, Tone.ASK),
            ft.Row(
                [
                    buttons.primary(
                        "question-answer", tr(said.KEEP_ANSWER), answering.run, busy=answering.busy
                    )
                ],
                wrap=True,
            ),
        ],
        spacing=theme.S3,
    )
