"""What is on record about one person now: the plan's copies, overlaid by what this device made and has not settled.

A record made offline is there at once on the device that made it; another device gets the same by the plan.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    func,
    select,
    true,
)

from app.domain.visit import VisitStatus
from app.store import bases
from app.store.bases import BaseCopy
from app.store.outbox_rows import SET_ASIDE, SETTLED, change, find_server_time, receipt, write_change
from app.store.quick import Quick
from app.store.visit_rows import visit_table

_KEYS = 400
"""Payloads fetched in one statement; SQLite bounds the number of parameters."""


@dataclass(frozen=True, slots=True)
class CurrentRecord:
    """One record as it should be shown. `body` is FHIR JSON text.

    `pending`: this version is our own and the plan has not answered for it. `set_aside`: nor will it as it is, the
    plan refused it; it stays on record here and is marked.
    """

    type: str
    id: str
    body: str
    pending: bool = False
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class _Own:
    """The newest change of a record in the outbox; `at` is the server's time text for it once it is settled.

    `spent`: its bytes are gone, 30 days after its receipt; the plan's copy stands for it.
    """

    seq: int
    state: str
    version_id: str | None
    at: str | None
    spent: bool = False


def list_current(connection: Connection, patient_id: str, *types: str) -> tuple[CurrentRecord, ...]:
    """The person's records of these types, in order of type (as asked) and id. What the plan deleted is left out,
    unless a newer version of ours waits to be sent.
    """
    own = _read_own(connection, patient_id, types)
    held = {
        (base.type, base.id): base
        for kind in types
        for base in bases.list_for_patient(connection, patient_id, kind)
    }
    deleted = _find_deleted(connection, own.keys() - held.keys())
    shown = [key for key, one in own.items() if _is_ours(one, held.get(key), key in deleted)]
    bodies = _read_payloads(connection, (own[key].seq for key in shown))
    records: dict[tuple[str, str], CurrentRecord] = {
        key: CurrentRecord(base.type, base.id, base.body) for key, base in held.items()
    }
    for key in shown:
        one = own[key]
        waits = one.state != SETTLED
        records[key] = CurrentRecord(*key, bodies[one.seq], waits, one.state == SET_ASIDE)
    order = {kind: at for at, kind in enumerate(types)}
    return tuple(records[key] for key in sorted(records, key=lambda key: (order[key[0]], key[1])))


def _is_ours(own: _Own, base: BaseCopy | None, deleted: bool) -> bool:
    """Whether our newest version is to be shown rather than the plan's copy."""
    if own.state != SETTLED:
        return True
    if deleted or own.spent:
        return False
    if base is None or base.version_id == own.version_id:
        return base is None
    # The plan's copy is of another version than the one it gave ours: the later one counts, by the plan's own clock.
    ours, theirs = find_server_time(own.at), find_server_time(base.last_updated)
    return ours is not None and theirs is not None and ours > theirs


def _read_own(connection: Connection, patient_id: str, types: Iterable[str]) -> dict[tuple[str, str], _Own]:
    found: dict[tuple[str, str], _Own] = {}
    for row in _newest_own().all(connection, patient_id=patient_id, types=json.dumps(list(types))):
        known = found.get((row.type, row.id))
        if known is None or row.version_id is not None:  # a change may have been named by several writes
            found[row.type, row.id] = _Own(row.seq, row.state, row.version_id, row.last_updated, row.spent)
    return found


@cache
def _newest_own() -> Quick:
    whose: BindParameter[str] = bindparam("patient_id")
    types = func.json_each(bindparam("types")).table_valued("value")
    newest = (
        select(func.max(change.c.seq).label("seq"))
        .where(change.c.patient_id == whose, change.c.type.in_(select(types.c.value)))
        .group_by(change.c.type, change.c.id)
        .subquery()
    )
    return Quick(
        select(change.c.type, change.c.id, change.c.seq, change.c.state, _SPENT, *_answer_columns())
        .select_from(
            change.join(newest, newest.c.seq == change.c.seq)
            .outerjoin(write_change, write_change.c.seq == change.c.seq)
            .outerjoin(
                receipt,
                (receipt.c.write_id == write_change.c.write_id)
                & (receipt.c.type == change.c.type)
                & (receipt.c.id == change.c.id)
                & receipt.c.lost_at.is_(None),
            )
        )
        .order_by(change.c.seq, receipt.c.last_updated)
    )


_SPENT = ((change.c.payload == "") & (change.c.state == SETTLED)).label("spent")


def _answer_columns() -> tuple[Any, ...]:
    return (receipt.c.version_id, receipt.c.last_updated)


def _find_deleted(connection: Connection, keys: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    wanted: dict[str, list[str]] = {}
    for kind, record_id in keys:
        wanted.setdefault(kind, []).append(record_id)
    return frozenset(
        (kind, base.id)
        for kind, ids in wanted.items()
        for base in bases.find_all(connection, kind, ids).values()
        if base.deleted
    )


def _read_payloads(connection: Connection, seqs: Iterable[int]) -> Mapping[int, str]:
    wanted = list(seqs)
    bodies: dict[int, str] = {}
    for start in range(0, len(wanted), _KEYS):
        part = wanted[start : start + _KEYS]
        statement = select(change.c.seq, change.c.payload).where(change.c.seq.in_(part))
        bodies.update({row.seq: row.payload for row in connection.execute(statement)})
    return bodies


def read_mark(connection: Connection, patient_id: str) -> tuple[Any, ...]:
    """Differs whenever anything that `list_current` or a list of signed visits reads of this person has changed."""
    return tuple(_mark().one_or_none(connection, patient_id=patient_id))


def read_data_version(connection: Connection) -> int:
    """Differs, on the store's reading connection, once anything at all was written since it was last asked."""
    return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())


@cache
def _mark() -> Quick:
    return Quick(select_mark())


def select_mark(*only: ColumnElement[bool]) -> Select[Any]:
    """One row about `patient_id`, without any body: counts, and the newest of each kind. `only`: of our own changes."""
    whose: BindParameter[str] = bindparam("patient_id")
    own, base, visit = change.c, bases.base_table.c, visit_table.c
    signed = visit.status == VisitStatus.SIGNED.value
    settled, aside = (func.sum(own.state == state, type_=Integer) for state in (SETTLED, SET_ASIDE))
    ours = (func.max(own.seq), func.count(), settled, aside)
    theirs = (func.count(), func.max(base.last_updated), func.sum(base.deleted, type_=Integer))
    parts = (
        select(*ours).where(own.patient_id == whose, *only).subquery(),
        select(*theirs).where(base.patient_id == whose).subquery(),
        select(func.count(), func.max(visit.signed_at)).where(visit.patient_id == whose, signed).subquery(),
    )
    together = parts[0].join(parts[1], true()).join(parts[2], true())
    return select(*(column for part in parts for column in part.c)).select_from(together)
