"""Which item a link id names, across all instruments: link ids are unique in the whole content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.content import load
from app.content.model import Instrument, Item, Kind


@dataclass(frozen=True, slots=True)
class Place:
    """An item, the instrument that it belongs to, and the group whose entries answer it (None: answered once)."""

    instrument: Instrument
    item: Item
    group: Item | None = None


_known: tuple[Mapping[str, Instrument], dict[str, Place]] | None = None


def find_place(link_id: str) -> Place | None:
    """None for a link id that this app's content does not know: an answer of a newer app."""
    return _places().get(link_id)


def find_instrument_id(link_id: str) -> str:
    """The id of the whole instrument (never of a short form), "" for an unknown link id."""
    place = find_place(link_id)
    return "" if place is None else place.instrument.id


def _places() -> dict[str, Place]:
    """Made once for each loaded content: a test, or a content pack, may load another."""
    global _known
    content = load()
    if _known is None or _known[0] is not content:
        places: dict[str, Place] = {}
        for instrument in content.values():
            if instrument.short_of is not None:
                continue
            for item in instrument.items:
                places[item.link_id] = Place(instrument, item)
                places.update({inner.link_id: Place(instrument, inner, item) for inner in item.items})
        _known = (content, places)
    return _known[1]


def is_numbered(instrument: Instrument, item: Item) -> bool:
    """Whether its answers are levels that people know by their number (AKPS 50)."""
    return instrument.total.rule == "value" and item.link_id in instrument.total.of


def list_proxy_absent() -> tuple[str, ...]:
    """Link ids of scale items that only the person can feel: with an observer they start as "could not answer".

    Not those of forms: there, what nobody touched was not asked.
    """
    return tuple(
        link_id
        for link_id, place in _places().items()
        if place.item.proxy_absent and place.instrument.kind is Kind.SCALE
    )
