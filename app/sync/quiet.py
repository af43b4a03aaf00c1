"""When a cursor need no longer be looked behind: nothing came after it for longer than rows take to become visible.

A pull asks from a little before what it saw last, because a row may become visible later than its stamp says. On our
own backend a write is cut off after 20 seconds; so what was not there 30 seconds after a stamp was first seen, by the
server's own clock at both ends, will never stand before it. Without this, every pass after a load of the whole panel
would bring the whole panel again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.store import cursors, times
from app.store.cursors import CursorAt
from app.sync.capabilities import OWN_OVERLAP
from app.sync.tracks import PANEL, Track, settled_since

LONG_ENOUGH = timedelta(seconds=OWN_OVERLAP)


def is_quiet(told: CursorAt | None, since: str | None) -> bool:
    """`told`: what was noted of this type. A cursor that has moved since is not quiet."""
    return told is not None and since is not None and told.done and _stood(told)[0] == since


def note_quiet(connection: Connection, tracks: Iterable[Track], server_at: datetime | None) -> None:
    """After a round that these tracks finished. `server_at`: the server's clock when this pull began."""
    known = cursors.list_scope(connection, cursors.QUIET)
    rows = []
    for track in tracks:
        told, since = known.get(track.type), settled_since(track, server_at)
        if track.scope != PANEL or not track.finished or since is None or server_at is None:
            continue
        stood, first = _stood(told) if told is not None else (None, None)
        if told is None or stood != since or first is None:
            rows.append((cursors.QUIET, track.type, CursorAt(f"{since} {times.to_text(server_at)}", False)))
        elif not told.done and server_at - first >= LONG_ENOUGH:
            # This very round looked behind it once more and came no further.
            rows.append((cursors.QUIET, track.type, CursorAt(told.since, True)))
    cursors.put_all(connection, rows)


def _stood(told: CursorAt) -> tuple[str, datetime | None]:
    """Where the cursor stood, and since when."""
    since, _, at = (told.since or "").partition(" ")
    return since, times.find_time(at or None)
