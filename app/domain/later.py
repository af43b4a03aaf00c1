"""What was entered after the visit had ended. Nothing is stored for it: every answer carries its own time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from app.content import all_items
from app.content.model import Instrument
from app.domain.visit import Answer, Entry


def is_later(answer: Answer, left_at: datetime | None) -> bool:
    """Whether the newest of it was entered after "I'm leaving"."""
    newest = answer.again[-1].at if answer.again else answer.at
    return left_at is not None and newest > left_at


def find_later(
    instruments: Iterable[Instrument],
    answers: Mapping[str, Answer],
    entries: Mapping[str, tuple[Entry, ...]],
    left_at: datetime | None,
) -> tuple[str, ...]:
    """Link ids of these forms, in their order, that hold something entered after the end; hidden ones are left out."""
    if left_at is None:
        return ()
    found: list[str] = []
    for item in (item for one in instruments for item in all_items(one) if not item.hidden):
        given = [answers[item.link_id]] if item.link_id in answers else []
        given += [
            one.answers[item.link_id]
            for several in entries.values()
            for one in several
            if item.link_id in one.answers
        ]
        if any(is_later(one, left_at) for one in given):
            found.append(item.link_id)
    return tuple(found)
