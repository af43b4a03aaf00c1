"""What somebody who takes over another nurse's people reads first: who stands first, and which changes count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.code_status import Statement
from app.domain.promise import Promise
from app.domain.stays import Clock, ClockState
from app.domain.trends import Series

MOST_CHANGES = 3
_RANK = {"act-now": 0, "today": 1, "watch": 3}
_PRIVATE = 1
"""A private alert says nothing of how soon; it stands with those for today."""
_CLOCK, _WORSE, _PROMISED, _CALM = 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Watch:
    """An alert as a handover names it: how soon, and what was found; a private one says neither."""

    level: str
    title: str
    finding: str
    private: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandoverPerson:
    """One person. `code_status`: every statement on record. `changes`: what moved most between the last two visits in
    which it was asked, what became worse first.
    """

    patient_id: str
    name: str
    code_status: tuple[Statement, ...] = ()
    watch: tuple[Watch, ...] = ()
    clock: Clock | None = None
    changes: tuple[Series, ...] = ()
    promises: tuple[Promise, ...] = ()
    last_at: datetime | None = None
    last_by: str = ""

    @property
    def rank(self) -> int:
        """The lower, the sooner somebody should look."""
        ranks = [_PRIVATE if one.private else _RANK.get(one.level, _CALM) for one in self.watch]
        if self.clock is not None:
            ranks.append(_CLOCK - 1 if self.clock.state is ClockState.OVERDUE else _CLOCK)
        if any(is_worse(one) for one in self.changes):
            ranks.append(_WORSE)
        if self.promises:
            ranks.append(_PROMISED)
        return min(ranks, default=_CALM)


def is_worse(series: Series) -> bool:
    moved = series.moved or 0
    return moved < 0 if series.more_is_better else moved > 0


def list_changes(series: Iterable[Series]) -> tuple[Series, ...]:
    """What stands out and moved, what became worse before what became better."""
    moved = [one for one in series if one.moved and one.stands_out]
    share = {one.id: abs(one.moved or 0) * 100 // one.most for one in moved}
    return tuple(sorted(moved, key=lambda one: (not is_worse(one), -share[one.id]))[:MOST_CHANGES])


def in_order(people: Iterable[HandoverPerson]) -> tuple[HandoverPerson, ...]:
    """What matters most first, then by name."""
    return tuple(sorted(people, key=lambda one: (one.rank, one.name.casefold(), one.patient_id)))
