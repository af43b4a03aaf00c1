"""Somebody whom the plan cannot name yet: what was said at the door, and who she could be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

LONGEST = 120
"""Letters of a name, a number or an address."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What a nurse was told. Only the name is needed."""

    name: str
    born_on: date | None = None
    number: str = ""
    address: str = ""


class Sign(StrEnum):
    """How one thing that was said compares with a member's record."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


COMPARED = ("name", "birth-date", "member-number", "address")
"""What is compared, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Face:
    """Who somebody is, as a record says it. `numbers`: of a member also those that are no member numbers."""

    patient_id: str
    name: str
    born_on: date | None = None
    numbers: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member whom she could be, and how each of `COMPARED` compares."""

    face: Face
    signs: Mapping[str, Sign]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """One person as a nurse wrote her down. `member`: to whom she was joined, and when; None while she waits."""

    face: Face
    nurse: str
    made_at: datetime
    visits: int
    candidates: tuple[Candidate, ...] = ()
    member: Face | None = None
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatchingPage:
    """The plan's answer; `at` by its clock."""

    at: datetime
    people: tuple[Unmatched, ...]

    @property
    def waiting(self) -> tuple[Unmatched, ...]:
        return tuple(one for one in self.people if one.member is None)

    @property
    def joined(self) -> tuple[Unmatched, ...]:
        return tuple(one for one in self.people if one.member is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a temporary person stands on this device. `sent`: the plan has her. `member_name`: "" while her member's
    record is not here, or nobody has matched her.
    """

    sent: bool
    member_id: str | None = None
    member_name: str = ""

    @property
    def matched(self) -> bool:
        return self.member_id is not None
