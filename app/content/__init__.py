"""Clinical content: data with sources, loaded and checked once.

Each `*.json` file beside this module is one instrument. Wording is the owner's; nothing here is reordered,
shortened or translated by us.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


class ContentError(ValueError):
    """A content file does not have the shape that this app understands; names the file and the part."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code with its system; `source` says where we saw it."""

    system: str
    code: str
    display: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `text` is the full published wording; `name` and `hint` are its two halves for a narrow row."""

    link_id: str
    text: str
    name: str
    hint: str | None
    minimum: int
    maximum: int
    anchors: tuple[str, str] | None
    code: Code | None
    named: bool
    """True where the person first says what the problem is ("Other Problem")."""


@dataclass(frozen=True, slots=True)
class Band:
    minimum: int
    maximum: int
    label: str


@dataclass(frozen=True, slots=True)
class Total:
    """How the one number is made: `rule` is "sum" over `of`; never given when an item of `of` is missing."""

    rule: str
    of: tuple[str, ...]
    code: Code | None


@dataclass(frozen=True, slots=True)
class Instrument:
    id: str
    version: str
    name: str
    short_name: str
    instruction: str
    attribution: str
    items: tuple[Item, ...]
    panel: tuple[Code, ...]
    total: Total
    flag_at: int
    bands: tuple[Band, ...]

    def get_item(self, link_id: str) -> Item:
        """The item with this link id. Raises KeyError."""
        for item in self.items:
            if item.link_id == link_id:
                return item
        raise KeyError(link_id)


def _code(raw: Mapping[str, Any] | None) -> Code | None:
    if raw is None:
        return None
    return Code(raw["system"], raw["code"], raw.get("display"), raw.get("source"))


def _codes(raw: list[Mapping[str, Any]]) -> tuple[Code, ...]:
    return tuple(Code(c["system"], c["code"], c.get("display"), c.get("source")) for c in raw)


def _item(raw: Mapping[str, Any]) -> Item:
    anchors = raw["anchors"]
    return Item(
        link_id=raw["linkId"],
        text=raw["text"],
        name=raw["name"],
        hint=raw["hint"],
        minimum=raw["minimum"],
        maximum=raw["maximum"],
        anchors=None if anchors is None else (anchors[0], anchors[1]),
        code=_code(raw["code"]),
        named=raw.get("named", False),
    )


def parse(name: str, text: str) -> Instrument:
    """Read one content file. Raises ContentError when a part is missing or contradicts another."""
    try:
        raw = json.loads(text)
        instrument = Instrument(
            id=raw["id"],
            version=raw["version"],
            name=raw["name"],
            short_name=raw["short_name"],
            instruction=raw["instruction"],
            attribution=raw["attribution"],
            items=tuple(_item(item) for item in raw["items"]),
            panel=_codes(raw["panel"]),
            total=Total(raw["total"]["rule"], tuple(raw["total"]["of"]), _code(raw["total"]["code"])),
            flag_at=raw["flag_at"],
            bands=tuple(Band(b["minimum"], b["maximum"], b["label"]) for b in raw["bands"]),
        )
    except (KeyError, IndexError, TypeError, json.JSONDecodeError) as error:
        raise ContentError(f"content file {name}: {type(error).__name__} {error}") from error
    ids = [item.link_id for item in instrument.items]
    if len(set(ids)) != len(ids):
        raise ContentError(f"content file {name}: a link id stands twice")
    if not set(instrument.total.of) <= set(ids):
        raise ContentError(f"content file {name}: the total counts an item that is not there")
    if instrument.total.rule != "sum":
        raise ContentError(f"content file {name}: unknown scoring rule {instrument.total.rule!r}")
    return instrument


@cache
def load() -> Mapping[str, Instrument]:
    """All instruments by id. Read once a process."""
    found = (entry for entry in files(__name__).iterdir() if entry.name.endswith(".json"))
    instruments = [parse(entry.name, entry.read_text(encoding="utf-8")) for entry in found]
    return {instrument.id: instrument for instrument in sorted(instruments, key=lambda i: i.id)}


CONTENT_VERSION = "1"
"""Raised when the meaning of stored answers changes; a record of a newer version is read-only."""
