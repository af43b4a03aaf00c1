"""Visits of which parts were asked for in vain: how often, when, and what the plan said. Kept as cursor rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.store import cursors, times
from app.store.outbox_rows import find_server_time

OFTEN, SELDOM = 3, 10
"""Tries after which a visit is asked for once an hour, then once a day (server's time)."""
UNPROVED = "The plan does not show the proof that this visit is whole. Please ask whoever wrote it."
_REFUSALS = frozenset({"403", "404", "410"})


@dataclass(frozen=True, slots=True)
class Asked:
    """`status`: what the plan answered for its manifest or, where that is here, for the first part that is not."""

    tries: int
    status: str
    at: datetime | None

    def is_due(self, server_at: datetime | None) -> bool:
        if self.tries < OFTEN or self.at is None or server_at is None or server_at < self.at:
            return True
        pause = timedelta(hours=1) if self.tries < SELDOM else timedelta(days=1)
        return server_at - self.at >= pause


NEVER = Asked(0, "", None)


def read_all(connection: Connection) -> Mapping[str, Asked]:
    """By visit id."""
    rows = cursors.list_scope(connection, cursors.ARRIVING)
    return {visit_id: _parse(row.since) for visit_id, row in rows.items()}


def note(connection: Connection, visit_id: str, status: str, at: datetime | None) -> None:
    """Asked once more, and it is still not whole."""
    row = cursors.find(connection, cursors.ARRIVING, visit_id)
    tries = (_parse(row.since) if row is not None else NEVER).tries + 1
    text = f"{tries};{status};{times.to_text(at) if at is not None else ''}"
    cursors.put(connection, cursors.ARRIVING, visit_id, text)


def forget(connection: Connection, visit_ids: Collection[str]) -> None:
    """These are whole, or gone."""
    for visit_id in visit_ids:
        cursors.drop(connection, cursors.ARRIVING, visit_id)


def read_words(connection: Connection, visit_ids: Collection[str]) -> Mapping[str, str]:
    """Why a visit may stay "arriving": of those of which the plan refused to show a part several times."""
    wanted = frozenset(visit_ids)
    return {
        visit_id: UNPROVED
        for visit_id, asked in read_all(connection).items()
        if visit_id in wanted and asked.tries >= OFTEN and asked.status in _REFUSALS
    }


def _parse(text: str | None) -> Asked:
    tries, _, rest = (text or "").partition(";")
    status, _, at = rest.partition(";")
    return Asked(int(tries) if tries.isdecimal() else 0, status, find_server_time(at))
