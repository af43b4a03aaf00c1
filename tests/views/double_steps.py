"""What the newest write of an in-memory draft was about."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.promise import Promise
from app.domain.undo import Step, StepKind
from app.services.undoing import find_newest
from tests.views.double_world import NURSE, Row


def find_step(row: Row, promises: Iterable[Promise]) -> Step | None:
    """What the newest write was about, or the promise made since."""
    at = max((one.at for one in row.draft.answers.values()), default=row.draft.began_at)
    return find_newest(_find_written(row), at if row.before else None, tuple(promises), row.draft, NURSE)


def _find_written(row: Row) -> Step | None:
    """Told from the drafts before and after it."""
    if not row.before:
        return None
    old, new = row.before[-1], row.draft
    if old.answered_by is not new.answered_by:
        return Step(StepKind.WHO)
    if old.left_at != new.left_at:
        return Step(StepKind.END)
    if old.note != new.note:
        return Step(StepKind.NOTE)
    for group in {*old.entries, *new.entries}:
        if old.entries.get(group) != new.entries.get(group):
            return Step(StepKind.ENTRY, group)
    for link_id in sorted({*old.answers, *new.answers}):
        if old.answers.get(link_id) != new.answers.get(link_id):
            return Step(StepKind.ANSWER, link_id)
    return Step(StepKind.WHERE)
