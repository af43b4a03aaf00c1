"""Which of two versions of a record is the later one, and what no server can show unless it was put back."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.store.bases import Version
from app.sync.tracks import moment

WHOLE_SECOND = timedelta(seconds=1)
FINE = timedelta(milliseconds=1)
FUTURE = timedelta(days=1)
"""A stamp so far beyond the server's own clock says nothing about order."""


def _tolerance(a: datetime, b: datetime) -> timedelta:
    """Some servers keep whole seconds and say milliseconds in the answer to a write."""
    return WHOLE_SECOND if a.microsecond == 0 or b.microsecond == 0 else FINE


def _numbers(a: Version, b: Version) -> tuple[int, int] | None:
    one, other = a[0], b[0]
    if one.isascii() and one.isdecimal() and other.isascii() and other.isdecimal():
        return int(one[:18]), int(other[:18])
    return None


def same(known: Version, seen: Version) -> bool:
    """The very same version, however finely its time is said."""
    if known[0] != seen[0]:
        return False
    a, b = moment(known[1]), moment(seen[1])
    return a is None or b is None or abs(a - b) < _tolerance(a, b)


def went_back(known: Version, seen: Version, server_at: datetime | None = None) -> bool:
    """True when the server shows what it cannot show unless its records were put back to an earlier day.

    The same versionId at another time, a version number that went down, or, where versions have no order of their
    own, a later version with an earlier time. A reader of an old replica may see the last two as well: ask by id.
    """
    a, b = moment(known[1]), moment(seen[1])
    if known[0] == seen[0]:
        return not same(known, seen)
    numbers = _numbers(known, seen)
    if numbers is not None:
        return numbers[1] < numbers[0]
    if a is None or b is None or (server_at is not None and a > server_at + FUTURE):
        return False
    return a - b >= _tolerance(a, b)


def is_later(known: Version, seen: Version, server_at: datetime | None = None) -> bool:
    """True when `seen` should take the place of `known`: not the same, and nothing older."""
    if same(known, seen) or went_back(known, seen, server_at):
        return False
    if _numbers(known, seen) is not None:
        return True
    a, b = moment(known[1]), moment(seen[1])
    if a is None or b is None:
        return True
    return b >= a or (server_at is not None and a > server_at + FUTURE)
