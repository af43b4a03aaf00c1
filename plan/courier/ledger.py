"""The courier's own rows: what became of each write that was brought."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete
from sqlmodel import Session, col, select

from plan.courier.tables import CourierWrite

APPLIED, KNOWN, HELD, TAKEN_BACK = "applied", "known", "held", "taken-back"
MOST_HELD = 2_000
"""Sealed copies of one author that are kept; what comes beyond stays on the tablets."""
KEPT_DECIDED = 5_000
"""Decided writes of one author that are remembered; the record itself tells of older ones."""


def find_write(connection: Connection, write_id: str) -> CourierWrite | None:
    with Session(connection) as session:
        return session.get(CourierWrite, write_id)


def put_write(connection: Connection, row: CourierWrite) -> None:
    """Write down what became of it; when it first came stays. Inside `write_transaction`."""
    with Session(connection) as session:
        known = session.get(CourierWrite, row.write_id)
        if known is not None:
            row.first_ms = known.first_ms
        session.merge(row)
        session.flush()
    _trim(connection, row.user_id)


def count_held(connection: Connection, user_id: str) -> int:
    """Sealed copies of this author's that lie here."""
    with Session(connection) as session:
        mine = (CourierWrite.user_id == user_id, col(CourierWrite.sealed).is_not(None))
        return len(session.exec(select(CourierWrite.write_id).where(*mine)).all())


def list_held(connection: Connection) -> Sequence[CourierWrite]:
    """What waits for somebody at the plan, or did when its author took it back, the oldest first."""
    with Session(connection) as session:
        query = select(CourierWrite).where(col(CourierWrite.sealed).is_not(None))
        return session.exec(query.order_by(col(CourierWrite.first_ms))).all()


def _trim(connection: Connection, user_id: str) -> None:
    decided = (col(CourierWrite.user_id) == user_id, col(CourierWrite.state) != HELD)
    newest = select(col(CourierWrite.write_id)).where(*decided).order_by(col(CourierWrite.decided_ms).desc())
    connection.execute(
        delete(CourierWrite).where(*decided, col(CourierWrite.write_id).not_in(newest.limit(KEPT_DECIDED)))
    )
