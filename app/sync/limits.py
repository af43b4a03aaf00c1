"""What one plan's server takes in one request, learned from its refusals and silences. Pure, but for its two doors.

A visit is never divided while it fits. A bound shrinks by half when the server says "too much" or does not answer in
time, and grows back after successes: slowly where the server itself said so, sooner where it was only slow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection

from app.store import meta
from app.sync.capabilities import Capabilities
from app.sync.fhir import read

META_KEY = "push-limits"
FEWEST_BYTES = 1_024
GROW_AFTER, GROW_AFTER_REFUSAL = 3, 60
"""Requests in a row that went well at the bound before it doubles."""
GROWN_ENTRIES, GROWN_BYTES = 1_000, 16 * 1024 * 1024
"""A bound that has grown beyond this is none."""

_TOO_MANY = re.compile(
    r"\b(too (many|large|big|costly)|more [\w ]*than allowed|exceed\w*|limit\w*|maximum)\b", re.IGNORECASE
)
_ABOUT_IT = re.compile(
    r"\b(entries|entry|operations?|resources|bundle|transaction|request|payload)\b", re.IGNORECASE
)
_TOO_MUCH = frozenset({"too-costly", "too-long"})


@dataclass(frozen=True, slots=True)
class Limits:
    """`entries` and `size` (bytes of body) bound one request; None is unbounded.

    `batches`: this server runs transactions as batches, so what came is told by each entry and by nothing else.
    `honours_none_match`, `honours_match`: whether it minds If-None-Match: * and If-Match; None while never seen.
    """

    entries: int | None = None
    size: int | None = None
    said_so: bool = False
    """The server refused; it was not only slow."""
    went_well: int = 0
    batches: bool = False
    honours_none_match: bool | None = None
    honours_match: bool | None = None

    def fits(self, entries: int, size: int) -> bool:
        """One entry always does: it cannot be made smaller."""
        if entries <= 1:
            return True
        return (self.entries is None or entries <= self.entries) and (self.size is None or size <= self.size)

    @property
    def bounded(self) -> bool:
        return self.entries is not None or self.size is not None

    def too_many(self, entries: int) -> Limits:
        """Refused for the number of its entries."""
        return replace(self, entries=max(1, entries // 2), said_so=True, went_well=0)

    def too_large(self, size: int, entries: int) -> Limits:
        """413 to a body of so many bytes. One that is small already is told by its entries instead."""
        if size < 2 * FEWEST_BYTES:
            return self.too_many(entries)
        return replace(self, size=size // 2, said_so=True, went_well=0)

    def too_slow(self, entries: int) -> Limits:
        """No answer in time to so many entries. A single one says nothing about how many are too many."""
        if entries <= 1:
            return replace(self, went_well=0)
        return replace(self, entries=max(1, entries // 2), went_well=0)

    def taken(self, entries: int, size: int) -> Limits:
        """A request of this size went well. Only one that filled half of a bound says anything about it."""
        if not self.bounded:
            return self
        filled = (self.entries is not None and 2 * entries > self.entries) or (
            self.size is not None and 2 * size > self.size
        )
        if not filled:
            return self
        if self.went_well + 1 < (GROW_AFTER_REFUSAL if self.said_so else GROW_AFTER):
            return replace(self, went_well=self.went_well + 1)
        many = None if self.entries is None or self.entries * 2 > GROWN_ENTRIES else self.entries * 2
        size_bound = None if self.size is None or self.size * 2 > GROWN_BYTES else self.size * 2
        grown = replace(self, entries=many, size=size_bound, went_well=0)
        return grown if grown.bounded else replace(grown, said_so=False)


def known_limits(capabilities: Capabilities | None) -> Limits:
    """What the server says of itself. Our own backend (it has a store epoch) minds both conditions."""
    if capabilities is None:
        return Limits()
    own = True if capabilities.store_epoch is not None else None
    entries, size = capabilities.max_entries, capabilities.max_body_bytes
    return Limits(
        entries=entries,
        size=size,
        said_so=entries is not None or size is not None,
        honours_none_match=own,
        honours_match=own,
    )


def is_too_many(outcome: Any) -> bool:
    """Whether a refusal of several entries is about how many they are: by its code, else by the server's own words.

    Medplum says 400 `invalid` with "Transaction contains more update operations than allowed".
    """
    for issue in read.items(outcome, "issue"):
        if read.text(issue, "code") in _TOO_MUCH:
            return True
        said = f"{read.text(issue, 'diagnostics') or ''} {read.text(issue, 'details', 'text') or ''}"
        if _TOO_MANY.search(said) and _ABOUT_IT.search(said):
            return True
    return False


def load(connection: Connection, server: str, said: Limits) -> Limits:
    """What was learned about this server (`server`: its base address), else what it `said` of itself."""
    known = _parse(meta.find(connection, META_KEY))
    if known is None or known.get("server") != server:
        return said
    try:
        learned = Limits(**{one.name: known[one.name] for one in fields(Limits)})
    except (KeyError, TypeError):
        return said
    return replace(
        learned,
        entries=_lower(learned.entries, said.entries),
        size=_lower(learned.size, said.size),
        honours_none_match=said.honours_none_match or learned.honours_none_match,
        honours_match=said.honours_match or learned.honours_match,
    )


def save(connection: Connection, server: str, limits: Limits) -> None:
    meta.put(connection, META_KEY, json.dumps({"server": server, **asdict(limits)}))


def _lower(one: int | None, other: int | None) -> int | None:
    return min((n for n in (one, other) if n is not None), default=None)


def _parse(text: str | None) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
