"""What the newest write of an in-memory draft was about."""

from __future__ import annotations

from app.domain.undo import Step, StepKind
from tests.views.double_world import Row


def find_step(row: Row) -> Step | None:
    """What the newest write was about, told from the drafts before and after it."""
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
