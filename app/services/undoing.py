"""Steps that can be taken back on the visit page: kept in memory, taken back by a write of their own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from app.domain.promise import Promise, list_made_in
from app.domain.undo import Step, StepKind
from app.domain.visit import PersonRef, VisitDraft, split_key
from app.domain.visit_kind import KIND
from app.store.answer_rows import answer_table, entry_table
from app.store.draft_state import Change, Key, compare, read_state
from app.store.unfinished import text_table

KEPT = 40
"""Steps of one visit that can be taken back."""
BURST = timedelta(seconds=4)
"""Letters of one field that are saved within so long of each other are one step."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """One step: what it was about, what it changed, when, and whether it was typed."""

    step: Step
    change: Change
    at: datetime
    typed: bool = False


def watch(
    connection: Connection, visit_id: str, change: Callable[[Connection], T]
) -> tuple[T, Change | None]:
    """Make a change, and say what it changed in the draft."""
    before = read_state(connection, visit_id)
    result = change(connection)
    return result, compare(before, read_state(connection, visit_id))


def find_newest(
    step: Step | None, at: datetime | None, promises: Collection[Promise], draft: VisitDraft, me: PersonRef
) -> Step | None:
    """The draft's last step, taken at `at`, or the promise that was made in this visit since. None where something was
    said of a promise since: that is taken back beside the promise, and this must not seem to be about it.
    """
    mine = [one for one in list_made_in(promises, draft.id) if one.by.reference == me.reference]
    made = max((one for one in mine if not one.answered), key=lambda one: one.made_at, default=None)
    if made is not None and (at is None or made.made_at > at):
        step, at = Step(StepKind.PROMISE, made.id), made.made_at
    said = (one.said_at for one in promises if one.answered and one.said_by == me.name)
    return None if at is None or any(one is not None and one > at for one in said) else step


class Steps:
    """The newest steps of each visit, the newest last."""

    def __init__(self) -> None:
        self._of: dict[str, deque[Kept]] = {}

    def keep(self, visit_id: str, change: Change | None, at: datetime, *, typed: bool = False) -> None:
        """A change that is on the disk now. Letters typed in one go are one step."""
        if change is None:
            return
        steps = self._of.setdefault(visit_id, deque(maxlen=KEPT))
        new = Kept(describe(change), change, at, typed)
        last = steps[-1] if steps else None
        if last is not None and _belongs(last, new):
            steps.pop()
            both = last.change.then(change)
            if both is not None:
                steps.append(Kept(last.step, both, at, typed))
            return
        steps.append(new)

    def find(self, visit_id: str) -> Kept | None:
        """What would be taken back now."""
        steps = self._of.get(visit_id)
        return steps[-1] if steps else None

    def drop(self, visit_id: str, kept: Kept) -> None:
        """This step is no longer one that can be taken back."""
        steps = self._of.get(visit_id)
        if steps and kept in steps:
            steps.remove(kept)

    def forget(self, visit_id: str) -> None:
        """The visit is no draft any more."""
        self._of.pop(visit_id, None)


def _belongs(last: Kept, new: Kept) -> bool:
    typed = last.typed and new.typed and last.step == new.step
    return typed and timedelta() <= new.at - last.at <= BURST


def describe(change: Change) -> Step:
    """What a person would say that it was about: what she tapped, not what followed from it."""
    keys = list(change.before)
    frame = {key[1] for key in keys if key[0] == "frame"}
    if "answered_by" in frame:
        return Step(StepKind.WHO)
    if (answer_table.name, "", KIND) in change.before:
        return Step(StepKind.KIND)
    if frame & {"modality", "setting"}:
        return Step(StepKind.WHERE)
    if frame & {"began_at", "written_afterwards"}:
        return Step(StepKind.TIMES)
    if "left_at" in frame:
        return Step(StepKind.END)
    if "note" in frame:
        return Step(StepKind.NOTE)
    for key in keys:
        if key[0] == entry_table.name:
            row = change.before[key] or change.after[key]
            return Step(StepKind.ENTRY, row.group)
    return next(_of_answer(key) for key in sorted(keys))


def _of_answer(key: Key) -> Step:
    if key[0] == text_table.name:
        entry, link_id = split_key(key[1])
        return Step(StepKind.ANSWER, link_id, entry)
    return Step(StepKind.ANSWER, key[2], key[1])
