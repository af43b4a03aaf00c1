"""The number that is all right for the person herself: asked once for a symptom, kept on the record, shown beside it.

Beside the scale, never in it: an answer of ESAS-r is stored and scored as it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.content.model import Item
from app.domain.instruments import get_instrument
from app.domain.trends import NOTABLE
from app.domain.visit import Answer, Visit, VisitDraft

SCALE = "esas-r"
"""The scale whose symptoms have a comfort level: 0 to 10, and a person knows her own number."""


@dataclass(frozen=True, slots=True)
class ComfortLevel:
    """`level`: 0 to 10. `records`: every standing record that says it (`Goal/…`); time and author are the newest's."""

    link_id: str
    level: int
    said_at: datetime
    noted_by: str
    records: tuple[str, ...]
    pending: bool = False
    """Only on this device yet."""


def comfort_items() -> tuple[Item, ...]:
    """The symptoms that may have one. What the person names herself is another symptom each time, and has none."""
    return tuple(item for item in get_instrument(SCALE).items if not item.named)


def has_comfort(link_id: str) -> bool:
    return any(item.link_id == link_id for item in comfort_items())


def by_item(levels: Iterable[ComfortLevel]) -> Mapping[str, ComfortLevel]:
    return {one.link_id: one for one in levels}


def newest_number(answer: Answer | None) -> int | None:
    """What the symptom is now: the latest measurement of this visit; None without a number."""
    if answer is None:
        return None
    latest = answer.again[-1].value if answer.again else answer.value
    return latest if isinstance(latest, int) else None


def is_above(answer: Answer | None, level: ComfortLevel | None) -> bool:
    number = newest_number(answer)
    return level is not None and number is not None and number > level.level


def is_raised(answer: Answer | None, level: ComfortLevel | None) -> bool:
    """Worth a look at what was tried before: moderate at any measurement of this visit, or above her own number."""
    if answer is None:
        return False
    numbers = [
        one for one in (answer.value, *(again.value for again in answer.again)) if isinstance(one, int)
    ]
    return any(one >= NOTABLE for one in numbers) or is_above(answer, level)


def may_ask(visit: VisitDraft | Visit) -> bool:
    """Only she herself can say what is all right for her: not while somebody else answers, or nobody."""
    return visit.answered_by is None or visit.answered_by.is_own
