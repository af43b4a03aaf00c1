"""Log of sync passes, without patient data (F02, F23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from app.store.quick import Quick
from app.store.tables import SyncPass, table_of
from app.store.times import find_time, from_text, to_text

OK = "ok"
RUNNING = "running"
KEPT = 500
QUIET_KEPT = 60
"""Passes that found nothing to do and came through: at one every half minute they would push out all others."""

_pass = table_of(SyncPass)
_p = _pass.c
_BEGIN = insert(_pass).returning(_p.id)
_COUNT = Quick(select(func.count()).select_from(_pass))
_ENDED = ("ended_at", "outcome", "pushed", "pulled", "set_aside", "waiting", "detail", "server_at")
_END = Quick(
    update(_pass).where(_p.id == bindparam("pass")).values({name: bindparam(name) for name in _ENDED})
)


@dataclass(frozen=True, slots=True)
class PassRow:
    """`server_at`: the plan's own time at a complete pass ("ok"), else None. `detail`: codes and counts only.

    `pushed` and `set_aside` count writes, `pulled` records; `waiting`: writes still open at its end. `reported`: the
    plan has been told of it.
    """

    id: int
    began_at: datetime
    ended_at: datetime | None
    outcome: str
    pushed: int
    pulled: int
    detail: str
    server_at: datetime | None
    set_aside: int = 0
    waiting: int = 0
    reported: bool = False


def begin(connection: Connection, at: datetime) -> int:
    """A pass starts (outcome "running"); returns its id."""
    values = {"began_at": to_text(at), "outcome": RUNNING, "pushed": 0, "pulled": 0, "detail": ""}
    return int(connection.execute(_BEGIN, values).scalar_one())


def end(
    connection: Connection,
    pass_id: int,
    *,
    at: datetime,
    outcome: str,
    pushed: int = 0,
    pulled: int = 0,
    set_aside: int = 0,
    waiting: int = 0,
    detail: str = "",
    server_at: datetime | None = None,
) -> None:
    """A pass is over. Give `server_at` for a complete one only."""
    values = {
        "pass": pass_id,
        "ended_at": to_text(at),
        "outcome": outcome,
        "pushed": pushed,
        "pulled": pulled,
        "set_aside": set_aside,
        "waiting": waiting,
        "detail": detail,
        "server_at": None if server_at is None else to_text(server_at),
    }
    _END.run(connection, values)


def find_last(connection: Connection) -> PassRow | None:
    """The newest pass, still running or not."""
    return _find(connection, _newest().limit(1))


def find_last_ended(connection: Connection) -> PassRow | None:
    """The newest pass that came to its end, whatever came of it."""
    return _find(connection, _newest().where(_p.outcome != RUNNING).limit(1))


def find_last_success(connection: Connection) -> PassRow | None:
    """The newest pass with outcome "ok"."""
    return _find(connection, _newest().where(_p.outcome == OK).limit(1))


def list_recent(connection: Connection, limit: int = 50) -> tuple[PassRow, ...]:
    """Newest first."""
    return tuple(_to_row(row) for row in connection.execute(_newest().limit(limit)))


def trim(connection: Connection, keep: int = KEPT, keep_quiet: int = QUIET_KEPT) -> None:
    """Drop the oldest, keeping the last success, the newest `keep`, and of the quiet ones the newest `keep_quiet`.

    What failed in the morning is still there in the evening, however many quiet passes came after it (F02).
    """
    if _COUNT.scalar(connection) > min(keep, keep_quiet):  # each pass asks, and drops one now and then
        quiet = _quiet()
        kept_quiet = select(_p.id).where(quiet).order_by(_p.id.desc()).limit(keep_quiet)
        last_success = select(_p.id).where(_p.outcome == OK).order_by(_p.id.desc()).limit(1)
        connection.execute(delete(_pass).where(quiet, _p.id.not_in(kept_quiet), _p.id.not_in(last_success)))
        kept = select(_p.id).order_by(_p.id.desc()).limit(keep)
        connection.execute(delete(_pass).where(_p.id.not_in(kept), _p.id.not_in(last_success)))


def _quiet() -> ColumnElement[bool]:
    return and_(_p.outcome == OK, _p.pushed == 0, _p.pulled == 0, _p.set_aside == 0, _p.waiting == 0)


def _newest() -> Select[Any]:
    return select(_pass).order_by(_p.id.desc())


def _find(connection: Connection, statement: Select[Any]) -> PassRow | None:
    row = connection.execute(statement).one_or_none()
    return None if row is None else _to_row(row)


def _to_row(row: Any) -> PassRow:
    return PassRow(
        id=row.id,
        began_at=from_text(row.began_at),
        ended_at=find_time(row.ended_at),
        outcome=row.outcome,
        pushed=row.pushed,
        pulled=row.pulled,
        detail=row.detail,
        server_at=find_time(row.server_at),
        set_aside=row.set_aside,
        waiting=row.waiting,
        reported=row.reported,
    )
