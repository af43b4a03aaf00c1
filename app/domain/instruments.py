"""Scoring of scales by the rules in their content files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from app.content import Instrument, Item, ItemKind, Option, load
from app.domain.visit import Answer

__all__ = [
    "Instrument",
    "Item",
    "Scorable",
    "Score",
    "answers_from_list",
    "band_of",
    "get_instrument",
    "number_of",
    "opens_long_form",
    "score",
    "score_instrument",
    "score_visit",
    "touched",
]

Scorable = int | float | str | Decimal | tuple[str, ...] | list[str] | None
"""An answer as it is scored: an option's code or its score, a number, "yes"/"no" or True/False, several codes.
None and any other word ("declined") is no answer."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a scale says. An incomplete scale never has a total.

    `total` is the instrument's one number (sum, mean with one decimal, or value) and `band` its word; both None
    unless every counted item holds a number. `flags` are link ids that call for attention on their own, also when
    there is no total; `missing` are counted items without a number. `derived` are findings by code, None where the
    answers do not say. `positive` is True as soon as the answers given reach the owner's cut-off whatever the
    missing ones are, False when a complete scale stays below it, else None; None too where there is no cut-off.
    """

    total: int | float | None
    band: str | None
    flags: tuple[str, ...]
    missing: tuple[str, ...]
    derived: Mapping[str, str | None] = field(default_factory=dict)
    positive: bool | None = None


def get_instrument(instrument_id: str) -> Instrument:
    """Raises KeyError for an unknown id."""
    return load()[instrument_id]


def _chosen(item: Item, value: Scorable) -> tuple[Option, ...]:
    """The options that an answer names; () for no answer. Raises ValueError for a score that no option has."""
    if value is None:
        return ()
    if isinstance(value, tuple | list):
        return tuple(option for option in item.options if option.code in value)
    if isinstance(value, bool):
        return _by_code(item, "yes" if value else "no") if item.kind is ItemKind.YES_NO else ()
    if isinstance(value, str):
        if (found := _by_code(item, value)) or not value.isdecimal():
            return found
        value = int(value)
    scored = tuple(option for option in item.options if option.score is not None and option.score == value)
    if not scored and item.kind is ItemKind.YES_NO and value in (0, 1):
        return _by_code(item, "yes" if value else "no")
    if not scored:
        raise ValueError(f"{item.link_id} has no answer that scores {value}")
    return scored[:1]


def _by_code(item: Item, code: str) -> tuple[Option, ...]:
    found = item.find_option(code)
    return (found,) if found is not None else ()


def _whole(item: Item, value: Scorable) -> int | None:
    if value is None or isinstance(value, bool | tuple | list):
        return None
    if isinstance(value, str):
        if not value.isdecimal():
            return None
        value = int(value)
    if value != int(value) or not item.minimum <= value <= item.maximum:
        raise ValueError(f"{item.link_id} takes whole numbers from {item.minimum} to {item.maximum}")
    return int(value)


def number_of(item: Item, value: Scorable) -> int | None:
    """The item's whole number, or None for a reason such as "declined". Raises ValueError outside the scale."""
    if item.kind is ItemKind.NUMBER:
        return _whole(item, value)
    if not item.options or item.kind is ItemKind.CHOICES:
        return None
    return next((option.score for option in _chosen(item, value)), None)


def _lowest(item: Item) -> int:
    if item.kind is ItemKind.NUMBER:
        return item.minimum
    return min((option.score or 0 for option in item.options), default=0)


def _is_flag(instrument: Instrument, item: Item, number: int | None, chosen: Iterable[Option]) -> bool:
    flag_at = item.flag_at if item.flag_at is not None else instrument.flag_at
    if number is not None and flag_at is not None and number >= flag_at:
        return True
    return any(option.positive for option in chosen)


def _total(instrument: Instrument, numbers: Mapping[str, int | None]) -> int | float | None:
    counted = [numbers.get(link_id) for link_id in instrument.total.of]
    known = [number for number in counted if number is not None]
    if instrument.total.rule == "none" or len(known) < len(counted):
        return None
    if instrument.total.rule == "mean":
        mean = Decimal(sum(known)) / len(known)
        return float(mean.quantize(Decimal("0.1"), ROUND_HALF_UP))
    return sum(known)


def _positive(
    instrument: Instrument,
    numbers: Mapping[str, int | None],
    chosen: Mapping[str, tuple[Option, ...]],
    missing: tuple[str, ...],
) -> bool | None:
    keys = [item.link_id for item in instrument.items if item.key]
    own = {key for key in keys if any(option.positive for option in instrument.get_item(key).options)}
    if any(option.positive for key in own for option in chosen.get(key, ())):
        return True
    cut = instrument.total.positive_at
    if cut is None:
        return False if own and all(chosen.get(key) for key in own) else None
    least = [
        _lowest(instrument.get_item(link_id)) if (number := numbers.get(link_id)) is None else number
        for link_id in instrument.total.of
    ]
    if instrument.total.rule == "sum" and sum(least) >= cut:
        return True
    return None if missing else False


