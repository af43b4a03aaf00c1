""" "Close my day": that nothing is left, or exactly what is, computed from the outbox and the day's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.domain.day import PlannedState
from app.domain.review import ReviewKind
from app.services.day_models import DayCheck, DayPage, DayStop
from app.services.models import VisitSummary
from app.services.review_models import ToNurse
from app.services.sending_models import SendingPage
from app.store.outbox_kinds import GroupKind

_TO_DO = (PlannedState.COMING, PlannedState.LATE, PlannedState.OVERDUE)


@dataclass(frozen=True, slots=True)
class DayClose:
    """`received`: visits of today that the plan has. `waiting` counts groups by kind; nothing is counted twice."""

    received: int = 0
    drafts: tuple[VisitSummary, ...] = ()
    planned: tuple[DayStop, ...] = ()
    checks: tuple[DayCheck, ...] = ()
    questions: tuple[ToNurse, ...] = ()
    """Of the supervisor, without an answer; a thank-you asks for nothing."""
    waiting: Counter[GroupKind] = field(default_factory=Counter)
    set_aside: int = 0
    choices: int = 0
    sign_in: bool = False
    ever: bool = True
    """False while this device has never been in contact with the plan."""

    @property
    def left(self) -> int:
        """How many things are left; 0 only where the plan's own answers say so."""
        alone = (self.sign_in, not self.ever)
        counted = (self.drafts, self.planned, self.checks, self.questions)
        return (
            sum(len(one) for one in counted)
            + self.waiting.total()
            + self.set_aside
            + self.choices
            + sum(alone)
        )

    @property
    def done(self) -> bool:
        return self.left == 0


def close_day(sending: SendingPage, day: DayPage, to_me: Iterable[ToNurse] = ()) -> DayClose:
    """What is left of this nurse's day; `to_me`: what a supervisor asks or thanks her for."""
    end = sending.day
    checks = tuple(one for one in day.checks if one.mine)
    # One of which the plan does not have the newest word waits in the outbox too; it is counted where it says more.
    waiting = Counter(end.waiting)
    waiting[GroupKind.TASK] = max(0, waiting[GroupKind.TASK] - sum(not one.check.known for one in checks))
    return DayClose(
        received=len(day.today.recent),
        drafts=day.today.drafts,
        planned=tuple(one for one in day.stops if one.stop.state in _TO_DO),
        checks=checks,
        questions=tuple(one for one in to_me if one.review.kind is not ReviewKind.THANKS),
        waiting=waiting,
        set_aside=end.set_aside.total(),
        choices=end.choices,
        sign_in=end.sign_in,
        ever=end.ever,
    )
