"""What the review of visits is read from, over all people on this device: few statements, and few bodies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from app.content.rules import Level
from app.domain.alert import AlertState
from app.domain.visit import VisitStatus
from app.domain.visit_kind import KIND, NOT_SAFE, NOT_SEEN_WHY
from app.store import tables
from app.store.answer_rows import answer_table, entry_table
from app.store.bases import base_table
from app.store.log_query import not_met
from app.store.outbox_rows import SETTLED, change
from app.store.times import at_offset
from app.store.values import decode_value, encode_value
from app.store.visit_rows import visit_table

_alert = tables.table_of(tables.Alert)
_v, _a, _b, _c = visit_table.c, answer_table.c, base_table.c, change.c
_DIED = (("phase", "bereavement"), ("next-none", "died"))
"""Answers that say that the person has died."""
_TALK = "conv-"
"""Begins the link ids of a conversation."""
_CODE_STATUS = "cs-statements"
_FEW = 3


@dataclass(frozen=True, slots=True)
class TaskText:
    """One Task as it should be shown (FHIR JSON). `pending`: our own version, which the plan has not answered for."""

    body: str
    pending: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A whole signed visit with what decides whether somebody should read it. `not_seen`: nobody was met in it;
    `unsafe`: because it was not safe.
    """

    id: str
    patient_id: str
    nurse: str
    began_at: datetime
    kind: str
    died: bool
    talked: bool
    not_seen: bool
    unsafe: bool


def list_tasks(
    connection: Connection, mark: str, patient_ids: Collection[str] | None = None
) -> tuple[TaskText, ...]:
    """Tasks whose text holds `mark`, of these people or of everybody here; what this device made and has not settled
    stands for the plan's copy.
    """
    held = select(_b.id, _b.body, _b.deleted).where(_b.type == "Task", func.instr(_b.body, mark) > 0)
    own = (
        select(_c.id, _c.payload, _c.state)
        .where(_c.type == "Task", func.instr(_c.payload, mark) > 0)
        .order_by(_c.seq)
    )
    if patient_ids is not None:
        people = list(patient_ids)
        # Of many people it is cheaper to look at all Tasks than at all records of each: no index by person then.
        whose = _b.patient_id if len(people) <= _FEW else _b.patient_id.concat("")
        held, own = held.where(whose.in_(people)), own.where(_c.patient_id.in_(people))
    found: dict[str, TaskText] = {}
    known: set[str] = set()
    for row in connection.execute(held):
        known.add(row.id)
        if not row.deleted:
            found[row.id] = TaskText(row.body, False)
    for row in connection.execute(own):
        if row.state != SETTLED:
            found[row.id] = TaskText(row.payload, True)
        elif row.id not in known:
            found[row.id] = TaskText(row.payload, False)
    return tuple(found[one] for one in sorted(found))


def find_task(connection: Connection, task_id: str, mark: str, patient_id: str) -> str | None:
    """The body of one of them as it should be shown."""
    needle = f'"{task_id}"'
    return next((one.body for one in list_tasks(connection, mark, [patient_id]) if needle in one.body), None)


def list_candidates(connection: Connection, me: str, visit_id: str | None = None) -> tuple[Candidate, ...]:
    """Signed visits of others of which every part is here, the newest first; or only this one."""
    own = and_(_a.visit_id == _v.id, _a.entry == "")
    kind = select(_a.value).where(own, _a.link_id == KIND).scalar_subquery().label("kind")
    died = exists().where(
        own, or_(*(and_(_a.link_id == link, _a.value == encode_value(code)) for link, code in _DIED))
    )
    talk = exists().where(own, _a.link_id >= _TALK, _a.link_id < _TALK + "\uffff")
    unsafe = exists().where(own, _a.link_id == NOT_SEEN_WHY, _a.value == encode_value(NOT_SAFE))
    e = entry_table.c
    status = exists().where(e.visit_id == _v.id, e.group == _CODE_STATUS)
    conditions: list[ColumnElement[bool]] = [
        _v.status == VisitStatus.SIGNED.value,
        _v.arriving.is_(False),
        _v.nurse_reference != me,
    ]
    if visit_id is not None:
        conditions.append(_v.id == visit_id)
    rows = connection.execute(
        select(
            *(_v.id, _v.patient_id, _v.nurse_reference, _v.began_at, _v.began_offset),
            kind,
            died.label("died"),
            or_(talk, status).label("talked"),
            not_met().label("not_seen"),
            unsafe.label("unsafe"),
        )
        .where(*conditions)
        .order_by(_v.began_at.desc(), _v.id)
    )
    found = []
    for row in rows:
        code = None if row.kind is None else decode_value(row.kind)
        found.append(
            Candidate(
                row.id,
                row.patient_id,
                row.nurse_reference,
                at_offset(row.began_at, row.began_offset),
                code if isinstance(code, str) else "",
                row.died,
                row.talked,
                row.not_seen,
                row.unsafe,
            )
        )
    return tuple(found)


def read_alert_levels(connection: Connection, visit_id: str | None = None) -> Mapping[str, frozenset[str]]:
    """By visit: the levels of the alerts that came of it. One that was no longer true counts if it was to act now."""
    counts = or_(_alert.c.state != AlertState.CLOSED.value, _alert.c.level == Level.ACT_NOW.value)
    statement = select(_alert.c.visit_id, _alert.c.level).where(_alert.c.visit_id.is_not(None), counts)
    if visit_id is not None:
        statement = statement.where(_alert.c.visit_id == visit_id)
    found: dict[str, set[str]] = {}
    for of, level in connection.execute(statement.distinct()):
        found.setdefault(of, set()).add(level)
    return {of: frozenset(levels) for of, levels in found.items()}


def find_patient(connection: Connection, visit_id: str) -> str | None:
    return connection.execute(select(_v.patient_id).where(_v.id == visit_id)).scalar_one_or_none()
