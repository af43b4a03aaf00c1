"""A visit: what a nurse records while it is open, and the signed record that is sent to the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_VISIT = timedelta(hours=24)
LONGEST_NOTE = 20_000
"""Characters in one note; a longer one is refused with its text kept."""


class Modality(StrEnum):
    """How nurse and person met."""

    IN_PERSON = "in-person"
    TELEPHONE = "telephone"
    VIDEO = "video"


class Setting(StrEnum):
    """Where the person was. Nursing homes are split by stay, as place of service 31 and 32 are."""

    HOME = "home"
    ASSISTED_LIVING = "assisted-living"
    NURSING_HOME_SHORT = "nursing-home-short-stay"
    NURSING_HOME_LONG = "nursing-home-long-stay"
    OFFICE = "clinic-or-office"
    HOSPITAL = "hospital"


class AnsweredBy(StrEnum):
    """Who answered a symptom scale. ESAS-r itself names these four ways."""

    PATIENT = "patient"
    FAMILY = "family-caregiver"
    STAFF = "health-care-professional-caregiver"
    ASSISTED = "caregiver-assisted"


class Absent(StrEnum):
    """Why an item that was asked holds no number. Not asked at all is: no answer in the mapping."""

    DECLINED = "declined"
    COULD_NOT_ANSWER = "could-not-answer"


class VisitStatus(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one item: a whole number, or the reason why there is none. Never both, never neither.

    `name` is what the person calls their own problem (ESAS-r "Other Problem"), else None.
    """

    at: datetime
    value: int | None = None
    absent: Absent | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.absent is None):
            raise ValueError("an answer is a number or a reason why there is none")
        if self.at.tzinfo is None:
            raise ValueError("an answer's time needs its offset")


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A reference to somebody on the plan's server, with the name to show: `Practitioner/42`, `Ana Ruiz, RN`."""

    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """What has been recorded so far in a visit that is not signed."""

    id: str
    patient_id: str
    nurse: PersonRef
    modality: Modality
    setting: Setting
    began_at: datetime
    left_at: datetime | None = None
    answered_by: AnsweredBy | None = None
    note: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """ESAS-r answers by link id (`esas-pain`, …)."""
    unfinished: Mapping[str, str] = field(default_factory=dict)
    """Typed text that is no answer yet, by link id: what a person calls a problem that has no number so far."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed visit. It never changes; what comes later (addendum, countersignature) is a record of its own.

    `clock_offset_ms` is server time minus device time in milliseconds as last measured, None when never measured.
    """

    id: str
    patient_id: str
    nurse: PersonRef
    modality: Modality
    setting: Setting
    began_at: datetime
    left_at: datetime
    signed_at: datetime
    answered_by: AnsweredBy | None
    note: str
    answers: Mapping[str, Answer]
    clock_offset_ms: int | None = None


class Missing(StrEnum):
    """What still keeps a draft from being signed."""

    END = "end"
    ANSWERED_BY = "answered-by"
    FINDING = "finding"
    OTHER_NUMBER = "other-number"
    TIMES = "times"
    NOTE_TOO_LONG = "note-too-long"


def find_missing(draft: VisitDraft) -> tuple[Missing, ...]:
    """What the nurse must still say before she can sign, in the order in which the page shows it.

    One finding is enough: a number, a reason why there is none, or a note. Nothing else is forced.
    """
    missing: list[Missing] = []
    if draft.answers and draft.answered_by is None:
        missing.append(Missing.ANSWERED_BY)
    if not draft.answers and not draft.note.strip():
        missing.append(Missing.FINDING)
    if any(text.strip() for text in draft.unfinished.values()):
        missing.append(Missing.OTHER_NUMBER)
    if len(draft.note) > LONGEST_NOTE:
        missing.append(Missing.NOTE_TOO_LONG)
    if draft.left_at is None:
        missing.append(Missing.END)
    elif not draft.began_at <= draft.left_at <= draft.began_at + LONGEST_VISIT:
        missing.append(Missing.TIMES)
    return tuple(missing)


def sign(draft: VisitDraft, signed_at: datetime, clock_offset_ms: int | None) -> Visit:
    """Turn a complete draft into the signed record.

    Raises ValueError naming what is missing; callers ask `find_missing` first.
    """
    missing = find_missing(draft)
    if missing or draft.left_at is None:
        raise ValueError("not ready to sign: " + ", ".join(missing))
    return Visit(
        id=draft.id,
        patient_id=draft.patient_id,
        nurse=draft.nurse,
        modality=draft.modality,
        setting=draft.setting,
        began_at=draft.began_at,
        left_at=draft.left_at,
        signed_at=signed_at,
        answered_by=draft.answered_by,
        note=draft.note.strip(),
        answers=dict(draft.answers),
        clock_offset_ms=clock_offset_ms,
    )
