"""Access in an emergency, on the device: what has to be said to get it, and when it is over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

SHORTEST_REASON, LONGEST_REASON = 10, 500
SET_BACK = timedelta(minutes=5)
"""A clock that went back by more than this was set back; less is a correction."""
_AMERICAN = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})\Z", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class EmergencyAsk:
    """Who is looked for, word for word, and why."""

    given: str
    family: str
    born_on: date
    reason: str


def read_day(text: str) -> date | None:
    """A day as it is typed: `2/3/1940` (month first) or `1940-02-03`. None for anything else."""
    typed = text.strip()
    if found := _AMERICAN.match(typed):
        month, day, year = map(int, found.groups())
    elif found := _ISO.match(typed):
        year, month, day = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_over(until: datetime, now: datetime, latest: datetime | None) -> bool:
    """Is the time up? `now` is the plan's time as well as the device knows it, `latest` the latest it ever was.

    A clock that went back ends it too: else twelve hours could be made to last.
    """
    return now >= until or (latest is not None and now < latest - SET_BACK)
