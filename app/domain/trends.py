"""How symptoms went over the last visits: numbers as they were given, alerts and changes of medicines beside them.

Nothing is averaged, smoothed or filled in: what was not asked is not there; why there is no number is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.visit import Absent

NOTABLE = 4
"""From here on a symptom of 0 to 10 is moderate (the bands of ESAS-r in our content)."""
MOVED = 2
"""Points between two visits that count as a change (as the rule for a rise has it)."""
MOST_MARKED = 8
"""Changes of medicines that are marked in one chart."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value as it was given. `value` None: asked and not answered, for the reason `absent`. `alert`: what it
    raised, in words, "" for nothing.
    """

    at: datetime
    value: int | None
    absent: Absent | None = None
    visit_id: str = ""
    alert: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One symptom or scale, oldest point first. `most` is the end of its scale; `more_is_better`: AKPS."""

    id: str
    name: str
    most: int
    points: tuple[Point, ...]
    more_is_better: bool = False

    @property
    def valued(self) -> tuple[Point, ...]:
        """Those that hold a number."""
        return tuple(point for point in self.points if point.value is not None)

    @property
    def last(self) -> int | None:
        """The newest number."""
        valued = self.valued
        return valued[-1].value if valued else None

    @property
    def moved(self) -> int | None:
        """How far the newest number is from the one of the visit before; None where there is none before."""
        valued = self.valued
        if not valued:
            return None
        before = [one for one in valued if one.visit_id != valued[-1].visit_id]
        return None if not before else (valued[-1].value or 0) - (before[-1].value or 0)

    @property
    def before(self) -> Point | None:
        """The last number of an earlier visit than the newest."""
        valued = self.valued
        earlier = [one for one in valued if one.visit_id != valued[-1].visit_id] if valued else []
        return earlier[-1] if earlier else None

    @property
    def stands_out(self) -> bool:
        """Worth a look before the others: a moderate or severe symptom, or one that moved."""
        if self.last is None:
            return False
        return abs(self.moved or 0) >= self.most * MOVED // 10 or (
            not self.more_is_better and self.last * 10 >= NOTABLE * self.most
        )


@dataclass(frozen=True, slots=True)
class MedicineChange:
    """Something that happened to a medicine on a day, in words."""

    on: date
    name: str
    what: str
    """"ordered", "differently", "not-taking" or "not-on-list"."""


@dataclass(frozen=True, slots=True)
class Trends:
    """What stands out first, then in the order of the scales; changes of medicines from the first point on."""

    series: tuple[Series, ...] = ()
    changes: tuple[MedicineChange, ...] = ()


def compose(series: Iterable[Series], changes: Iterable[MedicineChange]) -> Trends:
    """Without those that were never answered, and without changes from before the first point."""
    held = [one for one in series if one.points]
    ordered = sorted(held, key=lambda one: (not one.stands_out, _severity(one)))
    starts = [one.points[0].at.astimezone().date() for one in held]
    if not starts:
        return Trends()
    since = min(starts)
    shown = sorted({one for one in changes if one.on >= since}, key=lambda one: (one.on, one.name, one.what))
    return Trends(tuple(ordered), tuple(shown))


def _severity(one: Series) -> int:
    """Among those that stand out the highest score first; the others keep their order."""
    if not one.stands_out or one.more_is_better:
        return 0
    return -((one.last or 0) * 100 // one.most)


def list_marked(changes: Sequence[MedicineChange], series: Series) -> tuple[MedicineChange, ...]:
    """The newest changes that lie within what this series shows; more of them nobody could tell apart."""
    first = series.points[0].at.astimezone().date()
    return tuple(one for one in changes if one.on >= first)[-MOST_MARKED:]
