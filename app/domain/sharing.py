"""Sharing one person's record with somebody outside the team: for whom, who said yes, for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

DAYS = (7, 14, 30)
"""Offered lengths; the plan takes 1 to 30."""
USUAL_DAYS = 14
SHORTEST_NAME, LONGEST_NAME = 3, 120


class Audience(StrEnum):
    CASE_MANAGER = "case-manager"
    PRIMARY_CARE = "primary-care"


MENTOR = "mentor"
"""Audience of a visit that was given to a mentor (`app.domain.mentor`); nobody shares a record under it."""


class HowAgreed(StrEnum):
    SPOKEN = "spoken"
    SIGNED = "signed"


class SharingEnd(StrEnum):
    """Why a sharing opens no more."""

    WITHDRAWN = "withdrawn"
    TRIES = "tries"
    """Shut after too many wrong passcodes."""
    OVER = "over"
    CONSENT = "consent"
    """The consent does not stand any more."""
    CHANGED = "changed"
    """What a mentor was to read says something else by now."""


@dataclass(frozen=True, slots=True)
class SharingAsk:
    """`said_by`: `Patient/…` or `RelatedPerson/…`, who said yes."""

    patient_id: str
    audience: Audience
    recipient: str
    said_by: str
    how: HowAgreed
    days: int


@dataclass(frozen=True, slots=True)
class Sharing:
    """One sharing as the plan tells of it. `end` None while it opens."""

    id: str
    audience: str
    recipient: str
    by: str
    made_at: datetime
    until: datetime
    openings: int = 0
    last_opened_at: datetime | None = None
    end: SharingEnd | None = None


@dataclass(frozen=True, slots=True)
class NewSharing:
    """Link and passcode of a sharing that was just made. Shown once, kept nowhere on this device."""

    id: str
    link: str
    passcode: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Agreeing:
    """Somebody who can say yes: the person herself (`is_person`) or one who decides with her."""

    reference: str
    name: str
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class SharingPage:
    """What the screen needs of the record on this device."""

    name: str
    agreeing: tuple[Agreeing, ...]
    """Who can say yes; nobody for somebody who has died."""
    doctors: tuple[str, ...] = ()
    """Names of her primary care, as the plan's record has them."""


def tidy_name(text: str) -> str:
    """Without doubled spaces; "" where it is too short to be a name."""
    said = " ".join(text.split())[:LONGEST_NAME]
    return said if len(said) >= SHORTEST_NAME else ""
