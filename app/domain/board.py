"""The team board: what the plan was told by the nurses' tablets, and when a nurse counts as not heard from.

Nurses stand in the order of their names, whatever they have to do: the board ranks work, never people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.leave import Leave

HEARD_WITHIN = timedelta(minutes=45)
"""A tablet that is open and has a signal says something at least every 15 minutes: three times that is no delay."""
PRIORITY = {"alert": 0, "visit": 1, "record": 2, "file": 3}
"""Kinds of what waits, what matters most first; a kind that this app does not know comes before files."""


@dataclass(frozen=True, slots=True)
class Waits:
    """So many of one kind wait on a tablet, the oldest since then. `why`: a word, where they were set aside."""

    kind: str
    count: int
    since: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Tablet:
    """A tablet's newest word, at a time of the plan."""

    heard_at: datetime
    waiting: tuple[Waits, ...] = ()
    set_aside: tuple[Waits, ...] = ()


@dataclass(frozen=True, slots=True)
class Nurse:
    """One nurse of the team, with the ids of the people she has. `reference`: `Practitioner/…`."""

    reference: str
    name: str
    people: tuple[str, ...] = ()
    tablets: tuple[Tablet, ...] = ()
    leaves: tuple[Leave, ...] = ()
    """Of hers, that stand or are to come."""

    @property
    def heard_at(self) -> datetime | None:
        """Her newest word from any tablet; None: none was ever heard."""
        return max((one.heard_at for one in self.tablets), default=None)

    @property
    def waiting(self) -> tuple[Waits, ...]:
        return in_order(one for tablet in self.tablets for one in tablet.waiting)

    @property
    def set_aside(self) -> tuple[Waits, ...]:
        return in_order(one for tablet in self.tablets for one in tablet.set_aside)


@dataclass(frozen=True, slots=True)
class TeamWord:
    """What the plan answered, at its own time."""

    at: datetime
    nurses: tuple[Nurse, ...] = ()


def in_order(waits: Iterable[Waits]) -> tuple[Waits, ...]:
    """By what it is, then the oldest first; what has no time comes before what has one."""
    return tuple(
        sorted(
            waits,
            key=lambda one: (
                PRIORITY.get(one.kind, PRIORITY["record"]),
                one.since is not None,
                one.since.timestamp() if one.since is not None else 0.0,
                one.why,
            ),
        )
    )


def is_heard(heard_at: datetime | None, as_of: datetime) -> bool:
    """Has she been heard lately? `as_of`: when the plan said so, which may be long ago."""
    return heard_at is not None and as_of - heard_at <= HEARD_WITHIN


def by_name(nurses: Iterable[Nurse]) -> Sequence[Nurse]:
    return sorted(nurses, key=lambda one: (one.name.casefold(), one.reference))
