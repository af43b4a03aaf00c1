"""Values of the last signed visits of one person, for showing how they went."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from app.domain.visit import Answer, VisitStatus
from app.store.answer_rows import answer_table, to_answer
from app.store.times import from_text
from app.store.visit_rows import visit_table

LOOKED_AT = 24
"""Visits that are looked back at: half a year of weekly ones."""
_v, _a = visit_table.c, answer_table.c


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as a signed visit holds it. `at` is when it counts: of a visit that was written afterwards its
    beginning, else when it was given.
    """

    visit_id: str
    link_id: str
    at: datetime
    answer: Answer
    afterwards: bool = False


def list_given(
    connection: Connection, patient_id: str, link_ids: Collection[str], visits: int = LOOKED_AT
) -> tuple[Given, ...]:
    """Answers and reasons of the newest visits that hold any of these items, the oldest visit first."""
    wanted = (_a.link_id.in_(sorted(link_ids)), _a.entry == "")
    newest = (
        select(_v.id)
        .where(
            _v.patient_id == patient_id,
            _v.status == VisitStatus.SIGNED.value,
            select(_a.visit_id).where(_a.visit_id == _v.id, *wanted).exists(),
        )
        .order_by(_v.began_at.desc(), _v.id.desc())
        .limit(visits)
    )
    rows = connection.execute(
        select(answer_table, _v.began_at, _v.written_afterwards)
        .join(visit_table, _v.id == _a.visit_id)
        .where(_a.visit_id.in_(newest), *wanted)
        .order_by(_v.began_at, _v.id, _a.at, _a.link_id)
    )
    return tuple(
        Given(
            row.visit_id,
            row.link_id,
            from_text(row.began_at) if row.written_afterwards else from_text(row.at),
            to_answer(row),
            bool(row.written_afterwards),
        )
        for row in rows
    )
