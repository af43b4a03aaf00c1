"""Minutes of advance care planning conversation, counted the way the two CPT time codes count them. Never billed.

Source: content table `acp-time` (AAFP 2016, 2023). Nurses are not billing practitioners: the counts are exported so
that a plan can see the time that was given, and nothing else is done with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.content import load_table


@dataclass(frozen=True, slots=True)
class AcpUnits:
    """How often each time code's span was reached: 99497 (the first) and 99498 (each further one)."""

    first: int
    further: int

    @property
    def by_code(self) -> dict[str, int]:
        """The codes that were reached, with how often."""
        table = load_table("acp-time")
        units = {table["first"]["code"]: self.first, table["further"]["code"]: self.further}
        return {code: number for code, number in units.items() if number}


def count_units(minutes: int | Decimal) -> AcpUnits:
    """Units for one conversation of `minutes` (whole minutes count; a started minute does not).

    Raises ValueError for a negative number.
    """
    whole = int(minutes)
    if minutes < 0:
        raise ValueError("a conversation has no negative minutes")
    table = load_table("acp-time")
    first = 1 if whole >= table["first"]["from_minutes"] else 0
    more = table["further"]
    beyond = whole - more["from_minutes"]
    return AcpUnits(first, 0 if beyond < 0 else 1 + beyond // more["every_minutes"])
