"""Records of deaths and calls to families as text, by what stands in them: few rows of many, and no other body read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from app.store import tables
from app.store.bases import base_table
from app.store.outbox_rows import SET_ASIDE, SETTLED, change

_patient = tables.table_of(tables.Patient)
_b, _c, _p = base_table.c, change.c, _patient.c


@dataclass(frozen=True, slots=True)
class Held:
    """One record (FHIR JSON) as it should be shown. `pending`: the plan has not answered; `refused`: it said no."""

    id: str
    body: str
    pending: bool = False
    refused: bool = False


def list_marked(connection: Connection, patient_id: str, kind: str, mark: str) -> tuple[Held, ...]:
    """This person's records of a type whose text holds `mark`; what is not settled stands for the plan's."""
    theirs = select(_b.id, _b.body, _b.deleted).where(
        _b.patient_id == patient_id, _b.type == kind, func.instr(_b.body, mark) > 0
    )
    own = (
        select(_c.id, _c.payload, _c.state)
        .where(_c.patient_id == patient_id, _c.type == kind, func.instr(_c.payload, mark) > 0)
        .order_by(_c.seq)
    )
    found: dict[str, Held] = {}
    known: set[str] = set()
    for row in connection.execute(theirs):
        known.add(row.id)
        if not row.deleted:
            found[row.id] = Held(row.id, row.body)
    for row in connection.execute(own):
        if row.state != SETTLED:
            found[row.id] = Held(row.id, row.payload, True, row.state == SET_ASIDE)
        elif row.id not in known:
            found[row.id] = Held(row.id, row.payload)
    return tuple(found[one] for one in sorted(found))


def list_dead(connection: Connection) -> tuple[str, ...]:
    """Ids of active members who have died."""
    return tuple(
        connection.execute(
            select(_p.id).where(_p.active_member, _p.deceased).order_by(_p.search_name, _p.id)
        ).scalars()
    )


def find_dead(connection: Connection, patient_ids: Collection[str]) -> frozenset[str]:
    """Of these: who has died."""
    rows = connection.execute(select(_p.id).where(_p.deceased, _p.id.in_(list(patient_ids))))
    return frozenset(rows.scalars())


def set_dead(connection: Connection, patient_id: str, dead: bool) -> bool:
    """Mark it; True when it was otherwise. Nothing happens for somebody who is not here."""
    changed = connection.execute(
        update(_patient).where(_p.id == patient_id, _p.deceased.is_not(dead)).values(deceased=dead)
    )
    return changed.rowcount > 0
