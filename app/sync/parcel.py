"""A write's body taken apart, so that it can travel in parts. Pure.

Parts keep the order in which records point to each other: nothing goes before what it refers to, the write's own
Provenance goes last and alone, because its targets say what must be there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.sync.fhir import json_text, read
from app.sync.fhir.bundle import version_of_etag
from app.sync.fhir.provenance import Key
from app.sync.limits import Limits

_FRAME = 64
"""Bytes of a bundle around its entries."""
_REFERENCE = re.compile(r'"reference":"([^"\\]*)"')
"""In JSON as it is written here. Inside of a text the quotes would stand behind a backslash."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a write. `base_version` is what its If-Match says; None creates. `size` in bytes as sent."""

    key: Key
    base_version: str | None
    refs: frozenset[Key]
    size: int
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parcel:
    """`targets` in the order in which they may travel, `manifest` the write's Provenance, `size` of all in bytes."""

    targets: tuple[Entry, ...]
    manifest: Entry
    size: int

    @property
    def entries(self) -> tuple[Entry, ...]:
        return (*self.targets, self.manifest)

    @property
    def edits(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.targets if entry.base_version is not None)

    def base_of(self, key: Key) -> str | None:
        return next((entry.base_version for entry in self.targets if entry.key == key), None)

    def edited(self, key: Key) -> Mapping[str, Any] | None:
        """What this write makes of a record that was there before it; None for one that it creates."""
        found = next((entry for entry in self.edits if entry.key == key), None)
        return None if found is None else found.raw["resource"]


Part = tuple[Entry, ...]


def open_parcel(body: str) -> Parcel:
    """Take a stored write apart. Its last entry is its Provenance."""
    bundle = json_text.loads(body)
    entries = [_read(raw) for raw in read.items(bundle, "entry")]
    return Parcel(_in_order(entries[:-1]), entries[-1], len(body.encode("utf-8")))


def make_parts(entries: Sequence[Entry], manifest: Key, limits: Limits) -> tuple[Part, ...]:
    """How these entries of one write travel: all at once where that fits, else in bounded parts, the manifest alone.

    A server that runs transactions as batches never gets the manifest together with what it names.
    """
    size = _FRAME + sum(entry.size for entry in entries)
    if not entries:
        return ()
    if not limits.batches and limits.fits(len(entries), size):
        return (tuple(entries),)
    parts: list[Part] = []
    held: list[Entry] = []
    for entry in (entry for entry in entries if entry.key != manifest):
        if held and not limits.fits(len(held) + 1, _FRAME + sum(one.size for one in held) + entry.size):
            parts.append(tuple(held))
            held = []
        held.append(entry)
    if held:
        parts.append(tuple(held))
    last = tuple(entry for entry in entries if entry.key == manifest)
    return (*parts, last) if last else tuple(parts)


def part_body(part: Sequence[Entry]) -> str:
    """The request for a part: the very entries of the write, in a transaction of their own."""
    raw = [entry.raw for entry in part]
    return json_text.dumps({"resourceType": "Bundle", "type": "transaction", "entry": raw})


def without(entries: Sequence[Entry], keys: Collection[Key]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.key not in keys)


def _read(raw: dict[str, Any]) -> Entry:
    resource = raw.get("resource")
    key = (read.text(resource, "resourceType") or "", read.record_id(resource) or "")
    base = version_of_etag(read.text(raw, "request", "ifMatch"))
    text = json_text.dumps(raw)
    refs = frozenset(
        (kind, record_id) for kind, _, record_id in (r.partition("/") for r in _REFERENCE.findall(text))
    )
    return Entry(key, base, refs, len(text.encode("utf-8")) + 1, raw)


def _in_order(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """What is pointed to goes first; otherwise as they were written. Records that point to each other stay close."""
    by_key = {entry.key: entry for entry in entries}
    placed: dict[Key, Entry] = {}
    begun: set[Key] = set()
    for entry in entries:
        stack = [(entry, iter(_pointed_to(entry, by_key)))]
        begun.add(entry.key)
        while stack:
            current, rest = stack[-1]
            following = next((one for one in rest if one.key not in begun), None)
            if following is None:
                placed.setdefault(current.key, current)
                stack.pop()
            else:
                begun.add(following.key)
                stack.append((following, iter(_pointed_to(following, by_key))))
    return tuple(placed.values())


def _pointed_to(entry: Entry, by_key: dict[Key, Entry]) -> list[Entry]:
    return [other for key, other in by_key.items() if key in entry.refs and key != entry.key]
