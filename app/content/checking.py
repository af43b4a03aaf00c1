"""What must hold in every instrument, and between them, before any is used. All complaints are ContentErrors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from app.content.model import ContentError, Instrument, Item, ItemKind, When

RULES = frozenset({"sum", "mean", "value", "none"})
ABSENTS = frozenset(
    {
        "declined",
        "could-not-answer",
        "could-not-answer-sleepy",
        "could-not-answer-confused",
        "could-not-answer-no-words",
        "not-discussed-today",
        "does-not-want-to-discuss",
        "not-known",
    }
)
"""The values of `app.domain.visit.Absent`, which content cannot import."""
ANSWERED_BY = frozenset(
    {
        "patient",
        "family-caregiver",
        "health-care-professional-caregiver",
        "caregiver-assisted",
        "clinician",
    }
)
MODALITIES = frozenset({"in-person", "telephone", "video"})
WITH_OPTIONS = (ItemKind.CHOICE, ItemKind.CHOICES)

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LINK = re.compile(r"[A-Za-z0-9/._-]{1,60}")


def _check_options(item: Item) -> Iterator[str]:
    codes = [option.code for option in item.options]
    if len(set(codes)) != len(codes):
        yield "an option's code stands twice"
    if item.kind in WITH_OPTIONS and len(codes) < 2:
        yield "a choice needs two options or more"
    if item.kind is ItemKind.YES_NO and item.options and set(codes) != {"yes", "no"}:
        yield "the options of a yes/no item are 'yes' and 'no'"
    if item.options and item.kind not in (*WITH_OPTIONS, ItemKind.YES_NO):
        yield f"a {item.kind} item takes no options"
    for option in item.options:
        if not option.code or (option.score is not None and option.code in ABSENTS):
            yield f"{option.code!r} cannot be an option's code"
        if option.code.isdecimal() and option.score != int(option.code):
            yield f"the code {option.code} reads as a score that it is not"


def _check_item(item: Item, *, inner: bool) -> Iterator[str]:
    if not _LINK.fullmatch(item.link_id):
        yield "a link id is letters, digits and / . _ -"
    yield from _check_options(item)
    if item.kind is ItemKind.NUMBER and item.minimum >= item.maximum:
        yield "a number needs a minimum below its maximum"
    if item.kind is not ItemKind.NUMBER and item.anchors is not None:
        yield "only a number has anchors"
    if (item.kind is ItemKind.QUANTITY) != (item.unit is not None):
        yield "a quantity needs a unit, and nothing else has one"
    if (item.kind is ItemKind.GROUP) != bool(item.items):
        yield "a group needs items, and nothing else has them"
    if item.kind is ItemKind.GROUP and inner:
        yield "a group cannot stand in a group"
    if item.again and (inner or item.kind not in (ItemKind.CHOICE, ItemKind.YES_NO)):
        yield "only a choice or a yes/no outside groups is said to be looked at again"
    if not set(item.absents) <= ABSENTS:
        yield f"unknown reasons for no answer: {sorted(set(item.absents) - ABSENTS)}"


def _possible(item: Item) -> frozenset[str] | None:
    """The answers that an item can have as words; None where they cannot be listed."""
    if item.kind is ItemKind.YES_NO:
        return frozenset({"yes", "no"})
    return frozenset(option.code for option in item.options) or None


def _check_when(when: When, before: Iterable[Item]) -> Iterator[str]:
    asked = next((item for item in before if item.link_id == when.link_id), None)
    if asked is None:
        yield f"is shown by {when.link_id!r}, which does not stand before it"
        return
    possible = _possible(asked)
    unknown = set(when.any_of) - {"*"} - (possible if possible is not None else set(when.any_of))
    if unknown or not when.any_of:
        yield f"is shown by answers that {when.link_id!r} cannot have: {sorted(unknown)}"


def _check_items(
    items: tuple[Item, ...], before: tuple[Item, ...] = (), *, inner: bool = False
) -> Iterator[str]:
    for at, item in enumerate(items):
        complaints = list(_check_item(item, inner=inner))
        if item.when is not None:
            complaints += _check_when(item.when, (*before, *items[:at]))
        for complaint in complaints:
            yield f"item {item.link_id}: {complaint}"
        yield from _check_items(item.items, items[:at], inner=True)


def is_scored(item: Item) -> bool:
    """Whether any answer to this item is a number."""
    if item.kind is ItemKind.NUMBER:
        return True
    return bool(item.options) and all(option.score is not None for option in item.options)


def _check_scoring(instrument: Instrument) -> Iterator[str]:
    total = instrument.total
    by_link = {item.link_id: item for item in instrument.items}
    if total.rule not in RULES:
        yield f"unknown scoring rule {total.rule!r}"
    if (total.rule == "none") != (not total.of):
        yield "a total counts items, and no total counts none"
    if total.rule == "value" and len(total.of) != 1:
        yield "a value is that of one item"
    if not set(total.of) <= set(by_link):
        yield "the total counts an item that is not there"
    for link_id in total.of:
        if link_id in by_link and not is_scored(by_link[link_id]):
            yield f"the total counts {link_id}, whose answers are no numbers"
    ends = [end for band in instrument.bands for end in (band.minimum, band.maximum)]
    if ends != sorted(ends) or len({band.minimum for band in instrument.bands}) != len(instrument.bands):
        yield "bands overlap or stand in disorder"
    short = instrument.short_form
    if short is not None and not set(short.of) <= set(by_link):
        yield "the short form asks an item that is not there"
    for derived in instrument.derived:
        if not derived.of or not set(derived.of) <= set(by_link):
            yield f"{derived.id} follows from an item that is not there"


def _check_frame(instrument: Instrument) -> Iterator[str]:
    if not _ID.fullmatch(instrument.id):
        yield "an id is small letters, digits and single -"
    if not instrument.version or "|" in instrument.version:
        yield "a version is needed"
    if not instrument.items:
        yield "there are no items"
    if not set(instrument.answered_by) <= ANSWERED_BY:
        yield f"unknown answered_by {sorted(set(instrument.answered_by) - ANSWERED_BY)}"
    if instrument.judged and instrument.answered_by != ("clinician",):
        yield "what the nurse judges is answered by her alone"
    if not set(instrument.modalities) <= MODALITIES:
        yield f"unknown modalities {sorted(set(instrument.modalities) - MODALITIES)}"
    links = list(link_ids(instrument))
    if len(set(links)) != len(links):
        yield "a link id stands twice"
    if instrument.voice is not None:
        choices = {item.link_id for item in instrument.items if item.kind is ItemKind.CHOICE}
        if not instrument.voice.links <= choices:
            yield "the person's own voice is told by three choices of the form itself"


CHECKS: tuple[Callable[[Instrument], Iterator[str]], ...] = (
    _check_frame,
    lambda instrument: _check_items(instrument.items),
    _check_scoring,
)


def check_instrument(name: str, instrument: Instrument) -> None:
    """Raises ContentError naming the file and the first thing that does not hold."""
    for check in CHECKS:
        for complaint in check(instrument):
            raise ContentError(f"content file {name}: {complaint}")


def all_items(instrument: Instrument) -> Iterator[Item]:
    """Every item, those of groups after their group."""
    for item in instrument.items:
        yield item
        yield from item.items


def link_ids(instrument: Instrument) -> Iterator[str]:
    return (item.link_id for item in all_items(instrument))


def check_together(instruments: Iterable[Instrument]) -> None:
    """No id and no link id may stand for two things. Raises ContentError.

    Short forms are left out by the caller: they share their items with the whole form.
    """
    ids: set[str] = set()
    owners: dict[str, str] = {}
    for instrument in instruments:
        own = {instrument.id} | ({instrument.short_form.id} if instrument.short_form else set())
        if ids & own:
            raise ContentError(f"two instruments are called {sorted(ids & own)[0]}")
        ids |= own
        for link_id in link_ids(instrument):
            if link_id in owners:
                raise ContentError(f"{link_id} stands in {owners[link_id]} and in {instrument.id}")
            owners[link_id] = instrument.id
