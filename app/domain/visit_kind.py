"""The kind of a visit, and whether anybody was seen in it. Both are answers of the visit itself.

The kind is kept by the app in a hidden item of the visit's frame: it travels with the visit and needs no column. A
visit begun by an older version has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from app.content.visit_kinds import load_kinds

KIND = "frame-kind"
"""The hidden item that holds the kind."""
NOT_SEEN_WHY = "ns-why"
"""Why nobody was seen; where it is answered the visit did not take place."""
NO_ANSWER = "no-answer"
"""The option of `NOT_SEEN_WHY` for a call that nobody answered."""
NOT_SAFE = "not-safe"
"""The one for a door that she did not go through."""


class VisitKind(StrEnum):
    ROUTINE = "routine"
    FIRST = "first"
    CANNOT_SPEAK = "cannot-speak"
    FROM_FACILITY = "from-facility"
    TELEPHONE = "telephone"
    NOT_SEEN = "not-seen"


class _Given(Protocol):
    """An answer, as far as this needs it."""

    @property
    def value(self) -> object: ...


def kind_of(answers: Mapping[str, _Given]) -> VisitKind | None:
    """None where none is recorded, or one that this app does not know."""
    return find_kind(answers[KIND].value) if KIND in answers else None


def find_kind(code: object) -> VisitKind | None:
    """The kind with this code: of an answer, or as a planned visit names it."""
    return next((kind for kind in VisitKind if kind.value == code), None)


def is_met(answers: Mapping[str, _Given]) -> bool:
    """False for a visit that did not take place: nobody was seen, or nobody answered the call.

    Such a visit closes no clock, is no last visit, and leaves as a cancelled Encounter.
    """
    return NOT_SEEN_WHY not in answers and kind_of(answers) is not VisitKind.NOT_SEEN


@dataclass(frozen=True, slots=True)
class Known:
    """What the proposal rests on.

    `visits`: how many visits that took place are on record. `home_at`: when a stay in a facility ended at home with
    no visit in person since, else None. `not_herself`: in the last visit somebody else answered for the person,
    or nobody did.
    """

    visits: int
    home_at: datetime | None = None
    not_herself: bool = False


def propose(known: Known, now: datetime) -> VisitKind:
    """The kind offered at the start; the nurse changes it with one tap."""
    if known.visits == 0:
        return VisitKind.FIRST
    within = timedelta(days=load_kinds().home_within_days)
    if known.home_at is not None and timedelta(0) <= now - known.home_at <= within:
        return VisitKind.FROM_FACILITY
    return VisitKind.CANNOT_SPEAK if known.not_herself else VisitKind.ROUTINE


def get_title(kind: VisitKind) -> str:
    return load_kinds().get(kind.value).title


def list_seen_kinds() -> Sequence[VisitKind]:
    """Those in which somebody is met, in the order of the content."""
    return [VisitKind(one.id) for one in load_kinds().kinds if one.id != VisitKind.NOT_SEEN]
