"""A search request, read: which conditions, which order, which page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from sqlalchemy import Column

from plan.fhir.extract import date_interval
from plan.fhir.outcomes import Refusal
from plan.fhir.params import Condition, find_condition, split_values
from plan.fhir.tables import resource
from plan.fhir.types import TYPES, Param, ResourceType
from plan.settings import PlanSettings

_AFTER = re.compile(r"(-?\d{1,18})\.(\d{1,18})\Z", re.ASCII)
MOST_PARAMS = 100
"""Parameters of one search. What no database could answer anyway is refused before it costs anything."""
_SILENT = ("_format", "_pretty")
RESULT_PARAMS = ("_sort", "_count", "_elements", "_include", "_revinclude", "_total", "_summary")
"""Parameters about the answer, known for every type."""

Pairs = list[tuple[str, str]]


@dataclass
class Query:
    """One search of one type."""

    kind: ResourceType
    conditions: list[Condition] = field(default_factory=list)
    sort: Column[int] = resource.c.last_updated
    descending: bool = False
    count: int = 100
    after: tuple[int, int] | None = None
    elements: frozenset[str] = frozenset()
    includes: list[tuple[str, Param, str | None]] = field(default_factory=list)
    revincludes: list[tuple[ResourceType, Param]] = field(default_factory=list)
    selective: bool = False
    """Few rows match, so they are found first and sorted then."""
    keyed: bool = False
    """They are found by the keys in an index table, which are of this type already."""
    since: int = 0
    """ms; `_lastUpdated=ge…` or `gt…`: no match is older. Not among the conditions."""
    total: bool = False
    only_total: bool = False
    used: Pairs = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Nothing is named but a type and since when, and the first page is asked for in the usual order."""
        usual = self.sort is resource.c.last_updated and not self.descending
        return usual and not self.conditions and self.after is None

    def wanted(self) -> list[Condition]:
        """All that it names."""
        return [*self.conditions, resource.c.last_updated >= self.since] if self.since else self.conditions

    def link(self, base: str, **changed: str) -> str:
        """URL of this search with what was understood, `_after` replaced."""
        pairs = [pair for pair in self.used if pair[0] not in changed and pair[0] != "_after"]
        pairs += list(changed.items())
        return f"{base}/{self.kind.name}" + ("?" + urlencode(pairs) if pairs else "")


def check_searched(kind: ResourceType) -> None:
    """Raise Refusal 400 for a type that is read by id only."""
    if not kind.searched:
        raise Refusal(400, f"{kind.name} is read by its id only.", code="not-supported")


def read_query(
    kind: ResourceType,
    pairs: Iterable[tuple[str, str]],
    allowed: Condition,
    settings: PlanSettings,
    *,
    strict: bool,
) -> Query:
    """Understand the parameters of a search. Raises Refusal 400."""
    check_searched(kind)
    query = Query(kind, count=settings.default_count)
    pairs = list(pairs)
    if len(pairs) > MOST_PARAMS:
        raise Refusal(400, f"A search has at most {MOST_PARAMS} parameters.", code="too-costly")
    for name, value in pairs:
        if name in _SILENT:
            continue
        if "\x00" in value:
            raise Refusal(400, "A search value holds a character that no text has.")
        understood = _read_result_param(query, name, value, settings) or _note_since(query, name, value)
        if not understood:
            condition = find_condition(kind, name, value, allowed)
            if condition is not None:
                query.conditions.append(condition)
                _note_selective(query, name)
                understood = True
        if understood:
            query.used.append((name, value))
        elif strict:
            raise Refusal(
                400, f"{kind.name} is not searched by one of the parameters given.", code="not-supported"
            )
    return query


def _note_selective(query: Query, name: str) -> None:
    param = query.kind.params.get(name)
    if param is None:
        return  # with a modifier or a chain: left to the database
    in_index = param.column is None and (param.kind == "reference" or name in ("_tag", "identifier"))
    query.keyed = query.keyed or in_index
    query.selective = query.selective or in_index or name in ("_id", "encounter")


def _note_since(query: Query, name: str, value: str) -> bool:
    """What every device asks: apart from the other conditions, so that a statement with nothing else is built once."""
    if name != "_lastUpdated" or not value.startswith(("ge", "gt")) or "," in value:
        return False
    try:
        low, high = date_interval(value[2:].replace(" ", "+"))
    except ValueError as error:
        raise Refusal(400, "The search parameter _lastUpdated needs a date.") from error
    query.since = max(query.since, low if value.startswith("ge") else high + 1)
    return True


def _read_result_param(query: Query, name: str, value: str, settings: PlanSettings) -> bool:
    if name == "_count":
        if not value.isascii() or not value.isdigit():
            raise Refusal(400, "_count needs a whole number.")
        query.count = min(int(value[:9]), settings.max_count)
        query.only_total = query.count == 0
    elif name == "_sort":
        return _read_sort(query, value)
    elif name == "_after":
        match = _AFTER.match(value)
        if not match:
            raise Refusal(400, "_after is not one of this server's.")
        query.after = int(match.group(1)), int(match.group(2))
    elif name == "_elements":
        query.elements = query.elements | frozenset(part.strip() for part in split_values(value))
    elif name in ("_include", "_revinclude"):
        return _read_include(query, name, value)
    elif name == "_total" and value in ("accurate", "estimate", "none"):
        query.total = value != "none"
    elif name == "_summary" and value in ("count", "false"):
        query.only_total = value == "count"
    else:
        return False
    return True


def _read_sort(query: Query, value: str) -> bool:
    name = value.removeprefix("-")
    param = query.kind.params.get(name)
    if param is None or param.column not in ("last_updated", "date_low"):
        return False
    query.sort = resource.c[param.column]
    query.descending = value.startswith("-")
    return True


def _read_include(query: Query, name: str, value: str) -> bool:
    source, _, rest = value.partition(":")
    param_name, _, target = rest.partition(":")
    kind = TYPES.get(source)
    param = kind.params.get(param_name) if kind else None
    if kind is None or param is None or param.kind != "reference":
        return False
    if name == "_revinclude":
        query.revincludes.append((kind, param))
        return True
    if kind is not query.kind:
        return False
    query.includes.append((source, param, target or None))
    return True
