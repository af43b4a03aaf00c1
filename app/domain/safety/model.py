"""What the rules look at, and what they find. Plain frozen values; None always means "not known", never "no"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.content.rules import Level
from app.domain.settings import PlanSettings
from app.domain.visit import Answer, Modality, Setting

__all__ = [
    "EarlierAlert",
    "Facts",
    "Finding",
    "HospiceNo",
    "Level",
    "Quiet",
    "SafetyContext",
    "Transition",
]


@dataclass(frozen=True, slots=True)
class Quiet:
    """ "Usual for this person": the nurse said at `at` that `value` of `source` is usual.

    `source` is a link id of a symptom, or "painad", "distress". `ended`: somebody took it back.
    """

    source: str
    value: int
    at: datetime
    ended: bool = False


@dataclass(frozen=True, slots=True)
class EarlierAlert:
    """An alert of an earlier visit about the same person: standing or handled, never one that was corrected away."""

    rule: str
    subject: str
    fired_at: datetime


@dataclass(frozen=True, slots=True)
class HospiceNo:
    """The person said no to hospice; phase (its code) and function (AKPS) as they were then."""

    at: datetime
    phase: str | None = None
    function: int | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """Home from a facility. `met`: the home visit took place, or it was written down why not."""

    discharged_at: datetime
    met: bool = False
    key: str = ""
    """Which stay it was (`Encounter/…`)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What other parts of the record say about the person."""

    opioid: bool | None = None
    bowel_regimen: bool | None = None
    bowel_reason: bool | None = None
    """True where it is written down why there is no bowel regimen."""
    mme: Decimal | None = None
    """Daily morphine milligram equivalents, the larger of taken and ordered."""
    naloxone: str | None = None
    """What was answered in this visit; else "has-it" where it is listed, or what an earlier visit settled."""
    benzodiazepine: bool | None = None
    overdose_or_sud: bool | None = None
    anticoagulant: bool | None = None
    hospice: bool | None = None
    """Enrolled in hospice."""
    comfort_only: bool | None = None
    """Comfort-focused care only is what is wished or ordered."""
    hospice_no: HospiceNo | None = None
    code_status_differs: bool | None = None
    code_status_said_now: bool = False
    """True where one of the records that differ is of this visit."""
    transition: Transition | None = None
    count_differences: tuple[str, ...] = ()
    """Medicines in the home of which more or less is there than expected, a line each."""
    plan_changes: tuple[datetime, ...] = ()
    """When the plan of care, or a prescriber at our call, changed something."""


@dataclass(frozen=True, slots=True)
class SafetyContext:
    """All that `evaluate` looks at.

    `previous`: by link id the answers of earlier contacts, newest first, one a contact (those with a value).
    """

    now: datetime
    modality: Modality = Modality.IN_PERSON
    setting: Setting = Setting.HOME
    answers: Mapping[str, Answer] = field(default_factory=dict)
    previous: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    quiet: tuple[Quiet, ...] = ()
    alerts: tuple[EarlierAlert, ...] = ()
    settings: PlanSettings = field(default_factory=PlanSettings)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found. There is at most one a subject.

    `subject`: a symptom's link id, or a plain word ("suicide", "falls"). `source` and `score`: what
    "usual for this person" would be said about; None where it cannot be. `finding` is plain text, also for a private
    one: whoever shows a private one shows "Private task" instead.
    """

    rule: str
    subject: str
    level: Level
    title: str
    finding: str
    actions: tuple[str, ...]
    due: str
    due_at: datetime | None
    owner: str
    phone: str
    """A purpose in `PlanSettings.phones`, for the setting."""
    task: bool
    private: bool = False
    source: str | None = None
    score: int | None = None
    quieted: bool = False
    """Usual for this person: shown small; pain goes to the supervisor all the same."""
    asks: str | None = None
    """The link id of a question that should be answered first."""
    proposes: str | None = None
    """A referral that this finding proposes ("palliative-specialist")."""
    also: tuple[str, ...] = ()
    """Rules about the same subject that gave way."""
