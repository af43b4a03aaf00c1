"""What earlier visits hold that stands beside a draft: answers of scales, and answers that were measured again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from app.domain.tried import Repeated
from app.domain.visit import Answer, VisitStatus
from app.store.answer_rows import answer_table, to_answer
from app.store.times import from_text, to_text
from app.store.trend_rows import LOOKED_AT
from app.store.values import decode_value
from app.store.visit_rows import visit_table

RECENT_VISITS = 100
"""Visits in which what was chosen lately is looked for."""
_v, _a = visit_table.c, answer_table.c


def list_scored(
    connection: Connection, patient_id: str, link_ids: Collection[str], before: datetime
) -> tuple[tuple[datetime, Mapping[str, Answer]], ...]:
    """(when it began, these answers) of the newest signed visits before `before` that hold any of these items."""
    found: dict[str, tuple[datetime, dict[str, Answer]]] = {}
    for row in _rows(connection, patient_id, before, _a.link_id.in_(sorted(link_ids))):
        found.setdefault(row.visit_id, (from_text(row.began_at), {}))[1][row.link_id] = to_answer(row)
    return tuple(found.values())


def list_repeated(connection: Connection, patient_id: str, before: datetime) -> tuple[Repeated, ...]:
    """Answers that were measured again, of the newest signed visits before `before` that hold any."""
    found: dict[str, tuple[str, datetime | None, dict[str, Answer]]] = {}
    for row in _rows(connection, patient_id, before, _a.again != ""):
        began_at = from_text(row.began_at) if row.written_afterwards else None
        found.setdefault(row.visit_id, (row.nurse_name, began_at, {}))[2][row.link_id] = to_answer(row)
    return tuple(Repeated(by, answers, began_at) for by, began_at, answers in found.values())


def _rows(
    connection: Connection, patient_id: str, before: datetime, wanted: ColumnElement[bool]
) -> Sequence[Any]:
    mine = (
        _v.patient_id == patient_id,
        _v.status == VisitStatus.SIGNED.value,
        _v.began_at < to_text(before),
    )
    newest = (
        select(_v.id)
        .where(*mine, select(_a.visit_id).where(_a.visit_id == _v.id, _a.entry == "", wanted).exists())
        .order_by(_v.began_at.desc(), _v.id.desc())
        .limit(LOOKED_AT)
    )
    return connection.execute(
        select(answer_table, _v.began_at, _v.nurse_name, _v.written_afterwards)
        .join(visit_table, _v.id == _a.visit_id)
        .where(_a.visit_id.in_(newest), _a.entry == "", wanted)
    ).all()


def list_recent(
    connection: Connection, link_ids: Collection[str], most: int
) -> Mapping[str, tuple[str, ...]]:
    """By link id: the codes chosen in the newest signed visits on this device, whoever's, the latest first."""
    if not link_ids:
        return {}
    newest = (
        select(_v.id)
        .where(_v.status == VisitStatus.SIGNED.value)
        .order_by(_v.began_at.desc(), _v.id.desc())
        .limit(RECENT_VISITS)
    )
    rows = connection.execute(
        select(_a.link_id, _a.value, func.max(_v.began_at))
        .join(visit_table, _v.id == _a.visit_id)
        .where(_a.visit_id.in_(newest), _a.link_id.in_(sorted(link_ids)), _a.value.is_not(None))
        .group_by(_a.link_id, _a.value)
        .order_by(func.max(_v.began_at).desc(), _a.value)
    )
    found: dict[str, list[str]] = {}
    for link_id, text, _ in rows:
        value = decode_value(text)
        if isinstance(value, str) and len(found.setdefault(link_id, [])) < most:
            found[link_id].append(value)
    return {link_id: tuple(codes) for link_id, codes in found.items()}
