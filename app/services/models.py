"""What services hand to views: plain frozen values, ready to draw. No FHIR, no SQL, no secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.addendum import Addendum
from app.domain.instruments import Score
from app.domain.last_scores import LastScore
from app.domain.look import USUAL, Look
from app.domain.patient import FaceSheet, PatientRow
from app.domain.phrases import PhraseBook
from app.domain.promise import Promise
from app.domain.settings import PlanSettings
from app.domain.trends import Trends
from app.domain.tried import Tried
from app.domain.undo import Step
from app.domain.visit import Answer, Entry, Missing, Modality, PersonRef, Setting, VisitDraft
from app.domain.visit_layout import Layout
from app.services.alert_models import AlertLine
from app.services.attachment_models import AttachmentLine
from app.store.outbox_others import OtherUnsent

if TYPE_CHECKING:  # the parts are read by functions that may need these models themselves
    from app.services.patient_parts import PatientParts


class Role(StrEnum):
    NURSE = "nurse"
    SUPERVISOR = "supervisor"


class LockKind(StrEnum):
    """What opens this store: a PIN where the system has a keystore, else five words."""

    PIN = "pin"
    PASSPHRASE = "passphrase"  # noqa: S105 - a kind, not a secret


@dataclass(frozen=True, slots=True)
class UserOnDevice:
    """One line on the lock screen. Counts only; never a patient's name."""

    store_id: str
    user_name: str
    lock_kind: LockKind
    unsent_visits: int | None
    """Signed and not yet received, as last written down; None when unknown."""
    look: Look = USUAL


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """A plan server that answered as a FHIR R4 server with SMART sign-in."""

    url: str
    name: str


class VisitState(StrEnum):
    """The product's words for where a visit is. Computed from the outbox, never hoped."""

    DRAFT = "draft"
    ON_DEVICE = "on-device"
    SENDING = "sending"
    RECEIVED = "received"
    ARRIVING = "arriving"
    REFUSED = "refused"
    TWO_VERSIONS = "two-versions"
    LOST = "lost"
    """The plan had received it and lost it again; it is sent once more."""
    QUESTION = "question"
    """Received, and a supervisor asks something about it."""
    REVIEWED = "reviewed"
    """Received, and a supervisor has countersigned it."""
    MISTAKEN = "mistaken"
    """Signed, and marked as entered in error since: kept, and counted nowhere."""


@dataclass(frozen=True, slots=True)
class VisitStatus:
    state: VisitState
    received_at: datetime | None = None
    """The server's time, only with RECEIVED, QUESTION and REVIEWED."""
    reason: str | None = None
    """The plan's own words with REFUSED; why it is not done yet with SENDING and ARRIVING, where that is known."""
    parts: tuple[int, int] | None = None
    """(confirmed, of), with ARRIVING, and with REFUSED where a part of it had arrived."""
    photos_waiting: int = 0
    """Pictures and signatures of the visit that the plan does not have yet; the visit itself waits for none."""
    by: str = ""
    """Who asks or has reviewed, with QUESTION and REVIEWED."""


