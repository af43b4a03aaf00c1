"""A line of `make bench`: what was measured round by round, what it stands beside, and which goals it has.

Plain data, to and from JSON. A line whose peer was not run, and a figure that was not run, never counts as met.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from benchmarks.figures import spread

Of = Literal["median", "p95", "p99_by_p50", "ratio"]
"""What a goal bounds: the median or the 95th percentile of the values, in the line's unit; the 99th percentile divided
by the median; the ratio to the peer."""


@dataclass(frozen=True)
class Goal:
    """`bound` is still met when it is reached exactly."""

    of: Of
    bound: float
    at_least: bool = False

    def is_met(self, reached: float) -> bool:
        return reached >= self.bound if self.at_least else reached <= self.bound


def at_most(bound: float, of: Of = "median") -> Goal:
    return Goal(of, bound)


def at_least(bound: float, of: Of = "median") -> Goal:
    return Goal(of, bound, at_least=True)


@dataclass(frozen=True)
class Peer:
    """What a line stands beside, in the line's unit. Without `values` it was not run, and `why_not` says why."""

    name: str
    values: tuple[float, ...] = ()
    why_not: str = ""

    def __post_init__(self) -> None:
        if bool(self.values) == bool(self.why_not):
            raise ValueError("a peer has values, or a reason why it has none")


@dataclass(frozen=True)
class Line:
    """`values` and the peer's are in `unit`. Where there are as many of one as of the other they are pairs: one of
    each was measured before the next of either. `note` stands beside the line wherever it is shown.
    """

    what: str
    unit: str
    values: tuple[float, ...]
    goals: tuple[Goal, ...] = ()
    peer: Peer | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("a line has at least one value")

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def peer_median(self) -> float | None:
        return statistics.median(self.peer.values) if self.peer and self.peer.values else None

    @property
    def ratio(self) -> float | None:
        """Value by peer: the median of the ratios of the pairs, or the ratio of the medians where there are none."""
        if self.peer is None or not self.peer.values:
            return None
        if len(self.peer.values) != len(self.values):
            return self.median / statistics.median(self.peer.values)
        return statistics.median(
            one / other for one, other in zip(self.values, self.peer.values, strict=True)
        )

    def percentile(self, percent: int) -> float:
        """Of few values the largest ones are interpolated; of one value it is that value."""
        if len(self.values) == 1:
            return self.values[0]
        return statistics.quantiles(self.values, n=100, method="inclusive")[percent - 1]

    def reached(self, goal: Goal) -> float | None:
        """None where it could not be measured."""
        if goal.of == "ratio":
            return self.ratio
        if goal.of == "median":
            return self.median
        if goal.of == "p95":
            return self.percentile(95)
        return self.percentile(99) / self.median

    def is_met(self, goal: Goal) -> bool:
        reached = self.reached(goal)
        return reached is not None and goal.is_met(reached)

    @property
    def met(self) -> bool | None:
        """None without a goal."""
        return all(map(self.is_met, self.goals)) if self.goals else None

    def as_json(self) -> dict[str, Any]:
        low, high = spread(self.values)
        goals = [
            asdict(one) | {"reached": _short(self.reached(one)), "met": self.is_met(one)}
            for one in self.goals
        ]
        return {
            "what": self.what,
            "unit": self.unit,
            "rounds": len(self.values),
            "median": _short(self.median),
            "p10": _short(low),
            "p90": _short(high),
            "p99": _short(self.percentile(99)),
            "peer": self.peer
            and {"name": self.peer.name, "median": _short(self.peer_median)}
            | ({"why_not": self.peer.why_not} if self.peer.why_not else {}),
            "ratio": _short(self.ratio),
            "goals": goals,
            "met": self.met,
            "note": self.note,
            "values": [_short(one) for one in self.values],
            "peer_values": [_short(one) for one in self.peer.values] if self.peer else [],
        }


@dataclass(frozen=True)
class Measured:
    """What one job found. `about` says what it was measured on: sizes, the disk, a peer's version."""

    lines: tuple[Line, ...]
    about: Mapping[str, str | int | float] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Every goal of every line; there must be one."""
        told = [line.met for line in self.lines if line.met is not None]
        return bool(told) and all(told)

    def as_json(self) -> dict[str, Any]:
        return {"met": self.met, "about": dict(self.about), "lines": [line.as_json() for line in self.lines]}


def _short(value: float | None) -> float | None:
    """Four digits that count: more would be noise."""
    return None if value is None else float(f"{value:.4g}")
