"""Words of what stands beside an item: how it changed, the person's comfort level, what was tried before."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from app.domain.change_since import Change, Direction, Meaning
from app.domain.last_scores import LastScore
from app.domain.tried import Tried
from app.language import N_, tr
from app.views import say

COMFORT = N_("Comfort level")
COMFORT_HELP = N_("Asked once, and kept for everybody who comes. Above it the row says so.")
COMFORT_GONE = N_("No comfort level any more")
HELPED, TRIED = N_("What helped last time"), N_("What was tried last time")


MEANS = {
    Meaning.BETTER: N_("better"),
    Meaning.WORSE: N_("worse"),
    Meaning.MORE_HELP: N_("needs more help"),
    Meaning.LESS_HELP: N_("needs less help"),
}


def changed(change: Change, unit: str = "", means: Meaning | None = None) -> str:
    """ "2 lower: better", "4 lb lower", "same as last", "changed"."""
    moved = _moved(change, unit)
    return moved if means is None else f"{moved}: {tr(MEANS[means])}"


def _moved(change: Change, unit: str) -> str:
    if change.direction is Direction.SAME:
        return tr("same as last")
    if change.direction is Direction.OTHER:
        return tr("changed")
    amount = f"{change.by:f}{f' {unit}' if unit else ''}"
    return (
        tr("{amount} higher", amount=amount)
        if change.direction is Direction.HIGHER
        else tr("{amount} lower", amount=amount)
    )


def changed_said(change: Change, unit: str = "", means: Meaning | None = None) -> str:
    """The same for a screen reader, to whom nothing stands beside it."""
    if change.direction is Direction.SAME:
        return tr("Same as last time")
    if change.direction is Direction.OTHER:
        return tr("Another answer than last time")
    told = tr("{changed} than last time", changed=_moved(change, unit))
    return told if means is None else f"{told}: {tr(MEANS[means])}"


def last_score(score: LastScore, now: datetime) -> str:
    return tr("Last {amount}, {day}", amount=amount(score.total), day=say.day_of(score.at, now))


def amount(total: float) -> str:
    """A total: whole numbers without a point."""
    return f"{Decimal(str(total)).normalize():f}"


def comfort(level: int) -> str:
    return tr("comfort {level}", level=level)


def above(level: int) -> str:
    return tr("above comfort {level}", level=level)


def comfort_title(name: str) -> str:
    return tr("{name}: which number would still be all right?", name=name)


def comfort_noted(level: int, by: str, day: str) -> str:
    return (
        tr("{level} or less is all right. Asked by {by}, {day}.", level=level, by=by, day=day)
        if by
        else tr("{level} or less is all right, {day}.", level=level, day=day)
    )


def comfort_button(name: str) -> str:
    """For screen readers: which symptom's."""
    return f"{tr(COMFORT)}: {name}"


def tried(one: Tried, now: datetime) -> str:
    """ "8, then 4 after 5 mg morphine. Nov 15, Ana Ruiz, RN"."""
    return tr(
        "{before}, then {after} after {done}. {day}, {by}",
        before=one.before,
        after=one.after,
        done=one.done,
        day=day(one.at, now),
        by=one.by,
    )


def day(at: datetime, now: datetime) -> str:
    return say.day_of(at, now).capitalize()
