"""Scoring of symptom scales by the rules in their content files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.content import Instrument, Item, load

__all__ = ["Instrument", "Item", "Score", "answers_from_list", "get_instrument", "score"]


@dataclass(frozen=True, slots=True)
class Score:
    """`total` and `band` are None unless every counted item holds a number.

    `flags` are link ids at or above the severe cut-point, also when there is no total; `missing` are counted
    items without a number.
    """

    total: int | None
    band: str | None
    flags: tuple[str, ...]
    missing: tuple[str, ...]


def get_instrument(instrument_id: str) -> Instrument:
    """Raises KeyError for an unknown id."""
    return load()[instrument_id]


def _number(item: Item, value: int | float | str | None) -> int | None:
    """The item's whole number, or None for a reason such as "declined". Raises ValueError outside the range."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        if not value.isdecimal():
            return None
        value = int(value)
    if value != int(value) or not item.minimum <= value <= item.maximum:
        raise ValueError(f"{item.link_id} takes whole numbers from {item.minimum} to {item.maximum}")
    return int(value)


def score(instrument_id: str, answers: Mapping[str, int | float | str | None]) -> Score:
    """Score answers keyed by link id.

    None and any word that is no number ("declined", "could-not-answer") count as missing, never as 0.
    Raises KeyError for an unknown instrument or link id and ValueError for a number outside the scale.
    """
    instrument = get_instrument(instrument_id)
    numbers = {link_id: _number(instrument.get_item(link_id), value) for link_id, value in answers.items()}
    missing = tuple(link_id for link_id in instrument.total.of if numbers.get(link_id) is None)
    flags = tuple(
        item.link_id for item in instrument.items if (numbers.get(item.link_id) or 0) >= instrument.flag_at
    )
    if missing:
        return Score(None, None, flags, missing)
    total = sum(numbers[link_id] or 0 for link_id in instrument.total.of)
    return Score(total, None, flags, ())


def answers_from_list(
    instrument_id: str, values: Sequence[int | float | str | None]
) -> dict[str, int | float | str | None]:
    """Values in item order as a mapping by link id; the list may be shorter than the items.

    Raises ValueError when it is longer.
    """
    items = get_instrument(instrument_id).items
    if len(values) > len(items):
        raise ValueError(f"{instrument_id} has {len(items)} items, {len(values)} values were given")
    return {item.link_id: value for item, value in zip(items, values, strict=False)}


def band_of(instrument_id: str, value: int) -> str | None:
    """The published word for one item's number, None where no source names one."""
    for band in get_instrument(instrument_id).bands:
        if band.minimum <= value <= band.maximum:
            return band.label
    return None
