"""Lists of visits: today, a person's page. Where each one is, the outbox says; the log is in `log_rows`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, bindparam, exists, func, select

from app.domain.visit import Answer, AnsweredBy, Modality, Setting, VisitStatus
from app.errors import NotFound
from app.store import outbox_rows, tables
from app.store.answer_rows import answer_table, to_answer
from app.store.log_query import not_met
from app.store.quick import Quick
from app.store.times import at_offset, from_text, to_text
from app.store.visit_rows import OWN, find_moment, visit_table

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


def get_row(connection: Connection, visit_id: str) -> VisitRow:
    """Raises NotFound."""
    row = connection.execute(select_rows().where(_v.id == visit_id)).one_or_none()
    if row is None:
        raise NotFound(detail="no such visit")
    return to_row(row)


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
    return _list(connection, select_rows().where(_v.status == VisitStatus.DRAFT.value))


def list_drafted(connection: Connection) -> frozenset[str]:
    """Ids of the persons with whom a draft is open."""
    return frozenset(row.patient_id for row in _DRAFTED.all(connection))


def list_for_patient(connection: Connection, patient_id: str, limit: int = 50) -> tuple[VisitRow, ...]:
    """Signed visits, own and pulled, newest first."""
    return tuple(to_row(row) for row in _of_person().all(connection, person=patient_id, most=limit))


def list_unsent(connection: Connection) -> tuple[VisitRow, ...]:
    """Own signed visits with anything not settled, oldest first (set aside ones included)."""
    rows = _list(connection, _signed().where(_v.origin == OWN, _v.id.in_(outbox_rows.unsettled_groups())))
    return rows[::-1]


_DRAFTED = Quick(select(_v.patient_id).where(_v.status == VisitStatus.DRAFT.value))
_ARRIVING = Quick(
    select(_v.id)
    .where(_v.arriving)
    .order_by(_v.began_at.desc(), _v.id)
    .limit(bindparam("most", type_=Integer))
)


def list_arriving(connection: Connection, limit: int = 50) -> tuple[str, ...]:
    """Ids of visits of which the plan, as far as this device knows, does not hold every part; newest first."""
    return tuple(row.id for row in _ARRIVING.all(connection, most=limit))


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


def last_values(connection: Connection, patient_id: str, before: datetime) -> dict[str, Answer]:
    """By link id, of all instruments: the answer of the newest signed visit before `before` that holds a value for it.

    `at` is when it was given, or, for a visit that was written afterwards, when that visit began.
    """
    held = answer_table.c.value.is_not(None) | (answer_table.c.again != "")
    # SQLite takes the other columns from the row that has the greatest value.
    newest = func.max(_v.began_at + _v.id)
    rows = connection.execute(
        select(answer_table, _v.written_afterwards, _v.began_at, newest)
        .select_from(visit_table.join(answer_table, answer_table.c.visit_id == _v.id))
        .where(*_signed_before(patient_id, before), answer_table.c.entry == "", held)
        .group_by(answer_table.c.link_id)
    )
    return {
        row.link_id: replace(to_answer(row), at=from_text(row.began_at))
        if row.written_afterwards
        else to_answer(row)
        for row in rows
    }


def last_visit_at(connection: Connection, patient_id: str, before: datetime) -> datetime | None:
    """When the newest signed visit before `before` that took place and holds any answer began."""
    answered = exists(select(answer_table.c.visit_id).where(answer_table.c.visit_id == _v.id))
    row = connection.execute(
        select(_v.began_at, _v.began_offset)
        .where(*_signed_before(patient_id, before), answered, ~not_met())
        .order_by(_v.began_at.desc(), _v.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else at_offset(row.began_at, row.began_offset)


def list_not_met(connection: Connection, patient_id: str) -> frozenset[str]:
    """Ids of the signed visits with this person in which nobody was seen or nobody answered the call."""
    return frozenset(row.id for row in _not_met_of_person().all(connection, person=patient_id))


def which_not_met(connection: Connection, visit_ids: Collection[str]) -> frozenset[str]:
    """Those of these visits that did not take place, drafts among them."""
    return frozenset(connection.execute(select(_v.id).where(_v.id.in_(visit_ids), not_met())).scalars())


def first_visits_at(
    connection: Connection, patient_id: str, before: datetime, limit: int
) -> tuple[datetime, ...]:
    """When the person's first signed visits that took place began, by whomever; oldest first, at most `limit`."""
    rows = connection.execute(
        select(_v.began_at, _v.began_offset)
        .where(*_signed_before(patient_id, before), ~not_met())
        .order_by(_v.began_at, _v.id)
        .limit(limit)
    )
    return tuple(at_offset(row.began_at, row.began_offset) for row in rows)


def find_last_answered_by(connection: Connection, patient_id: str, before: datetime) -> AnsweredBy | None:
    """Who answered in the newest signed visit that took place and says so."""
    found = connection.execute(
        select(_v.answered_by)
        .where(*_signed_before(patient_id, before), ~not_met(), _v.answered_by.is_not(None))
        .order_by(_v.began_at.desc(), _v.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return next((by for by in AnsweredBy if by.value == found), None)


def _signed_before(patient_id: str, before: datetime) -> tuple[ColumnElement[bool], ...]:
    signed = _v.status == VisitStatus.SIGNED.value
    return (_v.patient_id == patient_id, signed, _v.began_at < to_text(before))


def select_rows() -> Select[Any]:
    """Visits with the names of their people, newest first; `to_row` reads them."""
    name = func.coalesce(_patient.c.display_name, "").label("patient_name")
    return (
        select(visit_table, name)
        .select_from(visit_table.outerjoin(_patient, _patient.c.id == _v.patient_id))
        .order_by(_v.began_at.desc(), _v.id.desc())
    )


def _signed() -> Select[Any]:
    return select_rows().where(_v.status == VisitStatus.SIGNED.value)


@cache
def _of_person() -> Quick:
    most = bindparam("most", type_=Integer)
    return Quick(_signed().where(_v.patient_id == bindparam("person")).limit(most))


@cache
def _not_met_of_person() -> Quick:
    signed = _v.status == VisitStatus.SIGNED.value
    return Quick(select(_v.id).where(_v.patient_id == bindparam("person"), signed, not_met()))


def _list(connection: Connection, statement: Select[Any]) -> tuple[VisitRow, ...]:
    return tuple(to_row(row) for row in connection.execute(statement))


def to_row(row: Any) -> VisitRow:
    """One row of `select_rows`."""
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
