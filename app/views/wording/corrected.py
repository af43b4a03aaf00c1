"""An answer that should read otherwise, in the reader's language: a record holds it in English, an older one as its
author's page said it."""

from __future__ import annotations

from collections.abc import Iterator

from app.content import spoken
from app.content.model import Item, ItemKind
from app.domain.addendum import Correction
from app.domain.correcting import level_words
from app.domain.items import Place, find_place, is_numbered
from app.domain.said import ABSENT_WORDS
from app.language import tr
from app.views.forms import said
from app.views.wording import forms, stored

_PAGES_ABSENT, _YES_NO = forms.ABSENT, (forms.YES, forms.NO)
"""English words as a page or a record holds them, to be known again."""


def said_of(one: Correction) -> tuple[str, str, str]:
    """Name, what was signed, what it should read. Of ours in the language that is spoken; typed words as they stand."""
    place = find_place(one.link_id)
    if place is None or place.group is not None:
        return stored.name(one.name), one.was, one.now
    item = _find_spoken(place)
    return _name(one, item), _say_signed(place.item, item, one.was), _say_right(place, item, one)


def _find_spoken(place: Place) -> Item:
    items = spoken.load()[place.instrument.id].items
    return next(one for one in items if one.link_id == place.item.link_id)


def _name(one: Correction, item: Item) -> str:
    """By the question, not by the words: so an older record reads like any other. "Other Problem: itching"."""
    own = one.name.partition(": ")[2] if item.named else ""
    name = stored.name(item.name)
    return f"{name}: {own}" if own else name


def _say_signed(item: Item, shown: Item, words: str) -> str:
    known = dict(_pairs(item, shown))
    if item.kind is ItemKind.CHOICES:
        return "; ".join(known.get(one, one) for one in words.split("; "))
    if item.kind in (ItemKind.DATE, ItemKind.MOMENT):
        return known.get(words) or said.value(item, words)
    return known.get(words, words)


def _say_right(place: Place, shown: Item, one: Correction) -> str:
    if one.value is None:
        return one.now
    code = one.value if isinstance(one.value, str) else ""
    if shown.options and shown.find_option(code) is None:
        return one.now
    return level_words(shown, code) if is_numbered(place.instrument, shown) else said.value(shown, one.value)


def _pairs(item: Item, shown: Item) -> Iterator[tuple[str, str]]:
    """What a record says of this question's answers, and what the page says."""
    for before, after in zip(item.options, shown.options, strict=True):
        yield before.display, after.display
        yield level_words(item, before.code), level_words(shown, after.code)
    for absent, words in ABSENT_WORDS.items():
        yield words, tr(words)
        yield _PAGES_ABSENT[absent], tr(_PAGES_ABSENT[absent])
    if item.kind is ItemKind.YES_NO:
        yield from ((word, tr(word)) for word in _YES_NO)
