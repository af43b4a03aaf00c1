"""Referrals: to whom, why, how soon, and where their loop stands. Access findings and wishes are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from app.content import load, load_table

FORM = "referrals"
GROUP = "referrals"


@dataclass(frozen=True, slots=True)
class LoopState:
    """One state of a referral's loop. `kind`: "access" (no capacity, not eligible, lost), "preference" (declined)."""

    code: str
    display: str
    task: str
    open: bool
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral. `reference` is its ServiceRequest; `state` the loop's, in the words of `list_states`."""

    reference: str
    to: str
    to_words: str
    why: tuple[str, ...]
    words: str
    how_soon: str | None
    state: str
    state_at: datetime | None
    state_by: str
    author: str
    at: datetime | None
    pending: bool = False
    started_at: datetime | None = None
    """When care began, where the loop says so; kept when it is closed."""

    @property
    def has_care(self) -> bool:
        """Care has begun and did not fall through: the loop stands at started, or was closed after that."""
        return self.state == "started" or (self.state == "closed" and self.started_at is not None)

    @property
    def is_open(self) -> bool:
        return get_state(self.state).open


@cache
def list_states() -> tuple[LoopState, ...]:
    """All states in the order of the loop. Source: content table `referral-states`."""
    return tuple(
        LoopState(raw["code"], raw["display"], raw["task"], raw["open"], raw.get("kind"))
        for raw in load_table("referral-states")["states"]
    )


def get_state(code: str) -> LoopState:
    """A state this app does not know counts as open, shown by its own code: a loop is not closed by a new word."""
    return next((one for one in list_states() if one.code == code), LoopState(code, code, "requested", True))


def list_targets() -> Mapping[str, str]:
    """Code and name of every target, in the order of the form."""
    return {one.code: one.display for one in load()[FORM].get_item("ref-to").options}
