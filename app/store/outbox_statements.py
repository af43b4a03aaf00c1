"""What sending and settling a visit asks the outbox, built once: building a statement costs more than running it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from app.store.outbox_rows import OPEN, SETTLED, change, receipt, write, write_change
from app.store.quick import Quick

_SEQS: BindParameter[Any] = bindparam("seqs", expanding=True)
OF_SEQS = select(
    change.c.seq, change.c.group_id, change.c.type, change.c.id, change.c.patient_id, change.c.state
).where(change.c.seq.in_(_SEQS))
NAMING = (
    select(func.count())
    .select_from(write_change.join(write, write.c.id == write_change.c.write_id))
    .where(write_change.c.seq.in_(_SEQS), write.c.state.in_(OPEN))
)
STATE = Quick(select(write.c.state).where(write.c.id == bindparam("write")))
CHANGES = Quick(
    select(change.c.seq, change.c.type, change.c.id, change.c.state)
    .join(write_change, write_change.c.seq == change.c.seq)
    .where(write_change.c.write_id == bindparam("write"))
    .order_by(change.c.seq)
)
LATER = (
    select(change.c.seq, change.c.type, change.c.id)
    .where(
        change.c.type.in_(bindparam("kinds", expanding=True)),
        change.c.id.in_(bindparam("ids", expanding=True)),
        change.c.state != SETTLED,
    )
    .order_by(change.c.seq)
)
SETTLE = update(change).where(change.c.seq.in_(_SEQS)).values(state=SETTLED, reason=None)
REST_ON = update(change).where(change.c.seq == bindparam("next")).values(base_version=bindparam("version"))
CLOSE = Quick(
    update(write)
    .where(write.c.id == bindparam("write"))
    .values(state=SETTLED, settled_at=bindparam("at"), reason=None)
)
_RECEIPT = upsert(receipt)
PUT_RECEIPT = _RECEIPT.on_conflict_do_update(
    index_elements=["write_id", "type", "id"],
    set_={
        **{name: _RECEIPT.excluded[name] for name in ("version_id", "last_updated", "received_at")},
        "lost_at": None,
    },
    where=receipt.c.lost_at.is_not(None),
)
