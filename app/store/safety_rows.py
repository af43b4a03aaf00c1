"""What the safety rules need of earlier visits, and a stamp that says whether anything they read in a draft changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from app.domain.visit import Answer, VisitStatus
from app.store.answer_rows import answer_table, to_answer
from app.store.current import select_mark
from app.store.outbox_rows import change
from app.store.quick import Quick
from app.store.times import to_text
from app.store.visit_rows import visit_table

CONTACTS = 12
"""Earlier contacts that are looked at."""

_v = visit_table.c
_a = answer_table.c
_SIGNED = VisitStatus.SIGNED.value
_MARK = Quick(select_mark(change.c.priority > 0))
_DRAFT = Quick(
    select(_v.modality, _v.setting).where(_v.id == bindparam("visit"), _v.status == VisitStatus.DRAFT.value)
)
_READ = Quick(
    select(_a.entry, _a.link_id, _a.value, _a.absent, _a.again, _a.name)
    .where(_a.visit_id == bindparam("visit"))
    .order_by(_a.entry, _a.link_id)
)


def read_previous(
    connection: Connection, patient_id: str, before: datetime, link_ids: Collection[str]
) -> dict[str, tuple[Answer, ...]]:
    """By link id the answers with a value of the newest earlier contacts, newest first."""
    visits = (
        select(_v.id)
        .where(_v.patient_id == patient_id, _v.status == _SIGNED, _v.began_at < to_text(before))
        .order_by(_v.began_at.desc(), _v.id.desc())
        .limit(CONTACTS)
    )
    rows = connection.execute(
        select(answer_table)
        .join(visit_table, _v.id == _a.visit_id)
        .where(
            _a.visit_id.in_(visits),
            _a.entry == "",
            _a.link_id.in_(link_ids),
            _a.value.is_not(None) | (_a.again != ""),
        )
        .order_by(_v.began_at.desc(), _v.id.desc())
    )
    found: dict[str, tuple[Answer, ...]] = {}
    for row in rows:
        found[row.link_id] = (*found.get(row.link_id, ()), to_answer(row))
    return found


def read_inner(
    connection: Connection, patient_id: str, since: datetime, link_ids: Collection[str]
) -> tuple[dict[str, Answer], ...]:
    """Entries that hold these items, of signed visits since then: each as its answers by link id."""
    rows = connection.execute(
        select(answer_table)
        .join(visit_table, _v.id == _a.visit_id)
        .where(
            _v.patient_id == patient_id,
            _v.status == _SIGNED,
            _v.began_at >= to_text(since),
            _a.entry != "",
            _a.link_id.in_(link_ids),
        )
    )
    entries: dict[tuple[str, str], dict[str, Answer]] = {}
    for row in rows:
        entries.setdefault((row.visit_id, row.entry), {})[row.link_id] = to_answer(row)
    return tuple(entries.values())


def read_mark(connection: Connection, patient_id: str) -> tuple[object, ...]:
    """Differs when anything on record about the person does, other than alerts of our own."""
    return tuple(_MARK.one_or_none(connection, patient_id=patient_id))


def read_stamp(connection: Connection, visit_id: str, link_ids: Collection[str]) -> str | None:
    """A digest of everything in this draft that rules read; None where there is no such draft.

    Plain answers count where a rule reads them; everything in entries counts.
    """
    frame = _DRAFT.one_or_none(connection, visit=visit_id)
    if frame is None:
        return None
    digest = hashlib.sha256(repr(tuple(frame)).encode())
    for row in _READ.all(connection, visit=visit_id):
        if row.entry or row.link_id in link_ids:
            digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
