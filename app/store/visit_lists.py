"""Lists of visits: today, a person's page, the supervisor's log. Where each one is, the outbox says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, select

from app.domain.patient import fold
from app.domain.visit import Answer, Modality, Setting, VisitStatus
from app.errors import NotFound
from app.store import outbox_rows, tables
from app.store.patient_words import match_name
from app.store.times import at_offset, to_text
from app.store.visit_rows import ESAS_R, OWN, answer_table, find_moment, read_answers, visit_table

_patient = tables.table_of(tables.Patient)
_v = visit_table.c


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit in a list. `origin`: "own" or "pulled". `arriving`: the plan does not hold all parts yet."""

    id: str
    patient_id: str
    patient_name: str
    nurse_reference: str
    nurse_name: str
    modality: Modality
    setting: Setting
    began_at: datetime
    left_at: datetime | None
    signed_at: datetime | None
    status: VisitStatus
    origin: str
    highest_score: int | None
    arriving: bool


@dataclass(frozen=True, slots=True)
class LastAnswers:
    """The answers of an earlier visit, by link id, and when that visit began."""

    visit_id: str
    began_at: datetime
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What the visit log is asked for; None means any. `from_at` inclusive, `to_at` exclusive, both of the start."""

    nurse_name: str | None = None
    patient_text: str | None = None
    setting: Setting | None = None
    modality: Modality | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    minimum_score: int | None = None


def get_row(connection: Connection, visit_id: str) -> VisitRow:
    """Raises NotFound."""
    row = connection.execute(_rows().where(_v.id == visit_id)).one_or_none()
    if row is None:
        raise NotFound(detail="no such visit")
    return _to_row(row)


def find_draft(connection: Connection, patient_id: str) -> str | None:
    """The id of this user's open draft with this person, the newest if there are several."""
    found = connection.execute(
        select(_v.id)
        .where(_v.patient_id == patient_id, _v.status == VisitStatus.DRAFT.value)
        .order_by(_v.began_at.desc(), _v.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return None if found is None else str(found)


def list_drafts(connection: Connection) -> tuple[VisitRow, ...]:
    """Newest first."""
    return _list(connection, _rows().where(_v.status == VisitStatus.DRAFT.value))


def list_for_patient(connection: Connection, patient_id: str, limit: int = 50) -> tuple[VisitRow, ...]:
    """Signed visits, own and pulled, newest first."""
    return _list(connection, _signed().where(_v.patient_id == patient_id).limit(limit))


def list_unsent(connection: Connection) -> tuple[VisitRow, ...]:
    """Own signed visits with anything not settled, oldest first (set aside ones included)."""
    rows = _list(connection, _signed().where(_v.origin == OWN, _v.id.in_(outbox_rows.unsettled_groups())))
    return rows[::-1]


def list_arriving(connection: Connection, limit: int = 50) -> tuple[str, ...]:
    """Ids of visits of which the plan, as far as this device knows, does not hold every part; newest first."""
    statement = select(_v.id).where(_v.arriving).order_by(_v.began_at.desc(), _v.id).limit(limit)
    return tuple(connection.execute(statement).scalars())


def list_received_since(connection: Connection, since: datetime, limit: int = 50) -> tuple[VisitRow, ...]:
    """Own visits, wholly settled, whose last receipt (server time) is not before `since`; newest first."""
    newest = outbox_rows.newest_settled_groups(4 * limit)  # a visit may have travelled in a few parts
    candidates = _list(connection, _signed().where(_v.origin == OWN, _v.id.in_(newest)))
    received = outbox_rows.read_received_at(connection, [row.id for row in candidates])
    fresh = [
        (received[row.id], row) for row in candidates if row.id in received and received[row.id] >= since
    ]
    fresh.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(row for _, row in fresh[:limit])


def last_answers(
    connection: Connection, patient_id: str, before: datetime, instrument: str = ESAS_R
) -> LastAnswers | None:
    """Answers of the newest signed visit that began before `before` and has any, for this instrument."""
    answered = exists(
        select(answer_table.c.visit_id).where(
            answer_table.c.visit_id == _v.id, answer_table.c.instrument == instrument
        )
    )
    row = connection.execute(
        select(_v.id, _v.began_at, _v.began_offset)
        .where(
            _v.patient_id == patient_id,
            _v.status == VisitStatus.SIGNED.value,
            _v.began_at < to_text(before),
            answered,
        )
        .order_by(_v.began_at.desc(), _v.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return LastAnswers(
        row.id, at_offset(row.began_at, row.began_offset), read_answers(connection, row.id, instrument)
    )


def log(connection: Connection, query: LogQuery, offset: int = 0, limit: int = 50) -> tuple[VisitRow, ...]:
    """Signed visits that match, newest first."""
    return _list(connection, _signed().where(*_conditions(query)).limit(limit).offset(offset))


def count_log(connection: Connection, query: LogQuery) -> int:
    """How many signed visits match."""
    signed = _v.status == VisitStatus.SIGNED.value
    return int(
        connection.execute(
            select(func.count()).select_from(visit_table).where(signed, *_conditions(query))
        ).scalar_one()
    )


def list_nurses(connection: Connection) -> tuple[str, ...]:
    """Names of all who have a signed visit on this device, in order."""
    names = connection.execute(
        select(_v.nurse_name).where(_v.status == VisitStatus.SIGNED.value).distinct()
    ).scalars()
    return tuple(sorted(names, key=lambda name: (fold(name), name)))


def _conditions(query: LogQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.nurse_name is not None:
        conditions.append(_v.nurse_name == query.nurse_name)
    if query.setting is not None:
        conditions.append(_v.setting == query.setting.value)
    if query.modality is not None:
        conditions.append(_v.modality == query.modality.value)
    if query.from_at is not None:
        conditions.append(_v.began_at >= to_text(query.from_at))
    if query.to_at is not None:
        conditions.append(_v.began_at < to_text(query.to_at))
    if query.minimum_score is not None:
        conditions.append(_v.highest_score >= query.minimum_score)
    if query.patient_text is not None:
        conditions += match_name(_v.patient_id, query.patient_text)
    return conditions


def _rows() -> Select[Any]:
    name = func.coalesce(_patient.c.display_name, "").label("patient_name")
    return (
        select(visit_table, name)
        .select_from(visit_table.outerjoin(_patient, _patient.c.id == _v.patient_id))
        .order_by(_v.began_at.desc(), _v.id.desc())
    )


def _signed() -> Select[Any]:
    return _rows().where(_v.status == VisitStatus.SIGNED.value)


def _list(connection: Connection, statement: Select[Any]) -> tuple[VisitRow, ...]:
    return tuple(_to_row(row) for row in connection.execute(statement))


def _to_row(row: Any) -> VisitRow:
    return VisitRow(
        id=row.id,
        patient_id=row.patient_id,
        patient_name=row.patient_name,
        nurse_reference=row.nurse_reference,
        nurse_name=row.nurse_name,
        modality=Modality(row.modality),
        setting=Setting(row.setting),
        began_at=at_offset(row.began_at, row.began_offset),
        left_at=find_moment(row.left_at, row.left_offset),
        signed_at=find_moment(row.signed_at, row.signed_offset),
        status=VisitStatus(row.status),
        origin=row.origin,
        highest_score=row.highest_score,
        arriving=row.arriving,
    )
