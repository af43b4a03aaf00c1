"""A visit to read, for nurse and supervisor alike: nothing here can be changed."""

from __future__ import annotations

from decimal import Decimal

import flet as ft

from app.domain.visit_kind import kind_of
from app.language import tr
from app.services.models import VisitReading, VisitState
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.addenda import Addenda
from app.views.alerts.hushed import at_bedside
from app.views.alerts.raised import raised_alerts
from app.views.attachments.shown import Shown
from app.views.conflicts.lists import VisitConflicts
from app.views.drafts.put_away import PutAway
from app.views.env import Env, now
from app.views.forms.record import Record
from app.views.forms.voice import own_answers
from app.views.guard import keyed, safe_component
from app.views.held import use_holding
from app.views.hooks import use_load
from app.views.promises.made import PromisesOfVisit
from app.views.questions.part import Questions
from app.views.routes import MentorRoute, ReviewRoute, WaitingRoute
from app.views.visit.stars import list_later_sections
from app.views.widgets import buttons
from app.views.widgets.base import card, fact, group, stack, words
from app.views.widgets.frame import columns, screen
from app.views.widgets.notices import loading, optional_notice
from app.views.widgets.status import sent_line, status_line
from app.views.wording import answers as said_of_answers
from app.views.wording import bedside
from app.views.wording import forms as wording
from app.views.wording import mentor as said_of_mentor
from app.views.wording import review as said_of_review
from app.views.wording import visit as said

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX, Topic.ALERTS})


@safe_component
def Reading(env: Env, visit_id: str, team: bool) -> ft.Control:
    async def read() -> VisitReading:
        source = env.session.team if team else env.session.visits
        return await source.read(visit_id)

    env = use_holding(env)
    reading, _ = use_load(read, env.session.hub, TOPICS, visit_id, team)
    back = buttons.back("reading-back", tr(text.BACK), lambda _: env.back())
    if reading.value is None:
        inside = [*optional_notice(reading.error)] or [loading()]
        return screen(tr(text.VISIT), inside, narrow=env.narrow, lead=back)
    visit = reading.value
    return screen(
        visit.summary.patient_name,
        [
            *optional_notice(reading.error),
            card(_status(env, visit, team=team), color=ft.Colors.SURFACE_CONTAINER),
            *([] if team else [Questions(env, visit)]),
            VisitConflicts(env, visit.summary.id),
            *([] if team else [PutAway(env, visit.summary.id)]),
            *raised_alerts(env, visit),
            body(env, visit, narrow=env.narrow),
            ft.Container(height=theme.S4),
        ],
        narrow=env.narrow,
        lead=back,
        spacing=20,
    )


def _status(env: Env, visit: VisitReading, *, team: bool) -> ft.Control:
    """Where it is; of one that the plan could not take also the way to what can be done."""
    line = (status_line if team else sent_line)(visit.summary.status, now(), 18)
    if team:
        review = buttons.quiet(
            "reading-review",
            tr(said_of_review.REVIEW_THIS),
            lambda _: env.go(ReviewRoute(visit.summary.id)),
            icon=ft.Icons.RATE_REVIEW_OUTLINED,
        )
        give = buttons.quiet(
            "reading-mentor",
            tr(said_of_mentor.OPEN),
            lambda _: env.go(MentorRoute(visit.summary.id, visit.summary.patient_id)),
            icon=ft.Icons.SCHOOL_OUTLINED,
        )
        ways = [review] if env.session.practising else [review, give]
        return stack([line, ft.Row(ways, wrap=True)], spacing=theme.S3)
    if visit.summary.status.state is not VisitState.REFUSED:
        return line
    way = buttons.quiet(
        "reading-waiting", tr(text.WHAT_TO_DO), lambda _: env.go(WaitingRoute()), icon=ft.Icons.OUTBOX
    )
    return stack([line, ft.Row([way], wrap=True)], spacing=theme.S3)


def body(env: Env, visit: VisitReading, *, narrow: bool) -> ft.Control:
    """The visit itself, without what stands above it."""
    facts = card(stack(_facts(visit), spacing=theme.S2))
    record = keyed(f"record {visit.summary.id}", Record, visit, narrow, may_open(env, visit), at_bedside(env))
    note = group(tr(text.NOTE), [card(words(visit.note or tr(text.NOTE_EMPTY), 17))])
    promised = PromisesOfVisit(visit, narrow)
    later = Addenda(env, visit)
    photos = Shown(env, visit)
    if narrow:
        return columns([facts, record, photos, note, promised, later], [], narrow=True)
    return columns([record], [facts, photos, note, promised, later], narrow=False)


def _facts(visit: VisitReading) -> list[ft.Control]:
    at = now()
    summary = visit.summary
    rows = [
        (tr(text.FACT_NURSE), summary.nurse_name),
        (tr(text.WHERE_AND_HOW), _where(visit)),
        (tr(text.FACT_BEGAN), say.moment(summary.began_at, at)),
        (tr(text.FACT_ENDED), say.moment(summary.left_at, at) if summary.left_at else tr(text.NOT_RECORDED)),
        (tr(text.FACT_SIGNED), say.moment(visit.signed_at, at) if visit.signed_at else tr(text.NOT_SIGNED)),
        (tr(text.FACT_ANSWERED), answered_by(visit.answered_by)),
    ]
    if own := own_answers(visit.answers):
        rows.append((tr(said_of_answers.OWN_ANSWERS), own))
    minutes = visit.answers.get("conv-minutes")
    if minutes is not None and isinstance(minutes.value, Decimal | int):
        rows.append((tr(wording.CONVERSATION), wording.counted(minutes.value)))
    if visit.from_paper:
        rows.append((tr(wording.WRITTEN), tr(wording.FROM_PAPER)))
    elif visit.written_afterwards:
        rows.append((tr(wording.WRITTEN), tr(wording.WRITTEN_AFTERWARDS)))
    later = list_later_sections(visit.answers, visit.entries, summary.left_at)
    if later:
        rows.append((tr(bedside.LATER_FACT), ", ".join(later)))
    return [fact(name, value, width=124) for name, value in rows]


def _where(visit: VisitReading) -> str:
    """With the kind of the visit, where one is recorded."""
    return said.kind_and_where(kind_of(visit.answers), visit.summary.modality, visit.summary.setting)


def may_open(env: Env, visit: VisitReading) -> bool:
    """Whether what is kept apart may be shown here: to the nurse who wrote it, and to a supervisor."""
    wrote = visit.nurse.name if visit.nurse is not None else visit.summary.nurse_name
    return env.is_supervisor or wrote == env.session.user_name


def answered_by(value: str | None) -> str:
    """ESAS-r's own words where the record holds one of its four ways, else what the record says."""
    if value is None:
        return tr(text.NOT_RECORDED)
    known = {by.value: tr(said) for by, said in text.ANSWERED_BY.items()}
    return known.get(value, value)
