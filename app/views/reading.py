"""A visit to read, for nurse and supervisor alike: nothing here can be changed."""

from __future__ import annotations

from collections.abc import Mapping

import flet as ft

from app.content import Item, load
from app.domain.visit import Absent, Answer
from app.services.models import VisitReading
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.widgets import buttons
from app.views.widgets.base import card, fact, group, muted, stack, words
from app.views.widgets.frame import columns, screen
from app.views.widgets.notices import loading, optional_notice
from app.views.widgets.status import status_line

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX})


@safe_component
def Reading(env: Env, visit_id: str, team: bool) -> ft.Control:
    async def read() -> VisitReading:
        source = env.session.team if team else env.session.visits
        return await source.read(visit_id)

    reading, _ = use_load(read, env.session.hub, TOPICS, visit_id, team)
    back = buttons.back("reading-back", text.BACK, lambda _: env.back())
    if reading.value is None:
        inside = [*optional_notice(reading.error)] or [loading()]
        return screen(text.VISIT, inside, narrow=env.narrow, lead=back)
    visit = reading.value
    return screen(
        visit.summary.patient_name,
        [
            *optional_notice(reading.error),
            card(status_line(visit.summary.status, now(), 18), color=ft.Colors.SURFACE_CONTAINER),
            _body(visit, narrow=env.narrow),
            ft.Container(height=theme.S4),
        ],
        narrow=env.narrow,
        lead=back,
        spacing=20,
    )


def _body(visit: VisitReading, *, narrow: bool) -> ft.Control:
    facts = card(stack(_facts(visit), spacing=theme.S2))
    scores = group(text.SCORES, [_scores(visit, narrow=narrow)])
    note = group(text.NOTE, [card(words(visit.note or text.NOTE_EMPTY, 17))])
    if narrow:
        return columns([facts, scores, note], [], narrow=True)
    return columns([scores], [facts, note], narrow=False)


def _facts(visit: VisitReading) -> list[ft.Control]:
    at = now()
    summary = visit.summary
    rows = [
        (text.FACT_NURSE, summary.nurse_name),
        (text.WHERE_AND_HOW, say.where_how(summary.modality, summary.setting)),
        (text.FACT_BEGAN, say.moment(summary.began_at, at)),
        (text.FACT_ENDED, say.moment(summary.left_at, at) if summary.left_at else text.NOT_RECORDED),
        (text.FACT_SIGNED, say.moment(visit.signed_at, at) if visit.signed_at else text.NOT_SIGNED),
        (text.FACT_ANSWERED, answered_by(visit.answered_by)),
    ]
    return [fact(name, value, width=124) for name, value in rows]


def answered_by(value: str | None) -> str:
    """ESAS-r's own words where the record holds one of its four ways, else what the record says."""
    if value is None:
        return text.NOT_RECORDED
    known = {by.value: said for by, said in text.ANSWERED_BY.items()}
    return known.get(value, value)


def _scores(visit: VisitReading, *, narrow: bool) -> ft.Control:
    if not visit.answers:
        return card(muted(text.NO_SCORES, 16))
    last_head = text.LAST if visit.last_visit_at is None else say.last_head(visit.last_visit_at, now())
    lines: list[ft.Control] = [_line(text.ITEM, text.NOW, last_head, narrow=narrow, head=True)]
    for item in load()["esas-r"].items:
        if item.named and item.link_id not in visit.answers:
            continue
        lines.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        now_said = _said(visit.answers, item, text.ABSENT)
        last_said = _said(visit.last_values, item, text.ABSENT_THEN)
        lines.append(_line(_name(item, visit.answers), now_said, last_said, narrow=narrow))
    return card(ft.Column(lines, spacing=0), padding=0)


def _name(item: Item, answers: Mapping[str, Answer]) -> str:
    answer = answers.get(item.link_id)
    return f"{item.name}: {answer.name}" if answer is not None and answer.name else item.name


def _said(answers: Mapping[str, Answer], item: Item, reasons: Mapping[Absent, str]) -> str:
    answer = answers.get(item.link_id)
    if answer is None:
        return text.DASH
    if answer.value is not None:
        return str(answer.value)
    return reasons[answer.absent] if answer.absent else text.DASH


def _line(first: str, second: str, third: str, *, narrow: bool, head: bool = False) -> ft.Control:
    size = 15 if head else 17
    value_width = 96 if narrow else 128
    numeric = second.isdecimal()
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=11),
        bgcolor=ft.Colors.SURFACE_CONTAINER if head else None,
        content=ft.Row(
            [
                ft.Container(expand=True, content=words(first, size, strong=head)),
                ft.Container(
                    width=value_width,
                    content=words(second, 19 if numeric else size - 1, strong=head or numeric),
                ),
                ft.Container(width=value_width, content=muted(third, size - 1, strong=head)),
            ],
            spacing=theme.S2,
        ),
    )
