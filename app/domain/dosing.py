"""What an order says in numbers: amounts, times, limits. Its free text is shown and never read as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with the unit as the order wrote it; `unit` is None where the order names none."""

    value: Decimal
    unit: str | None


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line of an order. None means that the order does not say it in numbers.

    `times_low` and `times_high` are doses a day. `most_a_day` is the order's own limit for 24 hours.
    `sequence`: lines with the same number run at the same time, others one after another.
    """

    low: Amount | None = None
    high: Amount | None = None
    hourly: Amount | None = None
    """A rate an hour, of a patch."""
    times_low: Decimal | None = None
    times_high: Decimal | None = None
    as_needed: bool = False
    most_a_day: Amount | None = None
    sequence: int | None = None
    routes: frozenset[str] = frozenset()
    """SNOMED CT codes of the way of giving it."""

    @property
    def is_fixed(self) -> bool:
        """One amount, one number of times, not as needed."""
        return not self.as_needed and self.low == self.high and self.times_low == self.times_high
