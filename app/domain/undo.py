"""What one step on the visit page was about, so that a screen can say what taking it back takes back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StepKind(StrEnum):
    """What changed in a draft."""

    ANSWER = "answer"
    ENTRY = "entry"
    """An entry of a group came or went."""
    NOTE = "note"
    END = "end"
    """ "I'm leaving" was tapped, or taken back."""
    TIMES = "times"
    WHERE = "where"
    KIND = "kind"
    WHO = "who"
    PROMISE = "promise"
    """One was made in this visit; it lies beside the draft."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step that can be taken back. `link_id` is the item's, the group's of an entry or the id of a promise; "" for
    the others.
    """

    kind: StepKind
    link_id: str = ""
    entry: str = ""
    """The id of the entry that an answer belongs to."""