def _derive(instrument: Instrument, chosen: Mapping[str, tuple[Option, ...]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for derived in instrument.derived:
        answers = [chosen.get(link_id, ()) for link_id in derived.of]
        if any(option.positive for options in answers for option in options):
            found[derived.code.code] = derived.positive.code
        else:
            found[derived.code.code] = derived.negative.code if all(answers) else None
    return found


def score_instrument(instrument: Instrument, answers: Mapping[str, Scorable]) -> Score:
    """Score answers keyed by link id.

    Raises KeyError for an unknown link id and ValueError for a number outside the scale.
    """
    items = {link_id: instrument.get_item(link_id) for link_id in answers}
    numbers = {link_id: number_of(item, answers[link_id]) for link_id, item in items.items()}
    chosen = {link_id: _chosen(item, answers[link_id]) for link_id, item in items.items() if item.options}
    missing = tuple(link_id for link_id in instrument.total.of if numbers.get(link_id) is None)
    total = _total(instrument, numbers)
    banded = total is not None and instrument.total.bands_total
    return Score(
        total=total,
        band=_band(instrument, total) if banded and total is not None else None,
        flags=tuple(
            item.link_id
            for item in instrument.items
            if _is_flag(instrument, item, numbers.get(item.link_id), chosen.get(item.link_id, ()))
        ),
        missing=missing,
        derived=_derive(instrument, chosen),
        positive=_positive(instrument, numbers, chosen, missing),
    )


def score(instrument_id: str, answers: Mapping[str, Scorable]) -> Score:
    """Score answers keyed by link id; short forms are instruments too ("phq-2", "gad-2", "steadi-key").

    None and any word that is no answer of the item ("declined", "could-not-answer") count as missing, never as 0.
    Raises KeyError for an unknown instrument or link id and ValueError for a number outside the scale.
    """
    return score_instrument(get_instrument(instrument_id), answers)


def answers_from_list(instrument_id: str, values: Sequence[Scorable]) -> dict[str, Scorable]:
    """Values in item order as a mapping by link id; the list may be shorter than the items.

    Raises ValueError when it is longer.
    """
    items = get_instrument(instrument_id).items
    if len(values) > len(items):
        raise ValueError(f"{instrument_id} has {len(items)} items, {len(values)} values were given")
    return {item.link_id: value for item, value in zip(items, values, strict=False)}


def _band(instrument: Instrument, value: float) -> str | None:
    return next((band.label for band in instrument.bands if band.minimum <= value <= band.maximum), None)


def band_of(instrument_id: str, value: float) -> str | None:
    """The published word for a number: an item's where bands are for items (ESAS-r), else the total's.

    None where no source names one.
    """
    return _band(get_instrument(instrument_id), value)


def _scorable(item: Item, answer: Answer) -> Scorable:
    """What is scored of a stored answer; None for a value of newer content that no option or range here has."""
    try:
        number_of(item, answer.value)
        if item.options:
            _chosen(item, answer.value)
    except ValueError:
        return None
    return answer.value


def touched(instrument: Instrument, answers: Mapping[str, Answer]) -> bool:
    """Whether a visit says anything to this instrument: to any item, or of a long form, beyond its short form."""
    own = {item.link_id for item in instrument.items}
    if instrument.short_form is not None:
        own -= set(instrument.short_form.of)
    return not own.isdisjoint(answers)


def score_visit(answers: Mapping[str, Answer]) -> Mapping[str, Score]:
    """The scores of every instrument that a visit's answers touch, by id; first measurements, not later ones.

    Where only the questions of a short form were answered, the short form is scored and the long one is not.
    """
    return {
        instrument.id: score_instrument(
            instrument,
            {
                item.link_id: _scorable(item, answers[item.link_id])
                for item in instrument.items
                if item.link_id in answers
            },
        )
        for instrument in load().values()
        if touched(instrument, answers)
    }


def opens_long_form(instrument: Instrument, answers: Mapping[str, Scorable]) -> bool:
    """Whether the short form's answers so far open the rest of this instrument; True where it has none."""
    short = instrument.short_form
    if short is None:
        return True
    own = {item.link_id: item for item in instrument.items if item.link_id in short.of}
    numbers = [number_of(item, answers[link_id]) for link_id, item in own.items() if link_id in answers]
    return sum(number for number in numbers if number is not None) >= short.opens_at
