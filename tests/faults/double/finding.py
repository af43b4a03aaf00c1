"""Searching the double: the parameters a sync asks, pages with offset links that shift while rows change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from tests.faults.double import wire
from tests.faults.double.quirks import Quirks
from tests.faults.double.shelves import Row, Shelves
from tests.faults.double.wire import Json, Refusal

PAGE = 100
_ALWAYS = {
    "_id",
    "_lastUpdated",
    "_sort",
    "_count",
    "_elements",
    "_total",
    "_tag",
    "_offset",
    "_summary",
    "_format",
}
_REFERENCES = {"participant", "target", "encounter", "subject", "owner", "author", "focus", "based-on"}
_PERSON = ("subject", "patient", "for", "beneficiary", "securityContext")
_PREFIXED = re.compile(r"^(ge|gt|le|lt|eq)?(.+)$")
_TESTS: dict[str, Callable[[datetime, datetime], bool]] = {
    "ge": lambda a, b: a >= b, "gt": lambda a, b: a > b, "le": lambda a, b: a <= b,
    "lt": lambda a, b: a < b, "eq": lambda a, b: a == b, "": lambda a, b: a == b,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `next_query` None on the last."""

    rows: list[Row]
    total: int
    next_query: str | None


class Searcher:
    def __init__(self, shelves: Shelves, quirks: Quirks, count: Callable[[str, bool], None]) -> None:
        self._shelves = shelves
        self._quirks = quirks
        self._count = count

    def search(self, kind: str, query: str, *, strict: bool) -> Found:
        """Raises Refusal for what this server does not know."""
        asked = parse_qsl(query, keep_blank_values=True)
        known = [(name, value) for name, value in asked if self._knows(kind, name)]
        if len(known) < len(asked):
            if self._refuses_unknown(strict=strict):
                raise Refusal(400, "unknown search parameter", "not-supported")
            if self._quirks.unknown_parameter == "no rows":
                return Found([], 0, None)
        rows = [row for row in self._shelves.current(kind) if self._fits(row, known)]
        sort = dict(known).get("_sort", "")
        rows.sort(key=lambda row: (_moment(row.last_updated), row.id), reverse=sort.startswith("-"))
        return self._page(rows, known)

    def bundle(self, kind: str, query: str, base_url: str, *, strict: bool) -> Json:
        found = self.search(kind, query, strict=strict)
        elements = dict(parse_qsl(query)).get("_elements")
        entries = [
            {
                "fullUrl": f"{base_url}/{row.type}/{row.id}",
                "resource": _slim(row.resource or {}, elements),
                "search": {"mode": "match"},
            }
            for row in found.rows
        ]
        links = [{"relation": "self", "url": f"{base_url}/{kind}?{query}"}]
        if found.next_query is not None:
            links.append({"relation": "next", "url": f"{base_url}/{kind}?{found.next_query}"})
        return {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": found.total,
            "link": links,
            "entry": entries,
        }

    def _knows(self, kind: str, name: str) -> bool:
        bare = name.partition(":")[0]
        if bare in _ALWAYS:
            return True
        if kind in self._quirks.unsearchable:
            self._count("unsearchable", True)
            return False
        return bare in _REFERENCES or bare in ("patient", "status", "identifier", "code")

    def _refuses_unknown(self, *, strict: bool) -> bool:
        way = self._quirks.unknown_parameter
        refused = way == "refused" or (way == "ignored" and strict and not self._quirks.deaf_to_strict)
        self._count(f"unknown_parameter {way}", not refused)
        return refused

    def _page(self, rows: list[Row], asked: list[tuple[str, str]]) -> Found:
        values = dict(asked)
        wanted = int(values.get("_count", PAGE))
        size = wanted
        if self._quirks.count_cap is not None:
            size = min(wanted, self._quirks.count_cap)
            self._count("count_cap", size < min(wanted, len(rows)))
        start = int(values.get("_offset", 0))
        more = start + size < len(rows) and size > 0
        rest = [(name, value) for name, value in asked if name != "_offset"]
        return Found(
            rows[start : start + size],
            len(rows),
            urlencode([*rest, ("_offset", str(start + size))]) if more else None,
        )

    def _fits(self, row: Row, asked: Iterable[tuple[str, str]]) -> bool:
        return all(self._fits_one(row, name.partition(":")[0], value) for name, value in asked)

    def _fits_one(self, row: Row, name: str, value: str) -> bool:
        resource, wanted = row.resource or {}, value.split(",")
        if name == "_id":
            return row.id in wanted
        if name == "_lastUpdated":
            match = _PREFIXED.match(value)
            return match is not None and _TESTS[match[1] or ""](_moment(row.last_updated), _moment(match[2]))
        if name == "_tag":
            return any(t.get("code") in value for t in resource.get("meta", {}).get("tag", []))
        if name == "patient":
            return bool(self._people(row) & {one.removeprefix("Patient/") for one in wanted})
        if name == "status":
            return resource.get("status") in wanted
        if name == "identifier":
            return any(f"{i.get('system', '')}|{i.get('value')}" in wanted for i in _identifiers(resource))
        if name in _REFERENCES:
            part = resource.get(name, resource) if name != "participant" else resource.get("participant")
            return any(r in wanted or r.partition("/")[2] in wanted for r in wire.references(part))
        return True

    def _people(self, row: Row) -> set[str]:
        """Whose record this is. A Provenance belongs to the people of what it names, one step on."""
        if row.type == "Patient":
            return {row.id}
        resource = row.resource or {}
        if row.type != "Provenance":
            named = wire.references([resource.get(name) for name in _PERSON])
            return {r.partition("/")[2] for r in named if r.startswith("Patient/")}
        people: set[str] = set()
        for target in wire.references(resource.get("target")):
            kind, _, record_id = target.partition("/")
            if kind == "Patient":
                people.add(record_id)
            elif not self._quirks.provenance_by_record_only:
                found = self._shelves.find((kind, record_id))
                if found is not None:
                    people |= self._people(found)
            else:
                self._count("provenance_by_record_only", True)
        return people


def _identifiers(resource: Json) -> list[Json]:
    found = resource.get("identifier", [])
    return found if isinstance(found, list) else [found]


def _slim(resource: Json, elements: str | None) -> Json:
    if not elements:
        return resource
    wanted = {"resourceType", "id", "meta", *elements.split(",")}
    return {name: value for name, value in resource.items() if name in wanted}


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
