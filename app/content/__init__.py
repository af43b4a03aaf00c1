"""Clinical content: data with sources, loaded and checked once.

Each JSON file in `scales` and `forms` is one instrument, each in `tables` is a table; adding an instrument is adding
a file. Wording of scales is the owner's; nothing in them is reordered, shortened or translated by us.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from app.content.checking import all_items, check_instrument, check_together
from app.content.loading import build, read_instrument, read_json
from app.content.model import (
    Band,
    Code,
    ContentError,
    Derived,
    Fact,
    Instrument,
    Item,
    ItemKind,
    Kind,
    Licence,
    Mark,
    Option,
    Section,
    ShortForm,
    Total,
    Unit,
    Voice,
    When,
)

__all__ = [
    "CONTENT_VERSION",
    "Band",
    "Code",
    "ContentError",
    "Derived",
    "Fact",
    "Instrument",
    "Item",
    "ItemKind",
    "Kind",
    "Licence",
    "Mark",
    "Option",
    "Section",
    "ShortForm",
    "Total",
    "Unit",
    "Voice",
    "When",
    "all_items",
    "load",
    "load_sections",
    "load_table",
    "parse",
    "read_directory",
    "shipped",
    "table_names",
    "together",
    "use_packs",
]

CONTENT_VERSION = "1"
"""Raised when the meaning of stored answers changes; a record of a newer version is read-only."""

PACK_SECTION = "licensed"
"""The section of the visit page that shows the scales of signed content packs."""

_packs: tuple[Instrument, ...] = ()


def parse(name: str, text: str) -> Instrument:
    """Read one content file. Raises ContentError when a part is missing or contradicts another."""
    instrument = read_instrument(name, read_json(name, text))
    check_instrument(name, instrument)
    return instrument


def read_directory(directory: Traversable) -> tuple[Instrument, ...]:
    """The instruments in one directory's JSON files, by id. Raises ContentError."""
    found = (entry for entry in directory.iterdir() if entry.name.endswith(".json"))
    made = (parse(entry.name, entry.read_text(encoding="utf-8")) for entry in found)
    return tuple(sorted(made, key=lambda one: one.id))


def _make_short(whole: Instrument, short: ShortForm) -> Instrument:
    """The short form as an instrument of its own; it shares the whole form's items and link ids."""
    scored = short.of if short.total_rule != "none" else ()
    return replace(
        whole,
        id=short.id,
        name=short.name,
        short_name=short.name,
        items=tuple(item for item in whole.items if item.link_id in short.of),
        panel=short.panel,
        total=Total(short.total_rule, scored, short.total_code, short.opens_at if scored else None),
        bands=(),
        flag_at=None,
        short_form=None,
        short_of=whole.id,
        derived=(),
        facts=(),
    )


def together(instruments: Sequence[Instrument]) -> Mapping[str, Instrument]:
    """Instruments and their short forms by id. Raises ContentError when two claim one id or link id."""
    check_together(instruments)
    shorts = [_make_short(one, one.short_form) for one in instruments if one.short_form is not None]
    return {one.id: one for one in sorted([*instruments, *shorts], key=lambda one: one.id)}


@cache
def shipped() -> tuple[Instrument, ...]:
    """What comes with the app, without short forms. Read once a process. Raises ContentError."""
    here = files(__name__)
    return (*read_directory(here / "scales"), *read_directory(here / "forms"))


@cache
def load() -> Mapping[str, Instrument]:
    """All instruments by id: what ships, and the signed packs in use. Raises ContentError."""
    return together((*shipped(), *_packs))


def use_packs(instruments: Iterable[Instrument]) -> None:
    """Add the instruments of checked packs to what `load()` gives, in place of those added before.

    A pack can only add: raises ContentError, and changes nothing, when it claims an id or link id that ships.
    """
    global _packs
    added = tuple(instruments)
    together((*shipped(), *added))
    if added != _packs:
        _packs = added
        load.cache_clear()
        load_sections.cache_clear()


def table_names() -> tuple[str, ...]:
    """Names of the tables that ship, without `.json`."""
    found = (entry.name for entry in (files(__name__) / "tables").iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in found if name.endswith(".json")))


@cache
def load_table(name: str) -> Any:
    """The JSON of `tables/<name>.json`, read once a process; callers never change it. Raises ContentError."""
    entry = files(__name__) / "tables" / f"{name}.json"
    if not entry.is_file():
        raise ContentError(f"there is no table {name!r}")
    return read_json(f"{name}.json", entry.read_text(encoding="utf-8"))


@cache
def load_sections() -> tuple[Section, ...]:
    """The sections of the visit page in their order; those of packs stand in `PACK_SECTION`.

    A form id that no file has is left out (`hearthside content check` names it). Raises ContentError when a section
    or a form stands twice.
    """
    sections: tuple[Section, ...] = build(tuple[Section, ...], load_table("sections")["sections"], "sections")
    for ids in ([one.id for one in sections], [form for one in sections for form in one.forms]):
        if twice := next((one for one in ids if ids.count(one) > 1), None):
            raise ContentError(f"{twice} stands twice in sections.json")
    known = load()
    from_packs = tuple(one.id for one in known.values() if one.pack is not None and one.short_of is None)
    return tuple(
        replace(
            one,
            forms=tuple(
                form for form in one.forms + (from_packs if one.id == PACK_SECTION else ()) if form in known
            ),
        )
        for one in sections
    )
