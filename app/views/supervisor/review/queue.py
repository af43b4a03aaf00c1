"""The review queue: what needs eyes, the weightiest first; what can go together; what waits for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flet as ft

from app.domain.review import Reason
from app.language import tr
from app.services.review_models import Queue, QueueLine
from app.store.changes import Topic
from app.views import say, theme
from app.views.alerts.lists import TodayAlerts
from app.views.death.news import DeathCard
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.help.hard_day import CallsAsked
from app.views.hooks import use_action, use_load
from app.views.nobody import AllDone
from app.views.routes import ReviewRoute
from app.views.today.checks import ChecksOfTeam
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, group, muted, sign, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, loading, notice, optional_notice
from app.views.wording import review as said

TOPICS = frozenset({Topic.VISITS, Topic.PATIENTS, Topic.OUTBOX, Topic.ALERTS})
ICONS: dict[Reason, ft.IconData] = {
    Reason.ACT_NOW: ft.Icons.REPORT_OUTLINED,
    Reason.DEATH: ft.Icons.SPA_OUTLINED,
    Reason.CONVERSATION: ft.Icons.FORUM_OUTLINED,
    Reason.FROM_FACILITY: ft.Icons.HOME_OUTLINED,
    Reason.NOT_SAFE: ft.Icons.GPP_MAYBE_OUTLINED,
    Reason.FIRST: ft.Icons.LOOKS_ONE_OUTLINED,
    Reason.FLAG: ft.Icons.FLAG_OUTLINED,
    Reason.NEW_NURSE: ft.Icons.PERSON_ADD_ALT,
    Reason.SAMPLE: ft.Icons.CASINO_OUTLINED,
}


@safe_component
def ReviewQueue(env: Env) -> ft.Control:
    async def read() -> Queue:
        return await env.session.review.queue()

    found, _ = use_load(read, env.session.hub, TOPICS)
    queue = found.value
    body: list[ft.Control] = [*optional_notice(found.error)]
    if queue is None:
        body = body or [loading()]
    else:
        body += _parts(env, queue)
    return screen(
        tr(said.REVIEW),
        [
            DeathCard(env),
            stack([ChecksOfTeam(env), CallsAsked(env), TodayAlerts(env)], spacing=0),
            *body,
            ft.Container(height=theme.S4),
        ],
        narrow=env.narrow,
        spacing=20,
    )


def _parts(env: Env, queue: Queue) -> list[ft.Control]:
    alone = [one for one in queue.lines if not one.together]
    together = [one for one in queue.lines if one.together]
    parts: list[ft.Control] = []
    if not queue.lines and not queue.asked:
        parts.append(AllDone(env, ft.Icons.TASK_ALT, tr(said.NOTHING), tr(said.NOTHING_HELP)))
    if alone:
        title = said.to_read(queue.total, len(queue.lines))
        parts.append(group(title, [line_tile(env, one) for one in alone], icon=ft.Icons.VISIBILITY_OUTLINED))
    if together:
        rows = [line_tile(env, one) for one in together]
        head = muted(tr(said.TOGETHER_HELP), 15)
        parts.append(group(tr(said.TOGETHER), [head, *rows, Together(env, together)]))
    if queue.asked:
        rows = [line_tile(env, one) for one in queue.asked]
        parts.append(group(tr(said.ASKED), rows, icon=ft.Icons.HELP_OUTLINE))
    small = [said.arriving(queue.arriving)] if queue.arriving else []
    small += [said.filed(queue.filed)] if queue.filed else []
    parts += [muted(line, 15) for line in small]
    return parts


def line_tile(env: Env, one: QueueLine) -> ft.Control:
    visit = one.visit
    lines: list[ft.Control] = [
        words(visit.patient_name, 17, strong=True),
        muted(said.by_nurse(visit.nurse_name, say.times(visit.began_at, visit.left_at, now()))),
    ]
    if one.answered or one.reasons:
        lines.append(reason_row(one.reasons, answered=one.answered))
    return buttons.tile(
        f"review-row-{visit.id}",
        lambda _: env.go(ReviewRoute(visit.id)),
        stack(lines, spacing=4, tight=True),
    )


def reason_row(reasons: Sequence[Reason], *, answered: bool = False) -> ft.Control:
    """Each reason with a sign and in words."""
    marks: list[tuple[ft.IconData, str, ft.ColorValue]] = []
    if answered:
        marks.append((ft.Icons.MARK_CHAT_READ_OUTLINED, tr(said.ANSWERED), ft.Colors.PRIMARY))
    for one in reasons:
        color = ft.Colors.ERROR if one in (Reason.ACT_NOW, Reason.DEATH) else MUTED
        marks.append((ICONS[one], tr(said.REASONS[one]), color))
    return ft.Row(
        [
            ft.Row(
                [sign(icon, 18, color), words(label, 15, strong=True, color=color, expand_loose=True)],
                spacing=4,
                tight=True,
            )
            for icon, label, color in marks
        ],
        wrap=True,
        spacing=theme.S3,
        run_spacing=4,
    )


@safe_component
def Together(env: Env, lines: Sequence[QueueLine]) -> ft.Control:
    """Countersigning all of these, after one question."""
    asking, set_asking = ft.use_state(False)

    async def sign_all(_: Any) -> None:
        await env.session.review.countersign_all([one.visit.id for one in lines])
        set_asking(lambda _old: False)

    signing = use_action(sign_all)
    if not asking:
        ask = buttons.quiet(
            "review-together",
            said.sign_all(len(lines)),
            lambda _: set_asking(lambda _old: True),
            icon=ft.Icons.DONE_ALL,
        )
        return ft.Row([ask], wrap=True)
    ways = [
        buttons.primary("review-together-yes", tr(said.ALL_SURE), signing.run, busy=signing.busy),
        buttons.plain("review-together-no", tr(said.CANCEL), lambda _: set_asking(lambda _old: False)),
    ]
    return stack([notice(said.sure(len(lines)), Tone.ASK, ways), *optional_notice(signing.error, Tone.WRONG)])
