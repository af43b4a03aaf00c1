"""A figure: medians of pairs, each beside a floor that was measured in the same run, and how it is printed."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = (
    "flet", "sqlalchemy", "sqlmodel", "sqlcipher3", "cryptography", "httpx", "fastapi", "uvicorn", "psycopg",
)  # fmt: skip
"""Those whose version can change a figure."""


@dataclass(frozen=True)
class Figure:
    """`values` and `floors` in milliseconds, pair by pair: one of each was measured before the next of either.

    `goal` is a bound of the median of `values`. `floor_name` says what the floor does.
    """

    name: str
    what: str
    goal: float
    values: tuple[float, ...]
    floors: tuple[float, ...]
    floor_name: str

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def floor(self) -> float:
        return statistics.median(self.floors)

    @property
    def ratio(self) -> float:
        """Median of the ratios of the pairs: a machine that is busy for a while is busy for both of a pair."""
        pairs = zip(self.values, self.floors, strict=True)
        return statistics.median(value / floor for value, floor in pairs)

    @property
    def met(self) -> bool:
        return self.median <= self.goal

    def as_json(self) -> dict[str, Any]:
        low, high = spread(self.values)
        return asdict(self) | {
            "median": round(self.median, 1),
            "p10": round(low, 1),
            "p90": round(high, 1),
            "floor": round(self.floor, 1),
            "ratio": round(self.ratio, 2),
            "met": self.met,
        }


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Tenth and ninetieth percentile; of one value that value twice."""
    if len(values) == 1:
        return values[0], values[0]
    cuts = statistics.quantiles(values, n=10, method="inclusive")
    return cuts[0], cuts[-1]


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "machine": f"{platform.system()} {platform.machine()}",
        "cpu": _processor(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    """The name that the processor gives itself."""
    told = Path("/proc/cpuinfo")
    for line in told.read_text().splitlines() if told.is_file() else ():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.processor()


def table(figures: Iterable[Figure]) -> str:
    """Markdown."""
    lines = [
        "| what | median | 10 % to 90 % | budget | | floor | times the floor |",
        "| --- | ---: | ---: | ---: | --- | ---: | ---: |",
    ]
    for one in figures:
        low, high = spread(one.values)
        lines.append(
            f"| {one.what} | {one.median:.0f} ms | {low:.0f} to {high:.0f} | {one.goal:.0f} ms | "
            f"{'met' if one.met else 'missed'} | {one.floor:.0f} ms ({one.floor_name}) | {one.ratio:.1f} |"
        )
    return "\n".join(lines)
