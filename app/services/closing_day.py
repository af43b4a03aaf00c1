""" "Close my day": that nothing is left, or exactly what is, computed from the outbox and the day's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from app.content.rules import Level
from app.domain.alert import AlertState
from app.domain.day import is_pressing
from app.domain.review import ReviewKind
from app.services.alert_models import AlertLine
from app.services.day import TO_DO
from app.services.day_models import DayCheck, DayClock, DayPage, DayStop, DayTry
from app.services.models import VisitSummary
from app.services.review_models import ToNurse
from app.services.safety import TRANSITION
from app.services.sending_models import SendingPage
from app.store.outbox_kinds import GroupKind

_LATER = (Level.WATCH.value, Level.INFO.value)
_SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class DayClose:
    """`received`: visits of today that the plan has, `not_seen`: those of them in which nobody was seen. `waiting`
    counts groups by kind. Nothing is counted twice: a clock stands with the visit that is still planned or promised.
    """

    received: int = 0
    not_seen: int = 0
    clocks: tuple[DayClock, ...] = ()
    """That run out before the next morning, or are over."""
    tries: tuple[DayTry, ...] = ()
    alerts: tuple[AlertLine, ...] = ()
    """Due today or overdue, and nobody has taken them."""
    held: tuple[AlertLine, ...] = ()
    """Due all the same, but taken, gone on to somebody else or the supervisor's: not counted as hers to do."""
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
        hers = (self.clocks, self.tries, self.alerts)
        counted = (*hers, self.drafts, self.planned, self.checks, self.questions)
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


def close_day(
    sending: SendingPage,
    day: DayPage,
    now: datetime,
    to_me: Iterable[ToNurse] = (),
    alerts: Iterable[AlertLine] = (),
) -> DayClose:
    """What is left of this nurse's day; `to_me`: what a supervisor asks or thanks her for; `alerts`: what stands."""
    end, me = sending.day, day.today.user_name
    checks = tuple(one for one in day.checks if one.mine)
    # One of which the plan does not have the newest word waits in the outbox too; it is counted where it says more.
    waiting = Counter(end.waiting)
    waiting[GroupKind.TASK] = max(0, waiting[GroupKind.TASK] - sum(not one.check.known for one in checks))
    due = [one for one in alerts if _is_due(one, now)]
    others = {one.patient_id for one in due if one.subject == TRANSITION and _is_with_another(one, me)}
    planned = tuple(one for one in day.stops if one.stop.state in TO_DO)
    # Of whom a row says it already, with the clock where one runs.
    rows = [(one.patient_id, one.clock) for one in planned]
    rows += [(one.patient_id, one.clock) for one in day.tries]
    carried = {who for who, _ in rows}
    pressing = [one for one in day.clocks if is_pressing(one.clock, now) and one.patient_id not in others]
    said = {one.patient_id for one in pressing} | {who for who, clock in rows if clock is not None} - others
    open_ones = [one for one in due if one.subject != TRANSITION or one.patient_id not in said]
    hers = [one for one in open_ones if _is_hers(one, me)]
    return DayClose(
        received=len(day.today.recent),
        not_seen=sum(not one.met for one in day.today.recent),
        clocks=tuple(one for one in pressing if one.patient_id not in carried),
        tries=day.tries,
        alerts=tuple(hers),
        held=tuple(one for one in open_ones if one not in hers),
        drafts=day.today.drafts,
        planned=planned,
        checks=checks,
        questions=tuple(one for one in to_me if one.review.kind is not ReviewKind.THANKS),
        waiting=waiting,
        set_aside=end.set_aside.total(),
        choices=end.choices,
        sign_in=end.sign_in,
        ever=end.ever,
    )


def _is_due(alert: AlertLine, now: datetime) -> bool:
    """By its time, or by its level where it says none: a private one does not."""
    if alert.due_at is None:
        return alert.level not in _LATER
    return alert.due_at.astimezone().date() <= now.astimezone().date()


def _is_with_another(alert: AlertLine, me: str) -> bool:
    """Somebody else has seen it, or the plan passed it on to somebody else."""
    return any(one not in ("", me) for one in (alert.seen_by, alert.gone_to))


def _is_hers(alert: AlertLine, me: str) -> bool:
    """Nobody has taken it, and she can finish it: it is not the supervisor's, or it was passed on to her."""
    if alert.state != AlertState.OPEN.value or _is_with_another(alert, me):
        return False
    return alert.owner != _SUPERVISOR or alert.gone_to == me
