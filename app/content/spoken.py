"""The clinical content as screens show it: our own forms, sections, help and tour in the language that is spoken.

Only views ask here, and what fills a practice, which never leaves. What goes into a record or to the plan is encoded
from `app.content.load()`, so that a record is the same whatever language the nurse reads. Published scales, and packs
of a plan, stay word for word as their owners wrote them: their Spanish is the owner's, never ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from app import content
from app.content import help_pages
from app.content.help_pages import HelpPage, PracticeData, TourStep
from app.content.model import Instrument, Item, Kind, Mark, Option, Section
from app.language import ENGLISH, get_language, trc

T = TypeVar("T")


@dataclass(slots=True)
class _Kept(Generic[T]):
    """The last translation made: one language is spoken at a time, and the content changes with a plan's packs only."""

    language: str = ""
    source: T | None = None
    made: T | None = None

    def get(self, source: T, translate: Callable[[T], T]) -> T:
        language = get_language().code
        if self.made is None or self.language != language or self.source is not source:
            self.made = translate(source)
            self.language, self.source = language, source
        return self.made


_INSTRUMENTS: _Kept[Mapping[str, Instrument]] = _Kept()
_SECTIONS: _Kept[tuple[Section, ...]] = _Kept()


def load() -> Mapping[str, Instrument]:
    """All instruments by id, like `app.content.load`, in the language that is spoken."""
    source = content.load()
    if get_language().code == ENGLISH:
        return source
    return _INSTRUMENTS.get(source, lambda all_: {name: speak_instrument(one) for name, one in all_.items()})


def is_ours(instrument: Instrument) -> bool:
    """Whether its words are our own, and may be said in another language by us."""
    return instrument.kind is Kind.FORM and instrument.pack is None


def has_our_help(instrument: Instrument) -> bool:
    """Whether only the names of its answers are somebody else's, and all that stands beside them is ours."""
    return instrument.kind is Kind.SCALE and instrument.mark is Mark.OWN and instrument.pack is None


def speak_instrument(instrument: Instrument) -> Instrument:
    """The same questions in the language that is spoken; a scale as its owner wrote it, but for what is ours in it."""
    where, helped = f"form/{instrument.id}", has_our_help(instrument)
    if not (helped or is_ours(instrument)):
        return instrument
    return replace(
        instrument,
        name=trc(where, instrument.name),
        short_name=trc(where, instrument.short_name),
        instruction=trc(where, instrument.instruction),
        attribution=trc(where, instrument.attribution),
        own_note=trc(where, instrument.own_note),
        recall=_maybe(where, instrument.recall),
        items=tuple(_item(one, named=not helped) for one in instrument.items),
        bands=tuple(replace(one, label=trc(where, one.label)) for one in instrument.bands),
    )


def _item(item: Item, *, named: bool = True) -> Item:
    where = item.link_id
    return replace(
        item,
        text=trc(where, item.text),
        name=trc(where, item.name),
        hint=_maybe(where, item.hint),
        anchors=None if item.anchors is None else (trc(where, item.anchors[0]), trc(where, item.anchors[1])),
        unit=None if item.unit is None else replace(item.unit, display=trc("unit", item.unit.display)),
        options=tuple(_option(where, one, named=named) for one in item.options),
        items=tuple(_item(one) for one in item.items),
    )


def _option(link_id: str, option: Option, *, named: bool) -> Option:
    """`named` False: the name of the answer stays as its owner has it."""
    where = f"{link_id}/{option.code}"
    display = trc(where, option.display) if named else option.display
    return replace(option, display=display, hint=_maybe(where, option.hint))


def _maybe(where: str, message: str | None) -> str | None:
    return None if message is None else trc(where, message)


def load_sections() -> tuple[Section, ...]:
    """The sections of the visit page, like `app.content.load_sections`."""
    return _SECTIONS.get(content.load_sections(), lambda all_: tuple(map(_section, all_)))


def _section(section: Section) -> Section:
    where = f"section/{section.id}"
    return replace(section, title=trc(where, section.title), note=_maybe(where, section.note))


def load_pages() -> Mapping[str, HelpPage]:
    """Help by the name of a place, like `app.content.help_pages.load_pages`."""
    return {
        name: HelpPage(trc(f"help/{name}", one.title), tuple(trc(f"help/{name}", line) for line in one.lines))
        for name, one in help_pages.load_pages().items()
    }


def load_tour() -> tuple[TourStep, ...]:
    """The cards of the tour, like `app.content.help_pages.load_tour`."""
    return tuple(
        TourStep(one.id, trc(f"tour/{one.id}", one.title), trc(f"tour/{one.id}", one.words))
        for one in help_pages.load_tour()
    )


PRACTICE = "practice"
_SAID = frozenset({"family", "line", "city", "text", "nurse", "words"})
"""Under these names the practice person's record holds words of ours."""
_AS_ON_RECORD = "RelatedPerson"
"""Of a relation screens know the word again."""


def load_practice() -> PracticeData:
    """The person to practice with, like `app.content.help_pages.load_practice`."""
    source = help_pages.load_practice()
    resources = tuple(
        one if one["resourceType"] == _AS_ON_RECORD else _practice(one) for one in source.resources
    )
    return replace(source, resources=resources, visit=_practice(source.visit))


def _practice(value: Any, name: str = "") -> Any:
    if name == "communication":  # a language has its own name on screens
        return value
    if isinstance(value, Mapping):
        return {key: _practice(one, key) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_practice(one, name) for one in value]
    return trc(PRACTICE, value) if name in _SAID and isinstance(value, str) else value
