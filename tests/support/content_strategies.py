"""Answers to content as hypothesis makes them: any valid answers of any instrument, its groups with entries."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from app.content import Instrument, Item, ItemKind, load
from app.content.model import When
from app.domain.instruments import Scorable, number_of
from app.domain.visit import Absent, Answer, Entry
from tests.support.visit_strategies import moments, values, words

instruments = st.sampled_from([one for one in load().values() if one.short_of is None])
scales_with_a_total = st.sampled_from([one for one in load().values() if one.total.rule != "none"])
NOT_ANSWERS = st.sampled_from([None, *(absent.value for absent in Absent)])


def _is_met(when: When, given: Mapping[str, Answer]) -> bool:
    answer = given.get(when.link_id)
    if answer is None or answer.value is None:
        return False
    said = answer.value if isinstance(answer.value, tuple) else (str(answer.value),)
    return "*" in when.any_of or not set(said).isdisjoint(when.any_of)


@st.composite
def item_answers(draw: st.DrawFn, item: Item) -> Answer:
    """One valid answer to an item that is no group."""
    name = draw(st.none() | words) if item.named else None
    at = draw(moments)
    if draw(st.integers(0, 3)) == 0:
        return Answer(at=at, absent=draw(st.sampled_from(Absent)), name=name)
    return Answer(at=at, value=draw(values(item)), name=name)


@st.composite
def _some(draw: st.DrawFn, items: tuple[Item, ...]) -> dict[str, Answer]:
    given: dict[str, Answer] = {}
    for item in items:
        if item.kind is ItemKind.GROUP or (item.when is not None and not _is_met(item.when, given)):
            continue
        if draw(st.booleans()):
            given[item.link_id] = draw(item_answers(item))
    return given


def answers_to(instrument: Instrument) -> st.SearchStrategy[dict[str, Answer]]:
    """Valid answers to any of an instrument's own items (not those of groups), none to what is not shown."""
    return _some(instrument.items)


@st.composite
def entries_of(draw: st.DrawFn, instrument: Instrument) -> dict[str, tuple[Entry, ...]]:
    """Up to three entries for each of an instrument's groups, by the group's link id; groups without are left out."""
    made: dict[str, tuple[Entry, ...]] = {}
    for group in instrument.items:
        if group.kind is not ItemKind.GROUP:
            continue
        count = draw(st.integers(0, 3))
        entries = tuple(Entry(str(draw(st.uuids())), draw(_some(group.items))) for _ in range(count))
        if entries:
            made[group.link_id] = entries
    return made


def scorables(item: Item) -> st.SearchStrategy[Scorable]:
    """Any answer that scores, in each of its spellings: a number, an option's code, its score."""
    if item.kind is ItemKind.NUMBER:
        return st.integers(item.minimum, item.maximum)
    spellings: list[Scorable] = []
    for option in item.options:
        spellings += [option.code] if option.score is None else [option.code, option.score]
    return st.sampled_from(spellings)


@st.composite
def complete_answers(draw: st.DrawFn, instrument: Instrument) -> dict[str, Scorable]:
    """An answer that is a number to every counted item of a scale."""
    return {link_id: draw(scorables(instrument.get_item(link_id))) for link_id in instrument.total.of}


def numbers_of(instrument: Instrument, answers: Mapping[str, Scorable]) -> dict[str, int | None]:
    return {link_id: number_of(instrument.get_item(link_id), value) for link_id, value in answers.items()}
