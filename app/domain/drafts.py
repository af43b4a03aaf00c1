"""Drafts on other tablets, and one visit that was written twice. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.visit import PersonRef


@dataclass(frozen=True, slots=True)
class DraftElsewhere:
    """A draft that another tablet copied to the plan. It is not signed. Times by that tablet's clock."""

    visit_id: str
    device: str
    patient_id: str
    author: PersonRef
    began_at: datetime
    changed_at: datetime
    """When the copy was made."""
    digest: str
    """Which version of it this is."""

    @property
    def key(self) -> str:
        return f"{self.visit_id}/{self.device}"


@dataclass(frozen=True, slots=True)
class Written:
    """What is compared of one of this nurse's own visits."""

    visit_id: str
    patient_id: str
    began_at: datetime
    left_at: datetime | None
    signed: bool
    draft_of: str = ""
    here: bool = True
    """Written on this tablet; else it came here from the plan."""

    @property
    def root(self) -> str:
        return self.draft_of or self.visit_id


Pair = tuple[str, str]
"""Visit ids, in their own order."""


def pair_of(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def find_twice(visits: Iterable[Written], apart: Iterable[Pair] = ()) -> tuple[tuple[Written, Written], ...]:
    """Pairs of one nurse's visits that are one visit written twice: begun as the same draft, or with the same person
    at the same time, since nobody is in two visits at once. Of each pair at least one is signed; the signed one, then
    the one that began first, comes first. `apart`: pairs that she said are two visits.
    """
    known = set(apart)
    found = []
    held = sorted(visits, key=lambda one: (not one.signed, one.began_at, one.visit_id))
    for n, one in enumerate(held):
        for other in held[n + 1 :]:
            if one.signed and _same(one, other) and pair_of(one.visit_id, other.visit_id) not in known:
                found.append((one, other))
    return tuple(found)


def _same(one: Written, other: Written) -> bool:
    return one.patient_id == other.patient_id and (one.root == other.root or _overlap(one, other))


def _overlap(one: Written, other: Written) -> bool:
    """Both ends are known, and they share time. What only touches is two visits, one after the other."""
    if one.left_at is None or other.left_at is None:
        return False
    if one.began_at == other.began_at:
        return True
    return one.began_at < other.left_at and other.began_at < one.left_at
