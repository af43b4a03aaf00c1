"""One visit under review: why it is here, what changed, what was asked; then the visit, and the two ways on."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.review import ReviewKind, Word, stand
from app.language import tr
from app.services.review_models import Exchange, ReviewPage
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.alerts.raised import raised_alerts
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.questions.exchange import exchange_card
from app.views.questions.sections import list_moved
from app.views.reading import body
from app.views.supervisor.review.asking import Asking
from app.views.supervisor.review.queue import reason_row
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, sign, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, loading, notice, optional_notice
from app.views.widgets.status import sent_line
from app.views.wording import review as said
from app.views.wording import stays

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX, Topic.ALERTS})


@safe_component
def ReviewScreen(env: Env, visit_id: str) -> ft.Control:
    asking, set_asking = use_value(lambda: "")

    async def read() -> ReviewPage:
        return await env.session.review.read(visit_id)

    async def countersign(_: Any) -> None:
        await env.session.review.countersign(visit_id)
        env.back()

    found, _ = use_load(read, env.session.hub, TOPICS, visit_id)
    signing = use_action(countersign)
    back = buttons.back("review-back", tr(text.BACK), lambda _: env.back())
    page = found.value
    if page is None:
        inside = [*optional_notice(found.error)] or [loading()]
        return screen(tr(said.REVIEW), inside, narrow=env.narrow, lead=back)
    parts: list[ft.Control] = [*optional_notice(found.error), _head(page)]
    parts += [*raised_alerts(env, page.reading), *_moved(page)]
    parts += [keyed(one.review.id, Asked, env, visit_id, one) for one in page.exchanges]
    if page.mine or not page.whole:
        parts.append(notice(tr(said.OWN_HELP) if page.mine else tr(said.ARRIVING_HELP), Tone.CALM))
    elif asking:
        close = partial(set_asking, lambda _: "")
        parts.append(keyed(f"asking {asking}", Asking, env, page, asking == "thanks", close))
    else:
        word = stand([*(one.review for one in page.exchanges), *page.countersigned]).word
        ways: list[ft.Control] = []
        if word in (Word.NONE, Word.ANSWERED):
            ways.append(
                buttons.primary(
                    "review-sign", tr(said.SIGN), signing.run, icon=ft.Icons.CHECK, busy=signing.busy
                )
            )
        ask = buttons.quiet(
            "review-ask", tr(said.QUESTION), lambda _: set_asking(lambda _: "ask"), icon=ft.Icons.HELP_OUTLINE
        )
        thank = buttons.quiet(
            "review-thank",
            tr(said.THANK),
            lambda _: set_asking(lambda _: "thanks"),
            icon=ft.Icons.FAVORITE_BORDER,
        )
        parts.append(ft.Row([*ways, ask, thank], wrap=True, spacing=theme.S2, run_spacing=theme.S2))
        parts += optional_notice(signing.error, Tone.ASK)
    parts += [body(env, page.reading, narrow=env.narrow), ft.Container(height=theme.S4)]
    return screen(page.reading.summary.patient_name, parts, narrow=env.narrow, lead=back, spacing=20)


def _head(page: ReviewPage) -> ft.Control:
    """Which visit, where it is, who has reviewed it; what asks for eyes: reasons, a clock."""
    visit = page.reading.summary
    lines: list[ft.Control] = [
        words(said.by_nurse(visit.nurse_name, say.times(visit.began_at, visit.left_at, now())), 16),
        sent_line(visit.status, now(), 17),
    ]
    lines += [muted(said.reviewed_by(one, now())) for one in page.countersigned]
    if page.reasons:
        lines += [words(tr(said.NEEDS_EYES), 16, strong=True), reason_row(page.reasons)]
    elif page.whole and not page.mine:
        lines.append(muted(tr(said.NO_REASON)))
    if page.clock is not None:
        lines.append(_marked(ft.Icons.HOURGLASS_BOTTOM, stays.clock(page.clock, now())))
    return card(stack(lines, spacing=theme.S2), color=ft.Colors.SURFACE_CONTAINER)


def _marked(icon: ft.IconData, sentence: str) -> ft.Control:
    return ft.Row(
        [sign(icon, 20, ft.Colors.ERROR), ft.Container(expand=True, content=words(sentence, 16))],
        spacing=theme.S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _moved(page: ReviewPage) -> list[ft.Control]:
    moved = list_moved(page.reading)
    if not moved:
        return []
    rows: list[ft.Control] = [
        ft.Row(
            [words(one.name, 16, strong=True), words(one.words, 16)],
            wrap=True,
            spacing=theme.S3,
            run_spacing=2,
        )
        for one in moved
    ]
    return [group(tr(said.CHANGED), [card(stack(rows, spacing=theme.S2))], icon=ft.Icons.SWAP_VERT)]


@safe_component
def Asked(env: Env, visit_id: str, one: Exchange) -> ft.Control:
    """A question or thank-you of this visit; one's own can be taken back until it is answered."""

    async def take_back(_: Any) -> None:
        await env.session.review.take_back(visit_id, one.review.id)

    taking = use_action(take_back)
    mine = one.review.by.name == env.session.user_name
    ways: list[ft.Control] = []
    if mine and one.review.is_open:
        if one.review.kind is ReviewKind.QUESTION:
            ways.append(muted(tr(said.OPEN_LINE)))
        button = buttons.plain(f"review-undo-{one.review.id}", tr(said.TAKE_BACK), taking.run)
        ways.append(ft.Row([button], wrap=True))
    return exchange_card(one, [*ways, *optional_notice(taking.error, Tone.ASK)])
