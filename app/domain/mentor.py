"""One visit for a mentor of another organization: what the plan would show, and what a supervisor released."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MentorSection:
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MentorPassage:
    """Free text of the visit. `refused`: why it cannot be released, in the plan's words; "" where it may be."""

    id: str
    label: str
    text: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class MentorReading:
    """Exactly what a mentor sees, made by the plan. `digest` says which reading it was."""

    digest: str
    about: tuple[str, ...]
    sections: tuple[MentorSection, ...]
    passages: tuple[MentorPassage, ...] = ()


@dataclass(frozen=True, slots=True)
class MentorAsk:
    """`passages`: ids of those that were read and released."""

    visit_id: str
    recipient: str
    days: int
    digest: str
    passages: tuple[str, ...] = ()
