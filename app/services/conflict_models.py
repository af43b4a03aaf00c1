"""What the screens of conflicts are given: plain frozen values, ready to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.merging_heads import BOTH
from app.domain.visit import Answer

__all__ = [
    "BOTH",
    "KEEP_AS_NEW",
    "LET_GO",
    "WHOLE",
    "ConflictKind",
    "ConflictLine",
    "ConflictPage",
    "ConflictSection",
    "ConflictSide",
]

LET_GO, KEEP_AS_NEW = 0, 1
"""Choices where the plan deleted what was changed here."""
WHOLE = "whole"
"""The one section of what is chosen as a whole."""


class ConflictKind(StrEnum):
    """Two versions on record; one record changed by two; one changed here and deleted at the plan."""

    VERSIONS = "versions"
    EDIT = "edit"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One thing that needs a person. `what` is the kind of record in a word of ours ("conversation", "task"), `title`
    which one. `visits` and `records` are those concerned, so that each screen can find its own.
    """

    id: str
    patient_id: str
    patient_name: str
    kind: ConflictKind
    what: str
    title: str
    who: tuple[str, ...]
    at: datetime
    visits: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ConflictSide:
    """One version. `at` by the clock of the device on which it was written; `visit_id` where it can be read whole.

    `chosen_at`: it was itself chosen between two, then; its words are `said_by` somebody at `at`.
    `mine`: written on this device and not received. `plan`: what the plan has now.
    """

    who: str
    at: datetime | None
    visit_id: str | None = None
    mine: bool = False
    plan: bool = False
    chosen_at: datetime | None = None
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class ConflictSection:
    """One thing to choose. `texts` by side, "" where a side says nothing; `joined` what both would say together.

    `links` are the form's items that it holds, `answers` what each side gave to them and `both` the two together, so
    that a screen can say them in its own language; none of a task's fields, which stand in words alone.
    """

    id: str
    title: str
    texts: tuple[str, ...]
    joined: str | None = None
    links: tuple[str, ...] = ()
    answers: tuple[Mapping[str, Answer], ...] = ()
    both: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """`mark` says which versions these are: a choice is refused once others stand there. `agreed`: what all say alike,
    and what was written here of something that the plan has deleted.
    """

    line: ConflictLine
    sides: tuple[ConflictSide, ...]
    sections: tuple[ConflictSection, ...]
    agreed: tuple[ConflictSection, ...]
    mark: str
