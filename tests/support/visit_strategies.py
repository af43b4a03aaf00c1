"""Visits as hypothesis makes them: every domain-valid visit that a nurse could sign, of any content."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from app.content import load
from app.content.model import Instrument, Item, ItemKind
from app.domain.visit import (
    Absent,
    Again,
    Answer,
    AnsweredBy,
    Entry,
    Modality,
    PersonRef,
    Setting,
    Value,
    Visit,
)

ESAS_ITEMS = load()["esas-r"].items

_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - bounds are given without a zone, zones are drawn beside
    max_value=datetime(2105, 1, 1),  # noqa: DTZ001 - as above
    timezones=_OFFSETS | st.just(UTC),
)
words = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
notes = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=300)
_texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=60)
texts = _texts.filter(str.strip)
_days = st.dates(min_value=datetime(1900, 1, 1).date(), max_value=datetime(2105, 1, 1).date())  # noqa: DTZ001 - days
_decimals = st.decimals(0, 99_999, allow_nan=False, allow_infinity=False, places=2) | st.integers(0, 999).map(
    Decimal
)


def values(item: Item) -> st.SearchStrategy[Value]:
    """Any value of an item, by its kind."""
    codes = [option.code for option in item.options]
    match item.kind:
        case ItemKind.NUMBER:
            return st.integers(item.minimum, item.maximum)
        case ItemKind.CHOICE:
            return st.sampled_from(codes)
        case ItemKind.CHOICES:
            return st.lists(st.sampled_from(codes), unique=True).map(tuple)
        case ItemKind.YES_NO:
            return st.sampled_from(["yes", "no"])
        case ItemKind.DATE:
            return _days.map(lambda day: day.isoformat())
        case ItemKind.MOMENT:
            return moments.map(lambda moment: moment.isoformat())
        case ItemKind.QUANTITY:
            return _decimals
        case ItemKind.LINE:
            return words
    return texts


@st.composite
def answers(draw: st.DrawFn, item: Item) -> Answer:
    name = draw(st.none() | words) if item.named else None
    at = draw(moments)
    again = draw(st.lists(agains(item), max_size=2)) if draw(st.booleans()) else []
    if draw(st.booleans()):
        return Answer(at=at, value=draw(values(item)), name=name, again=tuple(again))
    return Answer(at=at, absent=draw(st.sampled_from(Absent)), name=name, again=tuple(again))


@st.composite
def agains(draw: st.DrawFn, item: Item) -> Again:
    done = draw(words | st.just(""))
    if draw(st.booleans()):
        return Again(at=draw(moments), value=draw(values(item)), done=done)
    return Again(at=draw(moments), absent=draw(st.sampled_from(Absent)), done=done)


@st.composite
def entries(draw: st.DrawFn, group: Item) -> Entry:
    asked = draw(st.sets(st.sampled_from(group.items), max_size=4))
    about = draw(st.none() | st.uuids().map(lambda own: f"Goal/{own}"))
    return Entry(str(draw(st.uuids())), {item.link_id: draw(answers(item)) for item in asked}, about)


@st.composite
def visits(draw: st.DrawFn, content: Mapping[str, Instrument] | None = None) -> Visit:
    """Answers to a few items of a few instruments: of all that the app ships, or of `content`."""
    known = load() if content is None else content
    wholes = [instrument for instrument in known.values() if instrument.short_of is None]
    given: dict[str, Answer] = {}
    groups: dict[str, tuple[Entry, ...]] = {}
    for instrument in draw(st.lists(st.sampled_from(wholes), max_size=3, unique_by=lambda i: i.id)):
        for item in draw(st.sets(st.sampled_from(instrument.items), max_size=8)):
            if item.kind is ItemKind.GROUP:
                several = draw(st.lists(entries(item), min_size=1, max_size=3, unique_by=lambda e: e.id))
                groups[item.link_id] = tuple(several)
            else:
                given[item.link_id] = draw(answers(item))
    began_at = draw(moments)
    return Visit(
        id=str(draw(st.uuids())),
        patient_id=str(draw(st.uuids())),
        nurse=PersonRef(f"Practitioner/{draw(st.uuids())}", draw(words | st.just(""))),
        modality=draw(st.sampled_from(Modality)),
        setting=draw(st.sampled_from(Setting)),
        began_at=began_at,
        left_at=began_at + timedelta(seconds=draw(st.integers(0, 86_400))),
        signed_at=draw(moments),
        answered_by=draw(st.none() | st.sampled_from(AnsweredBy)),
        note=draw(notes),
        answers=given,
        clock_offset_ms=draw(st.none() | st.integers(-(2**40), 2**40)),
        entries=groups,
        written_afterwards=draw(st.booleans()),
    )
