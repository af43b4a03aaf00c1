"""What a supervisor says of a signed visit: she has reviewed it, asks something, or says thank you.

Each is a record of its own beside the visit, which never changes. Which visits need eyes is worked out from facts that
travel with the visit, so that every device, and whoever reads the plan's settings, says the same.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.domain.visit import PersonRef

LONGEST_COMMENT = 500
"""Letters of one comment, at most."""
WHOLE_VISIT = "visit"
"""The "section" of a comment about the visit as a whole."""


class ReviewKind(StrEnum):
    COUNTERSIGN = "review-countersign"
    QUESTION = "review-question"
    THANKS = "review-thanks"


class ReviewState(StrEnum):
    """Open until the nurse has answered a question or seen a thank-you. A countersign is done when it is made."""

    OPEN = "open"
    DONE = "done"
    TAKEN_BACK = "taken-back"


class Reason(StrEnum):
    """Why a visit needs review. In order: the first is looked at first."""

    ACT_NOW = "act-now"
    DEATH = "death"
    CONVERSATION = "conversation"
    FROM_FACILITY = "from-facility"
    """The visit that a 48-hour clock waits for, or one in which nobody was seen while the clock still waits."""
    NOT_SAFE = "not-safe"
    """Nobody was seen, because it was not safe to go in."""
    FIRST = "first"
    FLAG = "flag"
    NEW_NURSE = "new-nurse"
    SAMPLE = "sample"

    @property
    def is_flag(self) -> bool:
        """Whether each such visit is read by itself, never countersigned with others in one go."""
        return self in _FLAGS


_FLAGS = frozenset(
    {
        Reason.ACT_NOW,
        Reason.DEATH,
        Reason.CONVERSATION,
        Reason.FROM_FACILITY,
        Reason.NOT_SAFE,
        Reason.FLAG,
    }
)
_PLACE = {reason: place for place, reason in enumerate(Reason)}
ALWAYS = frozenset({Reason.ACT_NOW, Reason.DEATH, Reason.NOT_SAFE})
"""Reasons that no plan can switch off."""


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """What a plan decides about review. `one_in`: of the rest one visit in so many; 0 for none.

    `sample_key` goes into the choice of these; `new_nurses` are references with the last day on which each counts as
    new; visits that began before `from_on` are filed as received unless somebody asked about them.
    """

    reasons: frozenset[Reason] = frozenset(Reason) - {Reason.SAMPLE}
    one_in: int = 10
    sample_key: str = ""
    new_nurses: Mapping[str, date] = field(default_factory=dict)
    from_on: date | None = None


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What is known of one whole signed visit. `act_now` and `flagged`: an alert of that level came of it, or another
    that somebody has to look at. `clock_waits`: nobody was seen, and the person's 48 hours still wait for a visit;
    `unsafe`: nobody was seen because it was not safe."""

    id: str
    nurse: str
    began_at: datetime
    kind: str = ""
    act_now: bool = False
    flagged: bool = False
    died: bool = False
    talked: bool = False
    clock_waits: bool = False
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """What is said about one section (its id, or `WHOLE_VISIT`); `title` is how it was called when it was said."""

    section: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Review:
    """One record about a visit. `nurse` is who signed the visit; `answer_id` the addendum that answers a question.

    `pending`: the plan has not answered for its newest version.
    """

    id: str
    visit_id: str
    patient_id: str
    kind: ReviewKind
    by: PersonRef
    at: datetime
    nurse: PersonRef
    comments: tuple[Comment, ...] = ()
    state: ReviewState = ReviewState.OPEN
    done_at: datetime | None = None
    answer_id: str | None = None
    pending: bool = False

    @property
    def is_open(self) -> bool:
        return self.state is ReviewState.OPEN


class Word(StrEnum):
    """How the review of a visit stands."""

    NONE = "none"
    QUESTION = "question"
    ANSWERED = "answered"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Standing:
    word: Word = Word.NONE
    by: str = ""


def stand(reviews: Iterable[Review]) -> Standing:
    """Of one visit: an open question before all else, then whichever came last, the countersign or an answer to it.

    Of several who countersigned the first is named: from then on it was reviewed.
    """
    held = sorted((one for one in reviews if one.state is not ReviewState.TAKEN_BACK), key=_when)
    asked = [one for one in held if one.kind is ReviewKind.QUESTION]
    signed = [one for one in held if one.kind is ReviewKind.COUNTERSIGN]
    open_ones = [one for one in asked if one.is_open]
    if open_ones:
        return Standing(Word.QUESTION, open_ones[0].by.name)
    answered_at = max((one.done_at or one.at for one in asked), default=None)
    fresh = [one for one in signed if answered_at is None or one.at >= answered_at]
    if fresh:
        return Standing(Word.REVIEWED, fresh[0].by.name)
    if asked:
        return Standing(Word.ANSWERED, asked[-1].nurse.name)
    return Standing()


def _when(one: Review) -> tuple[datetime, str]:
    return one.at, one.id


def list_reasons(facts: VisitFacts, rules: ReviewRules) -> tuple[Reason, ...]:
    """Why this visit needs review, the weightiest first; none: it is filed as received."""
    if rules.from_on is not None and facts.began_at.date() < rules.from_on:
        return ()
    new_until = rules.new_nurses.get(facts.nurse)
    true = {
        Reason.ACT_NOW: facts.act_now,
        Reason.DEATH: facts.died,
        Reason.CONVERSATION: facts.talked,
        Reason.FROM_FACILITY: facts.kind == "from-facility" or facts.clock_waits,
        Reason.NOT_SAFE: facts.unsafe,
        Reason.FIRST: facts.kind == "first",
        Reason.FLAG: facts.flagged,
        Reason.NEW_NURSE: new_until is not None and facts.began_at.date() <= new_until,
    }
    # Whatever a plan asks for: a door that stayed shut while the hours run is no visit to wave through.
    wanted = (
        rules.reasons | ALWAYS | (frozenset({Reason.FROM_FACILITY}) if facts.clock_waits else frozenset())
    )
    found = tuple(one for one in Reason if true.get(one, False) and one in wanted)
    if not found and is_sampled(facts.id, rules.one_in, rules.sample_key):
        return (Reason.SAMPLE,)
    return found


def is_sampled(visit_id: str, one_in: int, key: str) -> bool:
    """Whether this visit is one of those read at random: the same answer everywhere, and no pattern to the eye.

    HMAC-SHA-256 (RFC 2104) of the visit's id under the plan's key; its first 8 bytes, big-endian, modulo `one_in`.
    """
    if one_in < 1:
        return False
    digest = hmac.new(key.encode(), f"review|{visit_id.lower()}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % one_in == 0


def place(reasons: Iterable[Reason]) -> int:
    """Where it stands in the queue by its weightiest reason; the smaller the earlier."""
    return min((_PLACE[one] for one in reasons), default=len(_PLACE))


def may_go_together(reasons: Iterable[Reason]) -> bool:
    """Whether it may be countersigned with others in one go: nothing in it asks for eyes of its own."""
    return not any(one.is_flag for one in reasons)
