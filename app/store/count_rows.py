"""What signed visits counted in the home: the entries of one group with when, by whom and with whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from app.domain.visit import Answer, VisitStatus
from app.store.answer_rows import answer_table, entry_table, to_answer
from app.store.times import to_text
from app.store.visit_rows import visit_table

_v, _a, _e = visit_table.c, answer_table.c, entry_table.c


@dataclass(frozen=True, slots=True)
class CountedEntry:
    """One entry of a signed visit. `beside`: the visit's answers outside of groups that were asked for."""

    visit_id: str
    by: str
    about: str | None
    answers: dict[str, Answer] = field(default_factory=dict)
    beside: Mapping[str, Answer] = field(default_factory=dict)


def list_counted(
    connection: Connection,
    patient_id: str,
    group: str,
    beside: tuple[str, ...],
    before: datetime | None = None,
) -> tuple[CountedEntry, ...]:
    """Entries of this group in signed visits, own and pulled; of those that began before `before`, where given."""
    mine = [_v.patient_id == patient_id, _v.status == VisitStatus.SIGNED.value]
    if before is not None:
        mine.append(_v.began_at < to_text(before))
    found: dict[tuple[str, str], CountedEntry] = {}
    around: dict[str, dict[str, Answer]] = {}
    for row in connection.execute(
        select(_e.visit_id, _e.id, _e.about, _v.nurse_name)
        .join(visit_table, _v.id == _e.visit_id)
        .where(*mine, _e.group == group)
        .order_by(_v.began_at, _e.visit_id, _e.position)
    ):
        of_visit = around.setdefault(row.visit_id, {})
        found[row.visit_id, row.id] = CountedEntry(row.visit_id, row.nurse_name, row.about, {}, of_visit)
    if not found:
        return ()
    for row in connection.execute(select(answer_table).where(_a.visit_id.in_(sorted(around)))):
        if row.entry == "" and row.link_id in beside:
            around[row.visit_id][row.link_id] = to_answer(row)
        elif (row.visit_id, row.entry) in found:
            found[row.visit_id, row.entry].answers[row.link_id] = to_answer(row)
    return tuple(found.values())
