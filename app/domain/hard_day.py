""" "Hard day": a nurse asks her supervisor for a call. About nobody but herself, and in no report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CallState(StrEnum):
    ASKED = "asked"
    """Nobody has answered yet."""
    TAKEN = "taken"
    """A supervisor has said that she will call."""
    OVER = "over"
    """They talked, or it was taken back."""


@dataclass(frozen=True, slots=True)
class CallAsked:
    """`known`: the plan has its newest version. `refused`: the plan did not take it. `by`: who said she will call."""

    id: str
    nurse: str
    nurse_name: str
    asked_at: datetime
    state: CallState = CallState.ASKED
    known: bool = False
    refused: bool = False
    by: str = ""
