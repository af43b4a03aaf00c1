"""What few visits say beside their row: the draft that they go on from, and that they were copied from paper."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.visit import Visit, VisitDraft
from app.store import meta

_PAPER = "paper"


@dataclass(frozen=True, slots=True)
class More:
    """As in `Visit`."""

    draft_of: str = ""
    from_paper: bool = False


NOTHING_MORE = More()


def more_of(visit: Visit | VisitDraft) -> More:
    return More(visit.draft_of, visit.from_paper)


def find_more(connection: Connection, visit_id: str) -> More:
    """`NOTHING_MORE` for most visits."""
    text = meta.find(connection, _key(visit_id))
    if text is None:
        return NOTHING_MORE
    draft_of, _, marks = text.partition(" ")
    return More(draft_of, marks == _PAPER)


def put_more(connection: Connection, visit_id: str, more: More) -> None:
    """Store it; nothing is stored for a visit that says nothing more."""
    if more == NOTHING_MORE:
        meta.remove(connection, _key(visit_id))
    else:
        meta.put(connection, _key(visit_id), f"{more.draft_of} {_PAPER if more.from_paper else ''}")


def _key(visit_id: str) -> str:
    return f"visit-more/{visit_id}"
