"""What may be shown of one measure in one scope, as it is kept and read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plan.outcomes.report.cells import Stratum


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a part of the people in one period.

    `counts`: by standing, or "denominator"; None where the number is hidden, absent where it is 0. `median`: of
    the hours or days of those who met it, None where there is none or it may not be shown.
    """

    period: str
    stratum: Stratum
    counts: Mapping[str, int | None]
    median: float | None = None

    def find(self, place: str) -> int | None:
        """The number; None where it is hidden."""
        return self.counts.get(place, 0)


@dataclass(frozen=True, slots=True)
class Figures:
    """All lines of one measure in one scope.

    `periods`: by label (first day, last day); the first is the whole window.
    """

    measure: str
    scope: str
    made_ms: int
    as_of_ms: int
    periods: Mapping[str, tuple[str, str]]
    rows: Sequence[Row]

    def text(self) -> str:
        """As it is kept."""
        rows = [[one.period, *one.stratum, dict(one.counts), one.median] for one in self.rows]
        return json.dumps(
            {"periods": {name: list(days) for name, days in self.periods.items()}, "rows": rows}
        )


def read_figures(measure: str, scope: str, made_ms: int, as_of_ms: int, text: str) -> Figures:
    """What `Figures.text` wrote."""
    body: dict[str, Any] = json.loads(text)
    rows = [
        Row(period, (grouping, value), counts, median)
        for period, grouping, value, counts, median in body["rows"]
    ]
    periods = {name: (days[0], days[1]) for name, days in body["periods"].items()}
    return Figures(measure, scope, made_ms, as_of_ms, periods, rows)
