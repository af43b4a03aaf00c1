"""Whether a value can be an answer to an item, by the item's kind; refused with a sentence, never bent in silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

from app.content.model import Item, ItemKind, as_number
from app.domain.typed import clean_line, clean_lines
from app.domain.visit import Value
from app.errors import RecordError
from app.language import tr, trc

LONGEST_LINE = 200
"""Characters in one line of typed text, a problem's own name among them."""
LONGEST_TEXT = 20_000
"""Characters in typed text of several lines."""
_LARGEST = Decimal(10) ** 9
_PLACES = 6
"""Digits after the point that a quantity may have."""


def _said(item: Item) -> str:
    """The item's name in a sentence for whoever answers."""
    return trc(item.link_id, item.name)


def check_value(item: Item, value: object) -> Value | None:
    """The value as it is stored: text cleaned, options in the item's order, a quantity as a decimal.

    None where nothing is left of it (empty text, no option): that is "not asked". Raises RecordError with a sentence
    for a value that the item does not take, ValueError for a group, which is answered by entries only.
    """
    if item.kind is ItemKind.GROUP:
        raise ValueError(f"{item.link_id} is answered by entries")
    return _BY_KIND[item.kind](item, value)


def read_text(item: Item, text: str) -> Value | None:
    """What was typed into a field of this item. Raises RecordError while it cannot be read as its kind."""
    if item.kind in (ItemKind.LINE, ItemKind.TEXT):
        return check_value(item, text)
    line = clean_line(text)
    if not line:
        return None
    if item.kind is ItemKind.NUMBER:
        if not line.isascii() or not line.removeprefix("-").isdecimal():
            raise _whole_number(item)
        return check_value(item, int(line)) if len(line) < 20 else check_value(item, None)
    return check_value(item, line)


def _whole_number(item: Item) -> RecordError:
    return RecordError(
        tr(
            "{name}: please give a whole number from {minimum} to {maximum}.",
            name=_said(item),
            minimum=item.minimum,
            maximum=item.maximum,
        )
    )


def _number(item: Item, value: object) -> Value:
    if not isinstance(value, int) or isinstance(value, bool) or not item.minimum <= value <= item.maximum:
        raise _whole_number(item)
    return value


def _choice(item: Item, value: object) -> Value:
    option = item.find_option(value) if isinstance(value, str) else None
    if option is None or not option.offered:
        raise RecordError(tr("{name}: please choose one of the answers shown.", name=_said(item)))
    return option.code


def _choices(item: Item, value: object) -> Value | None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise RecordError(tr("{name}: please choose from the answers shown.", name=_said(item)))
    chosen = [str(_choice(item, code)) for code in value]
    alone = {option.code for option in item.options if option.alone}
    if chosen and chosen[-1] in alone:
        chosen = chosen[-1:]
    kept = set(chosen) - alone if len(set(chosen)) > 1 else set(chosen)
    return tuple(option.code for option in item.options if option.code in kept) or None


def _yes_no(item: Item, value: object) -> Value:
    if value not in ("yes", "no"):
        raise RecordError(tr("{name}: please answer yes or no.", name=_said(item)))
    return str(value)


def _typed(item: Item, cleaned: str, longest: int) -> Value | None:
    if len(cleaned) > longest:
        raise RecordError(
            tr("{name}: please keep it under {number:,} letters.", name=_said(item), number=longest)
        )
    return cleaned or None


def _line(item: Item, value: object) -> Value | None:
    return _typed(item, clean_line(_as_str(item, value)), LONGEST_LINE)


def _text(item: Item, value: object) -> Value | None:
    cleaned = clean_lines(_as_str(item, value))
    return _typed(item, cleaned if cleaned.strip() else "", LONGEST_TEXT)


def _as_str(item: Item, value: object) -> str:
    if not isinstance(value, str):
        raise RecordError(tr("{name}: please write it in words.", name=_said(item)))
    return value


def _date(item: Item, value: object) -> Value:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "").isoformat()
    except ValueError:
        raise RecordError(tr("{name}: please give a day, like 2026-11-22.", name=_said(item))) from None


def _moment(item: Item, value: object) -> Value:
    try:
        at = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        at = None
    offset = None if at is None else at.utcoffset()
    if at is None or offset is None or offset.total_seconds() % 60:
        raise RecordError(tr("{name}: please give a day and a time.", name=_said(item)))
    return at.isoformat(timespec="seconds")


def _quantity(item: Item, value: object) -> Value:
    try:
        number = as_number(value) if isinstance(value, str) else Decimal(_as_int_or_decimal(value))
    except ValueError:
        raise RecordError(tr("{name}: please give a number.", name=_said(item))) from None
    exponent = number.as_tuple().exponent
    if (
        not number.is_finite()
        or abs(number) > _LARGEST
        or not isinstance(exponent, int)
        or -exponent > _PLACES
    ):
        raise RecordError(tr("{name}: please give a shorter number.", name=_said(item)))
    ranged = item.maximum > item.minimum
    if number < item.minimum or (ranged and number > item.maximum):
        if not ranged:
            least = item.minimum
            raise RecordError(
                tr("{name}: please give a number of {least} or more.", name=_said(item), least=least)
            )
        raise RecordError(
            tr(
                "{name}: please give a number from {minimum} to {maximum}.",
                name=_said(item),
                minimum=item.minimum,
                maximum=item.maximum,
            )
        )
    return number


def _as_int_or_decimal(value: object) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("not a number")  # noqa: TRY004 - said to the person like any other wrong number
    return value


_BY_KIND: dict[ItemKind, Callable[[Item, object], Value | None]] = {
    ItemKind.NUMBER: _number,
    ItemKind.CHOICE: _choice,
    ItemKind.CHOICES: _choices,
    ItemKind.YES_NO: _yes_no,
    ItemKind.LINE: _line,
    ItemKind.TEXT: _text,
    ItemKind.DATE: _date,
    ItemKind.MOMENT: _moment,
    ItemKind.QUANTITY: _quantity,
}
