"""Words of what stands beside an item: how it changed, the person's comfort level, what was tried before."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from app.domain.change_since import Change, Direction
from app.domain.last_scores import LastScore
from app.domain.tried import Tried
from app.views import say

COMFORT = "Comfort level"
COMFORT_HELP = "Asked once, and kept for everybody who comes. Above it the row says so."
COMFORT_GONE = "No comfort level any more"
HELPED, TRIED = "What helped last time", "What was tried last time"


def changed(change: Change, unit: str = "") -> str:
    """ "2 higher", "4 lb lower", "same as last", "changed"; never better or worse."""
    if change.direction is Direction.SAME:
        return "same as last"
    if change.direction is Direction.OTHER:
        return "changed"
    amount = f"{change.by:f}{f' {unit}' if unit else ''}"
    return f"{amount} higher" if change.direction is Direction.HIGHER else f"{amount} lower"


def changed_said(change: Change, unit: str = "") -> str:
    """The same for a screen reader, to whom nothing stands beside it."""
    if change.direction is Direction.SAME:
        return "Same as last time"
    if change.direction is Direction.OTHER:
        return "Another answer than last time"
    return f"{changed(change, unit)} than last time"


def last_score(score: LastScore, now: datetime) -> str:
    return f"Last {amount(score.total)}, {say.day_of(score.at, now)}"


def amount(total: float) -> str:
    """A total: whole numbers without a point."""
    return f"{Decimal(str(total)).normalize():f}"


def comfort(level: int) -> str:
    return f"comfort {level}"


def above(level: int) -> str:
    return f"above comfort {level}"


def comfort_title(name: str) -> str:
    return f"{name}: which number would still be all right?"


def comfort_noted(level: int, by: str, day: str) -> str:
    return (
        f"{level} or less is all right. Asked by {by}, {day}."
        if by
        else f"{level} or less is all right, {day}."
    )


def comfort_button(name: str) -> str:
    """For screen readers: which symptom's."""
    return f"{COMFORT}: {name}"


def tried(one: Tried, now: datetime) -> str:
    """ "8, then 4 after 5 mg morphine. Nov 15, Ana Ruiz, RN"."""
    return f"{one.before}, then {one.after} after {one.done}. {day(one.at, now)}, {one.by}"


def day(at: datetime, now: datetime) -> str:
    return say.day_of(at, now).capitalize()
