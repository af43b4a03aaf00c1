"""When something was last saved in a visit: known from one page of it to the next, as long as the store is open."""

from __future__ import annotations

from datetime import datetime
from weakref import WeakKeyDictionary

from app.views.ports import OpenSession

_saved: WeakKeyDictionary[OpenSession, dict[str, datetime]] = WeakKeyDictionary()
"""By visit. The draft does not keep it: the times of its answers say nothing of the note, or of what was cleared."""


def find(session: OpenSession, visit_id: str) -> datetime | None:
    """The time after the last commit; None before the first one since the store was opened."""
    return _saved.get(session, {}).get(visit_id)


def keep(session: OpenSession, visit_id: str, at: datetime | None) -> None:
    """None, from a page that knows of no commit, changes nothing."""
    if at is not None:
        _saved.setdefault(session, {})[visit_id] = at
