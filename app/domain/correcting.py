"""A correction as a record says it: in English by the content's own words, whatever language the nurse reads."""

from __future__ import annotations

from dataclasses import replace

from app.content.model import Instrument, Item, ItemKind
from app.domain.addendum import Correction
from app.domain.items import find_place, is_numbered
from app.domain.said import say_answer, say_option, say_value
from app.domain.visit import Answer, Value


def in_record_words(one: Correction, signed: Answer | None) -> Correction:
    """Name and signed answer anew from the record, and what it should read where that was chosen.

    What was typed stays as it was typed. So does all of a question that this content does not know.
    """
    place = find_place(one.link_id)
    if place is None or signed is None:
        return one
    instrument, item = place.instrument, place.item
    name = f"{item.name}: {signed.name}" if signed.name else item.name
    was = say_answer(item, signed) if signed.value is None else _words(instrument, item, signed.value)
    now = one.now if one.value is None else _words(instrument, item, one.value)
    return replace(one, name=name, was=was, now=now)


def level_words(item: Item, code: str) -> str:
    """ "50: Considerable assistance …": a level that people know by its number."""
    option = item.find_option(code)
    if option is None or option.score is None:
        return say_option(item, code)
    return f"{option.score}: {option.display}"


def _words(instrument: Instrument, item: Item, value: Value) -> str:
    if isinstance(value, str):
        if is_numbered(instrument, item):
            return level_words(item, value)
        if item.kind in (ItemKind.DATE, ItemKind.MOMENT):
            return value  # as records hold it: every reader's language has its own way to write it
    return say_value(item, value)
