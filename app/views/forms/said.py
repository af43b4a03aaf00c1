"""An answer in words, the same on the visit page and where a visit is read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from app.content.model import Instrument, Item, ItemKind, as_number
from app.domain.answer_rules import read_text
from app.domain.instruments import Score
from app.domain.items import is_numbered as is_numbered
from app.domain.said import say_unit
from app.domain.second_look import SecondLook
from app.domain.visit import Absent, Again, Answer, Value
from app.errors import RecordError
from app.language import tr
from app.views import say
from app.views.env import now
from app.views.forms.options import is_long
from app.views.forms.shown import most
from app.views.wording import forms as words

_OWN_WORDS = (ItemKind.LINE, ItemKind.TEXT, ItemKind.DATE, ItemKind.MOMENT)
"""What is said as it stands, after the day on which it was said: a day inside a sentence would read as that day."""


def numbered(item: Item, given: Answer, *, then: bool = False) -> str:
    """ "50: Considerable assistance …"; only the number for an earlier visit."""
    option = item.find_option(given.value) if isinstance(given.value, str) else None
    if option is None or option.score is None:
        return answer(item, given, then=then)
    return str(option.score) if then else f"{option.score}: {option.display}"


def value(item: Item, given: Value) -> str:
    """`8`, `Several days`, `Yes`, `92 %`, `Sun, Nov 22, 2026`. A code that no option has is said as it is."""
    if isinstance(given, tuple):
        return ", ".join(_option(item, code) for code in given)
    if isinstance(given, Decimal):
        return f"{words.amount(given)}{say_unit(item)}"
    if isinstance(given, int):
        return f"{given}{say_unit(item)}"
    if item.kind in (ItemKind.CHOICE, ItemKind.CHOICES, ItemKind.YES_NO):
        return _option(item, given)
    if item.kind is ItemKind.DATE:
        return _day(given)
    if item.kind is ItemKind.MOMENT:
        return _moment(given)
    return given


def _option(item: Item, code: str) -> str:
    option = item.find_option(code)
    if option is not None:
        return option.display
    if item.kind is ItemKind.YES_NO:
        return {"yes": tr(words.YES), "no": tr(words.NO)}.get(code, code)
    return code


def _day(given: str) -> str:
    try:
        return say.full_day(date.fromisoformat(given))
    except ValueError:
        return given


def _moment(given: str) -> str:
    try:
        return say.moment(datetime.fromisoformat(given), now())
    except ValueError:
        return given


def answer(item: Item, given: Answer, *, then: bool = False) -> str:
    """The first answer, or the reason why there is none; `then` is for an earlier visit."""
    return either(item, given.value, given.absent, then=then)


def either(item: Item, given: Value | None, absent: Absent | None, *, then: bool = False) -> str:
    if given is not None:
        return value(item, given)
    reasons = words.ABSENT_THEN if then else words.ABSENT
    return tr(reasons[absent]) if absent is not None else ""


def measured(item: Item, given: Answer, *, by_number: bool = False) -> str:
    """ "8 at 10:20, 4 at 10:55 after 5 mg morphine", "" when it was measured once."""
    if not given.again:
        return ""
    parts = [measured_once(item, given, by_number=by_number)]
    parts += [words.after(measured_once(item, one, by_number=by_number), one.done) for one in given.again]
    return ", ".join(parts)


def measured_once(item: Item, one: Answer | Again, *, by_number: bool = False) -> str:
    """ "8 at 10:20", "a lot at 10:20", "50 at 10:20" for a level; a long answer in quotation marks."""
    option = item.find_option(one.value) if isinstance(one.value, str) else None
    if by_number and option is not None and option.score is not None:
        return words.measured(str(option.score), one.at)
    given = either(item, one.value, one.absent)
    if option is not None and (is_long(item) or any(". " in one.display for one in item.options)):
        return words.measured(words.quoted(given), one.at)
    return words.measured(_inside(given), one.at)


def _inside(given: str) -> str:
    """Words of an answer as they stand inside a sentence; "COPD" and "I called" stay as they are."""
    return given if given[1:2].isupper() or given.startswith(("I ", "I'")) else given[:1].lower() + given[1:]


def last(item: Item, before: Answer | None, *, by_number: bool = False) -> str:
    """What is on record from an earlier visit, with its day; "" when nothing is."""
    if before is None:
        return ""
    newest = before.again[-1] if before.again else before
    latest = Answer(newest.at, newest.value, newest.absent)
    given = (numbered if by_number else answer)(item, latest, then=True)
    day = say.day_of(latest.at, now())
    if item.kind in _OWN_WORDS and latest.value is not None:
        return words.last_words(given, day)
    is_number = isinstance(latest.value, (int, Decimal)) or given.isdigit()
    return words.last(given, day) if is_number else words.last_chosen(given, day)


def score(instrument: Instrument, result: Score) -> str:
    """ "PHQ-9: 12 of 27, moderate" or "PHQ-9: no total, 2 not answered"; "" where the scale has no total to show."""
    if instrument.total.rule not in ("sum", "mean") or not instrument.total.bands_total:
        return ""
    if result.total is None:
        return words.no_total(instrument.short_name, len(result.missing))
    return words.total(instrument.short_name, str(result.total), str(most(instrument)), result.band)


def second_score(instrument: Instrument, look: SecondLook) -> str:
    """ "PAINAD, second look at 10:55: 2 of 10, mild"; "" where the scale has no total to show."""
    if instrument.total.rule not in ("sum", "mean") or not instrument.total.bands_total:
        return ""
    name = words.look(instrument.short_name, look.number, look.at)
    return words.total(name, str(look.score.total), str(most(instrument)), look.score.band)


def read_number(item: Item, typed: str) -> int | Decimal:
    """A typed number of this item. Raises RecordError with the sentence that says what is wanted."""
    try:
        number = as_number(typed)
    except ValueError:
        raise RecordError(tr(words.NUMBER_WANTED)) from None
    if item.kind is not ItemKind.NUMBER:
        return number
    if number != int(number) or not item.minimum <= number <= item.maximum:
        raise RecordError(words.between(item.minimum, item.maximum))
    return int(number)


def number_problem(item: Item, typed: str) -> str | None:
    """What is wrong with what stands in the field now, None while it is empty or a number."""
    if not typed.strip():
        return None
    try:
        read_number(item, typed)
        read_text(item, typed)
    except RecordError as error:
        return str(error)
    return None


def figure(given: Answer | None) -> str:
    """A stored number as it stands in its field."""
    if given is None or isinstance(given.value, (str, tuple)) or given.value is None:
        return ""
    return words.amount(given.value) if isinstance(given.value, Decimal) else str(given.value)
