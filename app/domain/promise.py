"""A promise that a nurse made to a person: the next visit opens with it, whoever goes, and says kept or not kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.visit import PersonRef, Visit

LONGEST = 200
"""Letters of a promise in one's own words, at most."""
COMMON: Mapping[str, str] = {
    "phone": "Phone again",
    "ask-doctor": "Ask the doctor",
    "medicine": "See to a medicine",
    "supplies": "Bring or order supplies",
    "family": "Talk with the family",
    "find-out": "Find something out",
}
"""What is promised most, by code, in the words that go with the record. Our own list."""


class PromiseState(StrEnum):
    """Open until somebody says what became of it. Taken back: it was tapped by mistake."""

    OPEN = "open"
    KEPT = "kept"
    NOT_KEPT = "not-kept"
    TAKEN_BACK = "taken-back"


ANSWERS = (PromiseState.KEPT, PromiseState.NOT_KEPT)
"""What became of it."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise. `kind` is a code of `COMMON`, "" for own words; `words` say it in either case.

    `said_at` and `said_by`: when and by whom it was last said to be kept or not. `pending`: the plan has not answered.
    """

    id: str
    patient_id: str
    kind: str
    words: str
    by: PersonRef
    made_at: datetime
    visit_id: str | None = None
    state: PromiseState = PromiseState.OPEN
    said_at: datetime | None = None
    said_by: str = ""
    pending: bool = False

    @property
    def answered(self) -> bool:
        return self.state in ANSWERS


def list_open(promises: Iterable[Promise]) -> tuple[Promise, ...]:
    """Those that nobody has answered, the oldest first: who has waited longest comes first."""
    return tuple(one for one in in_order(promises) if one.state is PromiseState.OPEN)


def in_order(promises: Iterable[Promise]) -> tuple[Promise, ...]:
    return tuple(sorted(promises, key=lambda one: (one.made_at, one.id)))


def list_for_opening(promises: Iterable[Promise], visit_id: str, began_at: datetime) -> tuple[Promise, ...]:
    """What a visit opens with: promises of others and of earlier visits that stand open, and those answered since it
    began, so that a slip of the finger can be taken back.
    """
    return tuple(
        one
        for one in in_order(promises)
        if one.visit_id != visit_id
        and (
            one.state is PromiseState.OPEN
            or (one.answered and one.said_at is not None and one.said_at >= began_at)
        )
    )


def list_made_in(promises: Iterable[Promise], visit_id: str) -> tuple[Promise, ...]:
    """Promises of this visit that were not taken back."""
    return tuple(
        one
        for one in in_order(promises)
        if one.visit_id == visit_id and one.state is not PromiseState.TAKEN_BACK
    )


def list_of_visit(promises: Iterable[Promise], visit: Visit) -> tuple[Promise, ...]:
    """What a signed visit says of promises: those made in it, and those that its nurse answered before she signed."""
    return tuple(
        one
        for one in in_order(promises)
        if one.visit_id == visit.id
        or (
            one.answered
            and one.said_at is not None
            and visit.began_at <= one.said_at <= visit.signed_at
            and one.said_by == visit.nurse.name
        )
    )
