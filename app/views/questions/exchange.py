"""A question or thank-you with its answer, as both sides read it; what the answer changes stands field by field."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.domain.addendum import Correction
from app.domain.review import ReviewKind
from app.language import tr
from app.services.review_models import Exchange
from app.views import say, theme
from app.views.env import now
from app.views.questions.sections import section_title
from app.views.widgets.base import card, heading, is_cramped, muted, sign, stack, words
from app.views.wording import review as said
from app.views.wording.corrected import said_of


def exchange_card(one: Exchange, ways: Sequence[ft.Control] = ()) -> ft.Control:
    """`ways`: what can be done with it, below."""
    review, at = one.review, now()
    icon = ft.Icons.FAVORITE_BORDER if review.kind is ReviewKind.THANKS else ft.Icons.HELP_OUTLINE
    lines: list[ft.Control] = [
        ft.Row(
            [
                sign(icon, 22, ft.Colors.TERTIARY),
                ft.Container(expand=True, content=words(said.said_by(review, at), 17, strong=True)),
            ],
            spacing=theme.S2,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    ]
    for comment in review.comments:
        lines.append(
            stack([muted(section_title(comment), 15), words(comment.words, 17)], spacing=2, tight=True)
        )
    if one.answer is not None:
        when = say.moment(one.answer.at, at)
        lines.append(words(said.answered_by(one.answer.author.name, when), 16, strong=True))
        if one.answer.own_words:
            lines.append(words(one.answer.own_words, 17))
        if one.answer.corrections:
            lines.append(differences(one.answer.corrections, tr(said.CHANGED_BY_ANSWER)))
    elif not review.is_open:
        lines.append(muted(said.seen_by(review.nurse.name)))
    elif review.kind is ReviewKind.QUESTION and not ways:
        lines.append(muted(tr(said.OPEN_LINE)))
    return card(stack([*lines, *ways], spacing=theme.S3), color=ft.Colors.SURFACE_CONTAINER)


def differences(corrections: Sequence[Correction], title: str) -> ft.Control:
    """What was signed and what it should read, one row a field; on a narrow screen it wraps."""
    rows: list[ft.Control] = [
        heading(title, 16, level=3),
        muted(tr(said.UNTOUCHED), 14),
    ]
    for one in corrections:
        name, was, right = said_of(one)
        sentence = said.read_as(name, was, right)
        rows.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        if is_cramped():
            rows += [
                words(name, 16, strong=True, said=sentence),
                words(f"{tr(said.SIGNED_AS)}: {was}", 16),
                words(said.should_read(right), 16, strong=True),
            ]
            continue
        rows.append(
            ft.Row(
                [
                    words(name, 16, strong=True, said=sentence),
                    _side(tr(said.SIGNED_AS), was, strong=False),
                    sign(ft.Icons.ARROW_FORWARD, 18, ft.Colors.ON_SURFACE_VARIANT),
                    _side(tr(said.READS), right, strong=True),
                ],
                wrap=True,
                spacing=theme.S3,
                run_spacing=4,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
            )
        )
    return stack(rows, spacing=theme.S2)


def _side(label: str, value: str, *, strong: bool) -> ft.Control:
    return ft.Column([muted(label, 14), words(value, 17, strong=strong)], spacing=0, tight=True)
