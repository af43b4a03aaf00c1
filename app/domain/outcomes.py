"""Outcomes as a supervisor reads them: each measure of her team and of the plan, and how it differs between people.

A number may be hidden (None): it is 1 to 10, or such a one could be worked out from it. Nurses are nowhere in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

MET, MISSED, DENOMINATOR = "met", "missed", "denominator"
PREFERENCE, DIED, EXCLUDED = "preference", "died", "excluded"
NO_VISIT, NO_DATA, PENDING = "no-visit", "no-data", "pending"
STANDINGS = (DENOMINATOR, MET, MISSED, PREFERENCE, DIED, EXCLUDED, NO_VISIT, NO_DATA, PENDING)
GROUPINGS = ("language", "race", "setting", "line", "organisation", "rurality")


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the people. `value`: a code of its grouping, "" for everybody. `median`: hours or days."""

    value: str
    counts: Mapping[str, int | None]
    median: float | None = None

    def find(self, standing: str) -> int | None:
        """The number, None where it is hidden; what nobody told is 0."""
        return self.counts.get(standing, 0)

    @property
    def share(self) -> float | None:
        """Met of the denominator, 0 to 1; None where there is none or it may not be shown."""
        met, missed, of = self.find(MET), self.find(MISSED), self.find(DENOMINATOR)
        return None if met is None or missed is None or not of else met / of

    @property
    def is_hidden(self) -> bool:
        """Is any of what makes the share hidden?"""
        return any(self.find(one) is None for one in (MET, MISSED, DENOMINATOR))

    @property
    def is_empty(self) -> bool:
        """Is nothing in it at all?"""
        return all(self.find(one) == 0 for one in STANDINGS)


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day of a period."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Figures:
    """One measure of one team (`team`: its id, "" for the whole plan).

    `parts`: by grouping. `quarters`: each with everybody's line, the oldest first.
    """

    team: str
    team_name: str
    span: Span
    everybody: Line
    parts: Mapping[str, Sequence[Line]] = field(default_factory=dict)
    quarters: Sequence[tuple[Span, Line]] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted, in words. `feed`: how a plan can send what the data do not hold, "" where they do."""

    id: str
    title: str
    numerator: str
    denominator: str
    exclusions: str
    source: str
    unverified: str
    feed: str = ""
    value_unit: str = ""
    """What a line's median is: hours, days, parts; "" where it has none."""
    is_length: bool = False
    """What counts is how long it took, never a share: nobody can miss it."""
    figures: Sequence[Figures] = ()

    def find(self, team: str) -> Figures | None:
        return next((one for one in self.figures if one.team == team), None)

    @property
    def has_no_data(self) -> bool:
        """Does nobody's record say anything either way?"""
        shown = [one.everybody for one in self.figures]
        return bool(self.feed) and all(
            one.find(DENOMINATOR) == 0 and one.find(PREFERENCE) == 0 for one in shown
        )


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the plan told. `as_of`: everything written by then is in it. `team`: whose supervisor asks.

    `plan_as_of`: the same of the whole plan's figures, which a team is shown anew only every four weeks.
    """

    as_of: datetime
    measures: Sequence[Measure]
    team: str
    team_name: str
    plan_as_of: datetime | None = None

    def find_age(self, whose: str) -> datetime:
        """`as_of` of a team's figures ("" for the plan's)."""
        return self.as_of if whose or self.plan_as_of is None else self.plan_as_of
