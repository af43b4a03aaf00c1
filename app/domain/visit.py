"""A visit: what a nurse records while it is open, and the signed record that is sent to the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from app.domain import concern
from app.domain.items import find_place
from app.domain.visit_kind import kind_of
from app.domain.visit_needs import NEXT, missing_by_kind
from app.domain.visit_needs import Missing as Missing
from app.domain.visit_needs import said_entries as said_entries

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
    """Who answered a symptom scale. ESAS-r itself names the first four ways; the last is our own."""

    PATIENT = "patient"
    FAMILY = "family-caregiver"
    STAFF = "health-care-professional-caregiver"
    ASSISTED = "caregiver-assisted"
    NOBODY = "nobody-observed"
    """Nobody was asked: the nurse wrote down what she saw."""

    @property
    def is_observer(self) -> bool:
        """True where somebody else answers for the person; helping her to answer is not that."""
        return self in (AnsweredBy.FAMILY, AnsweredBy.STAFF)

    @property
    def is_own(self) -> bool:
        """True where the person herself answers, with help or without."""
        return self in (AnsweredBy.PATIENT, AnsweredBy.ASSISTED)


class Absent(StrEnum):
    """Why an item that was asked holds no number. Not asked at all is: no answer in the mapping."""

    DECLINED = "declined"
    COULD_NOT_ANSWER = "could-not-answer"
    SLEEPY = "could-not-answer-sleepy"
    CONFUSED = "could-not-answer-confused"
    NO_WORDS = "could-not-answer-no-words"
    NOT_DISCUSSED = "not-discussed-today"
    DOES_NOT_WANT = "does-not-want-to-discuss"
    NOT_KNOWN = "not-known"


Value = int | Decimal | str | tuple[str, ...]
"""By the item's kind (`app.content.ItemKind`): number int; choice, yes-no, line, text, date, moment str;
quantity Decimal; choices a tuple of option codes."""


class VisitStatus(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    MISTAKEN = "mistaken"
    """Signed, and said to be entered in error since: kept and readable, counted nowhere."""
    PUT_AWAY = "put-away"
    """A draft of a visit that was signed on another tablet: kept, no longer to go on with."""


def _check(at: datetime, value: Value | None, absent: Absent | None) -> None:
    if (value is None) == (absent is None):
        raise ValueError("an answer is a value or a reason why there is none")
    if at.tzinfo is None:
        raise ValueError("an answer's time needs its offset")


@dataclass(frozen=True, slots=True)
class Again:
    """The same item measured once more in the same visit; `done` is what was done before ("5 mg morphine by mouth")."""

    at: datetime
    value: Value | None = None
    absent: Absent | None = None
    done: str = ""

    def __post_init__(self) -> None:
        _check(self.at, self.value, self.absent)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one item: a value, or the reason why there is none. Never both, never neither.

    `name` is what the person calls their own problem (ESAS-r "Other Problem"), else None. `again` are later
    measurements of the same item, in order of time.
    """

    at: datetime
    value: Value | None = None
    absent: Absent | None = None
    name: str | None = None
    again: tuple[Again, ...] = ()

    def __post_init__(self) -> None:
        _check(self.at, self.value, self.absent)

    @property
    def number(self) -> int | None:
        """The value where it is a whole number."""
        return self.value if isinstance(self.value, int) else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a repeating group: a medicine, a person, a referral. `id` is a UUID made once.

    `about` is the record (`Type/id`) that it is about or renews, None for something new.
    """

    id: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    about: str | None = None


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
    """Answers by link id (`esas-pain`, …), all instruments together: link ids are unique across all content."""
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    """By the link id of their group, in the order in which they were added."""
    written_afterwards: bool = False
    """True when both times were set by hand after the visit."""
    unfinished: Mapping[str, str] = field(default_factory=dict)
    """Typed text that is no answer yet, by `unfinished_key`: what a person calls a problem that has no number so far,
    or letters that are no date, no number, or too many. An answer that was measured again stays beside such text; blank
    text there is a field that was emptied."""
    stars: tuple[str, ...] = ()
    """Ids of the sections that the nurse wants to finish in the car, as she starred them. They keep nothing from being
    signed and are no part of the signed visit."""
    draft_of: str = ""
    """The id under which it was begun, where it goes on from a copy of another tablet's draft."""
    from_paper: bool = False
    """True when it was copied from a paper sheet that was filled in during the visit."""

    @property
    def root(self) -> str:
        """The id that all copies of one draft share."""
        return self.draft_of or self.id


def unfinished_key(link_id: str, entry: str = "") -> str:
    """The key of an item's unfinished text: its link id; for an item of an entry `<entry id>#<link id>`."""
    return f"{entry}#{link_id}" if entry else link_id


def split_key(key: str) -> tuple[str, str]:
    """(entry id or "", link id) of what `unfinished_key` made."""
    entry, _, link_id = key.rpartition("#")
    return entry, link_id


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
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    written_afterwards: bool = False
    draft_of: str = ""
    """As in the draft: the id under which it was begun on another tablet."""
    from_paper: bool = False


def find_missing(draft: VisitDraft) -> tuple[Missing, ...]:
    """What the nurse must still say before she can sign, in the order in which the page shows it.

    By the kind of visit: on a call the right person, who answered, one finding (an answer, a reason why there is none,
    an entry, or a note) or why nobody was seen, what happens next, begin and end. A draft of an older version has no
    kind: one finding and the end are enough there. Nothing else is forced.
    """
    missing = missing_by_kind(draft)
    unfinished = {_is_named(key) for key in list_unfinished(draft)}
    if True in unfinished:
        missing.append(Missing.OTHER_NUMBER)
    if False in unfinished:
        missing.append(Missing.UNFINISHED)
    if len(draft.note) > LONGEST_NOTE:
        missing.append(Missing.NOTE_TOO_LONG)
    if concern.is_open(draft.answers):
        missing.append(Missing.CONCERN)
    if kind_of(draft.answers) is not None and not NEXT.intersection(draft.answers):
        missing.append(Missing.NEXT)
    if draft.left_at is None:
        missing.append(Missing.END)
    elif not draft.began_at <= draft.left_at <= draft.began_at + LONGEST_VISIT:
        missing.append(Missing.TIMES)
    return tuple(missing)


def list_unfinished(draft: VisitDraft) -> tuple[str, ...]:
    """Keys of the texts that must be finished: those with letters, and fields emptied while their answer stands."""
    return tuple(key for key, text in draft.unfinished.items() if text.strip() or key in draft.answers)


def _is_named(key: str) -> bool:
    place = find_place(split_key(key)[1])
    return place is not None and place.item.named


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
        entries=said_entries(draft.entries),
        written_afterwards=draft.written_afterwards,
        draft_of=draft.draft_of,
        from_paper=draft.from_paper,
    )