@dataclass(frozen=True, slots=True)
class VisitSummary:
    """One visit in a list."""

    id: str
    patient_id: str
    patient_name: str
    nurse_name: str
    modality: Modality
    setting: Setting
    began_at: datetime
    left_at: datetime | None
    highest_score: int | None
    status: VisitStatus
    met: bool = True
    """False: nobody was seen, or nobody answered the call."""
    stars: int = 0
    """Sections of a draft that are to be finished in the car."""


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A draft with what the page shows beside it."""

    draft: VisitDraft
    patient: PatientRow
    last_values: Mapping[str, Answer]
    """By link id, of all instruments: the newest value on record from a signed visit. `Answer.at` is its time, for a
    visit that was written afterwards the time at which that visit began."""
    last_visit_at: datetime | None
    """When the newest signed visit with any answer began."""
    missing: tuple[Missing, ...]
    parts: PatientParts
    """As on the person's page."""
    scores: Mapping[str, Score] = field(default_factory=dict)
    """By instrument id, of those that hold an answer."""
    alerts: tuple[AlertLine, ...] = ()
    """Of this visit, the most urgent first."""
    offers: Mapping[str, str] = field(default_factory=dict)
    """Instrument id → why it is not offered in this visit; one that is offered is not listed."""
    settings: PlanSettings = field(default_factory=PlanSettings)
    layout: Layout | None = None
    """What stands open, by the kind of the visit; None for a draft of an older version."""
    undo: Step | None = None
    """What one tap takes back now."""
    phrases: PhraseBook = field(default_factory=PhraseBook)
    """What one tap puts into a field of words."""
    last_scores: Mapping[str, LastScore] = field(default_factory=dict)
    """By instrument id: the newest total of an earlier visit."""
    tried: Mapping[str, tuple[Tried, ...]] = field(default_factory=dict)
    """What was tried in earlier visits, by `app.domain.tried.symptom_key`."""
    recent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of long lists, by link id: codes chosen lately on this device."""
    automatic: frozenset[str] = frozenset()
    """Link ids that hold only what began as "could not answer": no tap put it there, nobody was asked."""


@dataclass(frozen=True, slots=True)
class VisitReading:
    """A signed visit, read only, with its receipt."""

    summary: VisitSummary
    signed_at: datetime | None
    answered_by: str | None
    note: str
    answers: Mapping[str, Answer]
    last_values: Mapping[str, Answer]
    """As of the page: what was on record before this visit."""
    last_visit_at: datetime | None
    clock_offset_ms: int | None
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    scores: Mapping[str, Score] = field(default_factory=dict)
    written_afterwards: bool = False
    nurse: PersonRef | None = None
    """Who wrote it: private answers open for her and for a supervisor."""
    alerts: tuple[AlertLine, ...] = ()
    addenda: tuple[Addendum, ...] = ()
    """What was added after signing, oldest first."""
    unfinished_addendum: str = ""
    """What has been typed of one that is not added yet."""
    attachments: tuple[AttachmentLine, ...] = ()
    promises: tuple[Promise, ...] = ()
    """Made in this visit, or answered while it was open."""
    from_paper: bool = False
    """Copied from a paper sheet that was filled in during the visit."""


@dataclass(frozen=True, slots=True)
class PatientPage:
    sheet: FaceSheet
    visits: tuple[VisitSummary, ...]
    draft_id: str | None
    """A visit of this user with this person that is still open."""
    parts: PatientParts
    """What is on record about the person beside her visits: code status, people, plan of care, …"""
    last_values: Mapping[str, Answer] = field(default_factory=dict)
    """By link id: the newest value on record from a signed visit."""
    trends: Trends = field(default_factory=Trends)
    """How symptoms went over the last visits."""


@dataclass(frozen=True, slots=True)
class Today:
    """The nurse's first screen."""

    user_name: str
    drafts: tuple[VisitSummary, ...]
    unsent: tuple[VisitSummary, ...]
    recent: tuple[VisitSummary, ...]
    """Received since midnight, newest first."""
    people: int
    """How many people are in her caseload on this device."""
    others: tuple[OtherUnsent, ...] = ()
    """Alerts and other records beside visits that the plan has not confirmed, alerts first."""


class SyncWord(StrEnum):
    """What the last contact says. `detail` sentences come from `SyncState.sentence`."""

    NEVER = "never"
    OK = "ok"
    WORKING = "working"
    NO_NETWORK = "no-network"
    PORTAL = "captive-portal"
    """The network wants a sign-in of its own first."""
    PLAN_DOWN = "plan-down"
    SIGN_IN = "sign-in"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class SyncState:
    word: SyncWord
    sentence: str
    unsent_visits: int
    set_aside: int
    last_success_at: datetime | None
    """Server time of the last complete pass."""
    progress: tuple[int, int] | None = None
    """(done, of) in records while a long pass runs; of is 0 when not yet known."""
    unsent_alerts: int = 0
    unsent_others: int = 0
    """Records beside visits and alerts: stays, addenda, moved referrals."""

    @property
    def waits(self) -> bool:
        return self.unsent_visits + self.unsent_alerts + self.unsent_others > 0
