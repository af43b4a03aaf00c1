"""The clinical content as screens show it: our own forms, sections, help and tour in the language that is spoken.

Only views ask here. What goes into a record or to the plan is encoded from `app.content.load()`, so that a record is
the same whatever language the nurse reads. Published scales, and packs of a plan, stay word for word as their owners
wrote them: their Spanish is the owner's, never ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app import content
from app.content import help_pages
from app.content.help_pages import HelpPage, TourStep
from app.content.model import Instrument, Item, Kind, Option, Section
from app.language import ENGLISH, get_language, trc


@dataclass(slots=True)
class _Kept:
    """The last translation made: one language is spoken at a time, and the content changes with a plan's packs only."""

    language: str = ""
    source: Mapping[str, Instrument] | None = None
    made: Mapping[str, Instrument] | None = None


_KEPT = _Kept()


def load() -> Mapping[str, Instrument]:
    """All instruments by id, like `app.content.load`, in the language that is spoken."""
    source, language = content.load(), get_language().code
    if language == ENGLISH:
        return source
    if _KEPT.made is None or _KEPT.language != language or _KEPT.source is not source:
        _KEPT.made = {name: speak_instrument(one) for name, one in source.items()}
        _KEPT.language, _KEPT.source = language, source
    return _KEPT.made


def is_ours(instrument: Instrument) -> bool:
    """Whether its words are our own, and may be said in another language by us."""
    return instrument.kind is Kind.FORM and instrument.pack is None


def speak_instrument(instrument: Instrument) -> Instrument:
    """The same questions in the language that is spoken; a scale as its owner wrote it."""
    if not is_ours(instrument):
        return instrument
    where = f"form/{instrument.id}"
    return replace(
        instrument,
        name=trc(where, instrument.name),
        short_name=trc(where, instrument.short_name),
        instruction=trc(where, instrument.instruction),
        recall=_maybe(where, instrument.recall),
        items=tuple(_item(one) for one in instrument.items),
        bands=tuple(replace(one, label=trc(where, one.label)) for one in instrument.bands),
    )


def _item(item: Item) -> Item:
    where = item.link_id
    return replace(
        item,
        text=trc(where, item.text),
        name=trc(where, item.name),
        hint=_maybe(where, item.hint),
        anchors=None if item.anchors is None else (trc(where, item.anchors[0]), trc(where, item.anchors[1])),
        unit=None if item.unit is None else replace(item.unit, display=trc("unit", item.unit.display)),
        options=tuple(_option(where, one) for one in item.options),
        items=tuple(_item(one) for one in item.items),
    )


def _option(link_id: str, option: Option) -> Option:
    where = f"{link_id}/{option.code}"
    return replace(option, display=trc(where, option.display), hint=_maybe(where, option.hint))


def _maybe(where: str, message: str | None) -> str | None:
    return None if message is None else trc(where, message)


def load_sections() -> tuple[Section, ...]:
    """The sections of the visit page, like `app.content.load_sections`."""
    return tuple(
        replace(one, title=trc(f"section/{one.id}", one.title), note=_maybe(f"section/{one.id}", one.note))
        for one in content.load_sections()
    )


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
