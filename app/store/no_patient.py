"""Records about no patient: a nurse's call for herself. What waits of them is counted on her own tablet like all else.

Their outbox rows carry an empty patient id; what is told to the plan asks for `OF_SOMEBODY`, and no list of what was
received holds them.
"""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from app.store.bases import base_table
from app.store.outbox_rows import SET_ASIDE, SETTLED, change

NOBODY = ""
"""The patient id of what is about nobody."""
OF_SOMEBODY = change.c.patient_id != NOBODY


def list_tasks(connection: Connection) -> tuple[tuple[str, bool, bool], ...]:
    """(newest JSON, the plan has it, the plan refused it) of each Task about nobody, our own and pulled."""
    b, c = base_table.c, change.c
    held = select(b.id, b.body).where(
        b.type == "Task", or_(b.patient_id.is_(None), b.patient_id == NOBODY), b.deleted.is_(False)
    )
    found = {row.id: (str(row.body), True, False) for row in connection.execute(held)}
    own = (
        select(c.id, c.payload, c.state)
        .where(c.type == "Task", c.patient_id == NOBODY, c.state != SETTLED)
        .order_by(c.seq)
    )
    for row in connection.execute(own):
        found[row.id] = (str(row.payload), False, row.state == SET_ASIDE)
    return tuple(found.values())
