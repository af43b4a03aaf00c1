"""Code status, always in sight: on a person's page and in the head of a visit. Never blank, never red.

It is a wish and not a danger, so its colours are neutral whatever it says. Only on a person's page do two records that
differ look as an allergy does: then somebody must ask, unless she has died. Both are written out.
"""

from __future__ import annotations

import flet as ft

from app.domain.code_status import CPR_WORDS, PREFIX, CodeStatus, Cpr, Statement, compose
from app.domain.code_status_entries import GROUP, statement_of
from app.domain.visit import VisitDraft
from app.language import tr
from app.services.models import PatientPage, VisitPage
from app.views import theme
from app.views.env import Env, now
from app.views.widgets.base import MUTED, card, sign, stack, words
from app.views.wording import conversation as said

_Colors = tuple[ft.Colors, ft.Colors, ft.Colors, ft.Colors]
NEUTRAL: _Colors = (ft.Colors.ON_SURFACE, MUTED, ft.Colors.ON_SURFACE, ft.Colors.SURFACE_CONTAINER)
STRIP_SIGN = 18
"""Height of the sign in the head of a visit."""
BEDSIDE: _Colors = (ft.Colors.ON_SURFACE, MUTED, MUTED, ft.Colors.SURFACE_CONTAINER)
_ASK = ft.Colors.ON_TERTIARY_CONTAINER
ASKS: _Colors = (_ASK, _ASK, _ASK, ft.Colors.TERTIARY_CONTAINER)
"""Ink of the headline, of the lines below it and of the sign, and the ground."""


def draft_statements(draft: VisitDraft) -> tuple[Statement, ...]:
    """What this open visit says so far; each stands as a record of its own until it is signed."""
    made = (
        statement_of(entry, f"draft/{entry.id}", draft.began_at, draft.nurse.name, pending=True)
        for entry in draft.entries.get(GROUP, ())
    )
    return tuple(one for one in made if one is not None)


def visit_status(page: VisitPage) -> CodeStatus:
    """On record, with what this visit wrote down so far."""
    return compose((*page.parts.code_status, *draft_statements(page.draft)), now().date(), said.SPOKEN)


def CodeStatusStrip(env: Env, page: PatientPage) -> ft.Control:
    """On a person's page, among what is always in sight; of somebody who has died with her story."""
    status = compose(page.parts.code_status, now().date(), said.SPOKEN)
    asks = status.differs and not page.sheet.patient.deceased
    return _strip("code-status", status, card_like=True, asks=asks)


def visit_strip(page: VisitPage) -> ft.Control:
    """In the head of a visit: small, one line where it can be."""
    return _strip("visit-code-status", visit_status(page), card_like=False)


def visit_rest(page: VisitPage) -> ft.Control:
    """Below the line that does not scroll and says `say_shortest`: what that leaves unsaid, in the same place."""
    status = visit_status(page)
    if is_plain(status):
        more = status.headline.removeprefix(PREFIX + _plain(status)).lstrip(", ")
        subject = more[:1].upper() + more[1:] or tr(said.CODE_STATUS)
        parts = (subject, *status.lines)
        told = [" · ".join(part for part in parts if part)]
    elif status.differs:
        told = list(status.lines)
    else:  # a record's own words may be cut off in that line
        return visit_strip(page)
    inside = stack([words(line, 15, strong=True) for line in told], spacing=0, tight=True)
    row = ft.Row(
        [sign(mark_of(status), size=STRIP_SIGN, color=MUTED), ft.Container(expand=True, content=inside)],
        spacing=theme.S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return _named("visit-code-status", status, row)


def visit_lines(status: CodeStatus) -> ft.Control:
    """The same within something that is tapped."""
    return _row(status, card_like=False)


def mark_of(status: CodeStatus) -> ft.IconData:
    """Records that differ have a sign of their own beside the words for it."""
    return ft.Icons.ALT_ROUTE if status.differs else ft.Icons.ASSIGNMENT_OUTLINED


def say_shortest(status: CodeStatus) -> str:
    """What it says of CPR, where that is all that there is room for; anything less plain stays a whole sentence."""
    return _plain(status) or said.code_status(status)


def is_plain(status: CodeStatus) -> bool:
    """Whether it begins with a yes or a no to CPR, on which all records agree."""
    cpr = _plain(status)
    return bool(cpr) and status.headline.startswith(PREFIX + cpr)


def _plain(status: CodeStatus) -> str:
    """Its yes or no to CPR where all records agree on it, else ""."""
    agreed = () if status.differs else status.current
    return next((tr(CPR_WORDS[one.cpr]) for one in agreed if one.cpr in (Cpr.NO, Cpr.YES)), "")


def says_more(status: CodeStatus) -> bool:
    """Whether there is anything to say of it beyond `say_shortest`."""
    return bool(status.lines) or say_shortest(status) != said.code_status(status)


def _strip(identifier: str, status: CodeStatus, *, card_like: bool, asks: bool = False) -> ft.Control:
    row = _row(status, card_like=card_like, asks=asks)
    ground = ASKS[3] if asks else NEUTRAL[3]
    return _named(identifier, status, card(row, color=ground, padding=theme.S2) if card_like else row)


def _named(identifier: str, status: CodeStatus, inside: ft.Control) -> ft.Control:
    # A new element for a new sentence: one that changes in place becomes an empty node for screen readers.
    return ft.Semantics(
        identifier=identifier, key=f"{identifier} {status.line}", container=True, content=inside
    )


def _row(status: CodeStatus, *, card_like: bool, asks: bool = False) -> ft.Control:
    size = 16 if card_like else 15
    one_line = len(status.lines) == 1 and not status.differs
    head = said.code_status(status)
    head = f"{head} · {status.lines[0]}" if one_line and not card_like else head
    ink, small, mark, _ = NEUTRAL if card_like else BEDSIDE
    if asks:
        ink, small, mark, _ = ASKS
    lines: list[ft.Control] = [words(head, size, strong=True, color=ink)]
    if not one_line or card_like:
        lines += [words(line, size - 2, color=small) for line in status.lines]
    told: ft.Control = ft.Container(expand=True, content=stack(lines, spacing=0, tight=True))
    alone = len(lines) == 1 and not card_like  # as wide as its words: another mark may stand beside it
    if alone:
        told = words(head, size, strong=True, color=ink, expand_loose=True)
    return ft.Row(
        [sign(mark_of(status), size=20 if card_like else STRIP_SIGN, color=mark), told],
        spacing=theme.S2,
        tight=alone,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
