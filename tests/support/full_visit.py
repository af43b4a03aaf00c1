"""Visits in which every instrument of the content is answered from end to end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import NAMESPACE_URL, uuid4, uuid5

from app.content import load
from app.content.model import Item, ItemKind
from app.domain.visit import (
    Absent,
    Again,
    Answer,
    AnsweredBy,
    Entry,
    Modality,
    PersonRef,
    Setting,
    Value,
    Visit,
)
from app.domain.visit_kind import KIND, VisitKind

WORDS = 'She says: "No more hospital." - Año, 72 °F; <b>&</b>'


def value_of(item: Item, turn: int) -> Value:
    """A valid value; `turn` chooses among the options and along the scale."""
    codes = [option.code for option in item.options if option.offered]
    match item.kind:
        case ItemKind.NUMBER:
            return item.minimum + turn % (item.maximum - item.minimum + 1)
        case ItemKind.CHOICE:
            return codes[turn % len(codes)]
        case ItemKind.CHOICES:
            alone = [option.code for option in item.options if option.alone]
            return tuple(code for code in codes if code not in alone)[: 1 + turn % 3]
        case ItemKind.YES_NO:
            return ("yes", "no")[turn % 2]
        case ItemKind.DATE:
            return f"2026-03-{1 + turn % 28:02}"
        case ItemKind.MOMENT:
            return f"2026-03-{1 + turn % 28:02}T10:20:00-08:00"
        case ItemKind.QUANTITY:
            return Decimal("72.50") + turn
    return f"{WORDS} {turn}"


def _answer(item: Item, turn: int, at: datetime) -> Answer:
    absents = tuple(Absent)
    name = WORDS if item.named else None
    if turn % 7 == 6:
        return Answer(at, absent=absents[turn % len(absents)], name=name)
    answer = Answer(at, value_of(item, turn), name=name)
    if item.kind is ItemKind.NUMBER and turn % 4 == 0:
        later = Again(at + timedelta(minutes=20), value_of(item, turn + 1), done=WORDS)
        return replace(answer, again=(later,))
    return answer


def make_full_visit(nurse: PersonRef, patient_id: str, seed: int = 0) -> Visit:
    """Every item of every instrument answered, two entries a group; each seed takes other options.

    Somebody was seen in it: what says that nobody was is left out.
    """
    began_at = datetime.now(UTC) - timedelta(minutes=90)
    visit_id = str(uuid4())
    turns = count(seed)
    answers: dict[str, Answer] = {}
    entries: dict[str, tuple[Entry, ...]] = {}
    for instrument in load().values():
        if instrument.short_of is not None or instrument.id == "not-seen":
            continue
        for item in instrument.items:
            at = began_at + timedelta(seconds=next(turns) % 3000)
            if item.kind is not ItemKind.GROUP:
                answers[item.link_id] = _answer(item, next(turns), at)
                continue
            entries[item.link_id] = tuple(
                Entry(
                    str(uuid5(NAMESPACE_URL, f"{visit_id}/{item.link_id}/{number}")),
                    {inner.link_id: _answer(inner, next(turns), at) for inner in item.items},
                )
                for number in range(2)
            )
    answers[KIND] = Answer(began_at, VisitKind.ROUTINE.value)
    return Visit(
        id=visit_id,
        patient_id=patient_id,
        nurse=nurse,
        modality=tuple(Modality)[seed % len(Modality)],
        setting=tuple(Setting)[seed % len(Setting)],
        began_at=began_at,
        left_at=began_at + timedelta(minutes=60),
        signed_at=began_at + timedelta(minutes=75),
        answered_by=tuple(AnsweredBy)[seed % len(AnsweredBy)],
        note=WORDS,
        answers=answers,
        clock_offset_ms=12,
        entries=entries,
        written_afterwards=seed % 2 == 1,
    )
