"""What "Sent & waiting" is given: plain frozen values, ready to put into words.

Of what was found or said it holds no more than a list may show: an alert's short finding where Today may show it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.store.outbox_kinds import GroupKind


class Why(StrEnum):
    """Why something is not received yet. The first that holds is said."""

    # set aside: a person decides
    CONFLICT = "conflict"
    TOO_LARGE = "too-large"
    SERVER_FAILS = "server-fails"
    HIDDEN = "hidden"
    """The plan does not let its author look whether it arrived."""
    REFUSED = "refused"
    # known of this one
    LOST = "lost"
    ARRIVING = "arriving"
    ASKED = "asked"
    BEHIND = "behind"
    """What it points to was set aside."""
    SERVER_TROUBLE = "server-trouble"
    # of everything that waits
    SIGN_IN = "sign-in"
    NO_NETWORK = "no-network"
    PORTAL = "captive-portal"
    PLAN_DOWN = "plan-down"
    BUSY = "busy"
    """The plan asked to wait."""
    WRONG_DATE = "wrong-date"
    UNTRUSTED = "untrusted"
    UPDATE = "update"
    RESTORED = "restored"
    # it is simply its turn soon
    AFTER = "after"
    """What it points to goes first."""
    LAST = "last"
    """A file: after everything else."""
    NOW = "now"
    NEXT = "next"


ASIDE = frozenset({Why.CONFLICT, Why.TOO_LARGE, Why.SERVER_FAILS, Why.HIDDEN, Why.REFUSED})


class Do(StrEnum):
    """What a person can do about it."""

    CHOOSE = "choose"
    CORRECT = "correct"
    TRY_AGAIN = "try-again"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Blocker:
    """What has to arrive first."""

    group_id: str
    kind: GroupKind
    patient_name: str
    set_aside: bool


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One row. `began_at`: of a visit, or when an alert was raised; `about` tells it apart from others of its kind.

    `until`: the time with BUSY, SERVER_FAILS and HIDDEN; `parts`: with ARRIVING. `refusals`: how often the plan refused
    it so far, `refused_at` the last time. `said` holds the plan's own words, or a sentence about the last try; `kb` is
    what has to travel, at least 1.
    """

    group_id: str
    kind: GroupKind
    patient_id: str
    patient_name: str
    visit_id: str | None
    began_at: datetime | None
    since: datetime
    kb: int
    why: Why
    said: str = ""
    until: datetime | None = None
    parts: tuple[int, int] | None = None
    blocker: Blocker | None = None
    attempts: int = 0
    attempted_at: datetime | None = None
    conflict: int | None = None
    do: tuple[Do, ...] = ()
    about: str = ""
    refusals: int = 0
    refused_at: datetime | None = None

    @property
    def set_aside(self) -> bool:
        return self.why in ASIDE


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """One group that the plan holds. `received_at` is the plan's time; None where its words could not be read."""

    group_id: str
    kind: GroupKind
    patient_id: str
    patient_name: str
    visit_id: str | None
    began_at: datetime | None
    received_at: datetime | None
    about: str = ""


@dataclass(frozen=True, slots=True)
class RefusedBefore:
    """Why a visit that is a draft again came back: the plan's own words, and when it was last sent."""

    said: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class DayEnd:
    """What is left to sign and to send before the day can be closed. Every group that waits is counted once.

    `choices`: things with two versions of which nothing waits in the outbox; those that wait are in `set_aside`.
    """

    drafts: int = 0
    waiting: Counter[GroupKind] = field(default_factory=Counter)
    set_aside: Counter[GroupKind] = field(default_factory=Counter)
    sign_in: bool = False
    ever: bool = True
    """False while no complete contact with the plan has ever been made from this device."""
    choices: int = 0

    @property
    def sent(self) -> bool:
        """Nothing is left that the plan has not confirmed."""
        return not (self.drafts or self.waiting.total() or self.set_aside.total())

    @property
    def done(self) -> bool:
        return self.sent and not self.choices


@dataclass(frozen=True, slots=True)
class SendingPage:
    """Everything of the screen, from one look at the store."""

    waiting: tuple[WaitingLine, ...] = ()
    set_aside: tuple[WaitingLine, ...] = ()
    received: tuple[ReceivedLine, ...] = ()
    """Newest first."""
    last_success_at: datetime | None = None
    """The plan's own time of the last complete contact."""
    day: DayEnd = field(default_factory=DayEnd)
    supervisor_phone: str | None = None

    @property
    def oldest_since(self) -> datetime | None:
        return min((line.since for line in (*self.waiting, *self.set_aside)), default=None)


class PassWord(StrEnum):
    """How a pass went, for the log."""

    OK = "ok"
    RUNNING = "running"
    BROKEN_OFF = "broken-off"
    """The app was closed or fell over in the middle of it."""
    STOPPED = "stopped"
    PARTLY = "partly"
    NO_NETWORK = "no-network"
    PORTAL = "captive-portal"
    PLAN_DOWN = "plan-down"
    SIGN_IN = "sign-in-needed"
    WRONG_DATE = "wrong-date"
    UNTRUSTED = "untrusted"
    UPDATE = "update-needed"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class PassLine:
    """One pass. `sent`, `set_aside` and `waiting` count writes, `fetched` records; `detail` holds codes only."""

    id: int
    began_at: datetime
    ended_at: datetime | None
    word: PassWord
    sent: int
    set_aside: int
    waiting: int
    fetched: int
    detail: str


@dataclass(frozen=True, slots=True)
class SharedLog:
    """A file to hand on, in memory only."""

    name: str
    text: str
