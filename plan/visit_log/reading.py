"""One page of the visit log, found through the access predicate of each visit's Encounter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, tuple_

from plan.fhir.access import IS_CURRENT, panel
from plan.fhir.context import Caller
from plan.fhir.json_text import loads
from plan.fhir.params import Condition
from plan.fhir.store import versions
from plan.fhir.tables import resource
from plan.visit_log.asking import COUNTED, ORDERS, Asked
from plan.visit_log.tables import visit_line


@dataclass(frozen=True, slots=True)
class LogLines:
    """`last`: what `_after` says for the next page, None after the last one. `names`: of people, by id."""

    rows: Sequence[Row[Any]]
    names: Mapping[str, str]
    last: str | None
    total: int | None = None
    more: bool = False
    """There are more than `total` says."""


def read_lines(connection: Connection, asked: Asked, caller: Caller) -> LogLines:
    """Inside a transaction that has entered for its caller, a supervisor."""
    allowed = caller.allowed()
    total = _count(connection, asked, caller) if asked.total else None
    order = ORDERS[asked.order]
    page = select(visit_line).where(*asked.conditions, _may_read(allowed))
    if asked.after is not None:
        # Row values walk the index that the order uses, so a page costs the same however deep it lies.
        here = tuple_(*order)
        page = page.where(here < asked.after if asked.down else here > asked.after)
    page = page.order_by(*(one.desc() if asked.down else one.asc() for one in order))
    rows = connection.execute(page.limit(asked.count + 1)).all()
    more = len(rows) > asked.count
    rows = rows[: asked.count]
    last = f"{rows[-1].began_ms}_{rows[-1].encounter_id}" if more else None
    names = _read_names(connection, {row.patient_id for row in rows}, allowed)
    if total is not None and asked.total == "estimate" and total > COUNTED:
        return LogLines(rows, names, last, COUNTED, more=True)
    return LogLines(rows, names, last, total)


def _count(connection: Connection, asked: Asked, caller: Caller) -> int:
    """How many lines there are; an estimate stops counting one after the last that it tells.

    Without looking at each record: what not every supervisor of the team may read has no line.
    """
    hers = visit_line.c.patient_id.in_(panel(caller.principal, caller.now_ms))
    wanted = select(visit_line.c.encounter_id).where(hers, *asked.conditions)
    if asked.total == "estimate":
        wanted = wanted.limit(COUNTED + 1)
    return connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()


def _may_read(allowed: Condition) -> Condition:
    """The visit's own record decides who may read its line; a line without one is nobody's.

    As a value of each line, not as a join: the databases then walk the lines in their order and stop after a page. Of a
    join they believe that next to nothing comes of it, and put a whole year in order first.
    """
    record = (
        versions(allowed)
        .with_only_columns(resource.c.key)
        .where(
            IS_CURRENT,
            resource.c.type == "Encounter",
            resource.c.id == visit_line.c.encounter_id,
            resource.c.patient_id == visit_line.c.patient_id,
            resource.c.deleted == 0,
        )
    )
    return record.correlate(visit_line).scalar_subquery().is_not(None)


def _read_names(connection: Connection, ids: set[str], allowed: Condition) -> Mapping[str, str]:
    if not ids:
        return {}
    here = (IS_CURRENT, resource.c.type == "Patient", resource.c.id.in_(sorted(ids)), resource.c.deleted == 0)
    found = connection.execute(versions(allowed).where(*here))
    return {row.id: _name(loads(row.body)) for row in found}


def _name(patient: Mapping[str, Any]) -> str:
    """The official name, else the first one, as it is written or put together."""
    names = [one for one in patient.get("name", ()) if isinstance(one, dict)]
    best = next((one for one in names if one.get("use") == "official"), names[0] if names else {})
    parts = [*best.get("given", ()), best.get("family", ""), *best.get("suffix", ())]
    return str(best.get("text") or " ".join(str(one) for one in parts if one))
