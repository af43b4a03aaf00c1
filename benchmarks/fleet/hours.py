"""The simulated time of one tablet, and where on the wall clock a day's minute lies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

PACIFIC = timezone(timedelta(hours=-8))
DAY = 86_400.0


def first_monday(after: datetime) -> float:
    """Midnight in the fleet's zone of the first Monday after this day, in seconds since 1970."""
    local = after.astimezone(PACIFIC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (local + timedelta(days=7 - local.weekday())).timestamp()


def moment(start: float, day: int, minutes: float) -> float:
    """Seconds since 1970 of a minute of a day of the run; the weekend is left out."""
    return start + (day + day // 5 * 2) * DAY + minutes * 60


class TabletClock:
    """`at`: true simulated time, seconds since 1970. What the tablet shows is wrong by `skew` seconds."""

    def __init__(self, at: float, skew: float = 0.0) -> None:
        self.at = at
        self.skew = skew

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at + self.skew, UTC).astimezone(PACIFIC)

    def monotonic(self) -> float:
        return self.at

    def reach(self, at: float) -> None:
        """It only goes forward."""
        self.at = max(self.at, at)
