"""How an answer of this visit differs from the one before it: by how much, in which direction, nothing more.

Higher and lower are facts. What they mean is said only where the instrument itself says it: one that has a number from
which on it stands out is worse the higher it is, and so is PEG; AKPS is the help that somebody needs. A weight means
neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.content.model import Instrument, Item, ItemKind
from app.domain.instruments import number_of
from app.domain.visit import Answer, Value


class Direction(StrEnum):
    SAME = "same"
    HIGHER = "higher"
    LOWER = "lower"
    OTHER = "other"
    """Another answer, and no order between the two (a phase, a yes or no)."""


class Meaning(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    MORE_HELP = "more-help"
    LESS_HELP = "less-help"


FUNCTION = "akps"
"""Its published levels say how much help somebody needs: the lower, the more."""
HIGH_IS_WORSE = frozenset({"peg-3"})
"""It has no number from which on it stands out, but the ends of its lines say it: "Completely interferes"."""


@dataclass(frozen=True, slots=True)
class Change:
    """`by`: how much higher or lower, in the item's own unit, never negative; 0 where there is no amount."""

    direction: Direction
    by: Decimal = Decimal(0)


def latest(answer: Answer) -> Value | None:
    """The last measurement of a visit; None where it has a reason instead of a value."""
    return answer.again[-1].value if answer.again else answer.value


def find_change(instrument: Instrument, item: Item, now: Answer | None, last: Answer | None) -> Change | None:
    """From the last measurement of the earlier visit to the last one of this; None unless both have a value.

    Words, days and several answers at once have no change; neither has what another name was given to (ESAS-r "Other
    Problem").
    """
    if now is None or last is None or item.kind not in _COMPARED:
        return None
    if item.named and (now.name or "").casefold() != (last.name or "").casefold():
        return None
    return between(_comparable(instrument, item, latest(now)), _comparable(instrument, item, latest(last)))


def between(now: Decimal | str | None, last: Decimal | str | None) -> Change | None:
    """From `last` to `now`: numbers by their amount, words only whether they are the same."""
    if now is None or last is None:
        return None
    if isinstance(now, str) or isinstance(last, str):
        return Change(Direction.SAME if now == last else Direction.OTHER)
    if now == last:
        return Change(Direction.SAME)
    return Change(Direction.HIGHER if now > last else Direction.LOWER, abs(now - last))


_COMPARED = frozenset({ItemKind.NUMBER, ItemKind.QUANTITY, ItemKind.CHOICE, ItemKind.YES_NO})


def _comparable(instrument: Instrument, item: Item, value: Value | None) -> Decimal | str | None:
    """A number, the level of an answer that is known by its number (AKPS 50), else the answer's code."""
    if isinstance(value, Decimal | int):
        return Decimal(value)
    if not isinstance(value, str):
        return None
    if is_counted(instrument, item):
        try:
            level = number_of(item, value)
        except ValueError:  # a value of newer content
            return None
        return None if level is None else Decimal(level)
    return value


def is_counted(instrument: Instrument, item: Item) -> bool:
    """Whether an answer's number is what counts: levels known by it (AKPS), and the items of a sum (PAINAD)."""
    return instrument.total.rule in ("value", "sum", "mean") and item.link_id in instrument.total.of


def find_meaning(instrument: Instrument, change: Change | None) -> Meaning | None:
    """Of a change of the instrument's total, or of an item that counts for it."""
    if change is None or change.direction not in (Direction.HIGHER, Direction.LOWER):
        return None
    higher = change.direction is Direction.HIGHER
    if instrument.id == FUNCTION:
        return Meaning.LESS_HELP if higher else Meaning.MORE_HELP
    if instrument.flag_at is None and instrument.id not in HIGH_IS_WORSE:
        return None
    return Meaning.WORSE if higher else Meaning.BETTER
