"""What the review of visits hands to views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.addendum import Addendum
from app.domain.review import Reason, Review
from app.domain.stays import Clock
from app.domain.visit import PersonRef
from app.services.models import VisitReading, VisitSummary


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question or a thank-you, and the addendum that answers it, where that is here."""

    review: Review
    answer: Addendum | None = None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One visit in the supervisor's queue. `answered`: her question about it has come back."""

    visit: VisitSummary
    reasons: tuple[Reason, ...]
    together: bool
    """It may be countersigned with others in one go."""
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """`lines`: what is to be read, in order; at most `limit` of `total`. `asked`: what waits for a nurse's answer.

    `arriving`: visits of which not every part is here yet; `filed`: how many need no review.
    """

    lines: tuple[QueueLine, ...]
    total: int
    asked: tuple[QueueLine, ...]
    arriving: int
    filed: int


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A visit as a supervisor reviews it."""

    reading: VisitReading
    reasons: tuple[Reason, ...]
    exchanges: tuple[Exchange, ...]
    countersigned: tuple[Review, ...]
    """Oldest first."""
    whole: bool
    mine: bool
    """She made this visit herself: another supervisor reads it."""
    unfinished: Mapping[str, str] = field(default_factory=dict)
    """By section: what has been typed of a question that is not sent."""
    answerer: PersonRef | None = None
    """To whom a question would go; None: to the nurse who made the visit."""
    clock: Clock | None = None
    """The person's 48 hours, where they still wait for a visit."""


@dataclass(frozen=True, slots=True)
class ToNurse:
    """One question or thank-you on a nurse's Today."""

    review: Review
    visit: VisitSummary


@dataclass(frozen=True, slots=True)
class Asked:
    """What a nurse reads above her own signed visit."""

    exchanges: tuple[Exchange, ...] = ()
    countersigned: tuple[Review, ...] = ()
    unfinished: str = ""
    """What has been typed of an answer that is not kept yet."""
