"""Times as text in the store: UTC, fixed width, so that text order is time order; the offset is kept apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone


def to_text(at: datetime) -> str:
    """`2026-11-22T14:02:03.123456Z`. Raises ValueError for a time without an offset."""
    if at.tzinfo is None:
        raise ValueError("a stored time needs its offset")
    # Not strftime: it writes the year 999 with three digits, which can be neither sorted nor read again.
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_text(text: str) -> datetime:
    """An aware UTC time from what `to_text` wrote, or from any ISO 8601 text with an offset."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a stored time needs its offset")
    return at.astimezone(UTC)


def offset_of(at: datetime) -> int:
    """Minutes east of UTC on the clock that gave this time. Raises ValueError for a time without an offset."""
    offset = at.utcoffset()
    if offset is None:
        raise ValueError("a stored time needs its offset")
    return round(offset.total_seconds() / 60)


def at_offset(text: str, minutes: int | None) -> datetime:
    """The time that `to_text` wrote, as it read on a clock with that offset (None: UTC)."""
    return from_text(text).astimezone(timezone(timedelta(minutes=minutes or 0)))


def find_time(text: str | None) -> datetime | None:
    """As `from_text`; None stays None."""
    return None if text is None else from_text(text)
