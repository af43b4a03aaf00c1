"""What is drawn out of a resource for its row and its index rows."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from plan.fhir.types import ResourceType

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?\Z", re.ASCII
)
_REFERENCE = re.compile(
    r"(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?\Z"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_MS = timedelta(milliseconds=1)
_EVER = 253_402_300_799_999
"""End of the year 9999 in ms: the end of a period that has none."""
NO_DATE = -_EVER - 1
"""What the date columns hold when there is no date, so that they sort alike on every database."""


@dataclass
class Extract:
    """Columns and index rows of one resource version."""

    encounter_id: str | None = None
    status: str | None = None
    date_low: int = NO_DATE
    date_high: int = NO_DATE
    label: str = "N"
    tokens: set[tuple[str, str, str]] = field(default_factory=set)
    references: set[tuple[str, str, str]] = field(default_factory=set)
    strings: set[tuple[str, str]] = field(default_factory=set)


def walk(value: Any, path: str) -> Iterator[Any]:
    """Every value at a dotted path, through lists."""
    level = [value]
    for name in path.split("."):
        # Most records have nothing at most of the paths that are asked for: the first step ends it then.
        level = [one[name] for one in _spread(level) if isinstance(one, dict) and name in one]
        if not level:
            return iter(())
    return iter([one for one in _spread(level) if one is not None])


def _spread(values: list[Any]) -> list[Any]:
    """The same with what stands in lists, and in lists of lists, in the place of these."""
    while any(isinstance(one, list) for one in values):
        values = [each for one in values for each in (one if isinstance(one, list) else (one,))]
    return values


def split_reference(reference: Any) -> tuple[str, str] | None:
    """Type and id of a literal reference; None for a contained, logical or foreign-shaped one."""
    text = reference.get("reference") if isinstance(reference, dict) else reference
    match = _REFERENCE.match(text) if isinstance(text, str) else None
    return (match.group(1), match.group(2)) if match else None


def find_reference(resource: dict[str, Any], path: str, kind: str) -> str | None:
    """Id of the first reference to a `kind` at the path."""
    for value in walk(resource, path):
        found = split_reference(value)
        if found and found[0] == kind:
            return found[1]
    return None


def date_interval(text: str) -> tuple[int, int]:
    """First and last ms that a FHIR date, dateTime or instant covers; without an offset it is read as UTC.

    Raises ValueError.
    """
    match = _DATE.match(text)
    if not match:
        raise ValueError("not a FHIR date")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    seconds = min(int(second or 0), 59)  # a leap second is the second before it
    clock = (int(hour or 0), int(minute or 0), seconds)
    start = datetime(int(year), int(month or 1), int(day or 1), *clock, tzinfo=UTC)
    if fraction:
        digits = fraction[1:7]
        start = start.replace(microsecond=int(digits.ljust(6, "0")))
        width = _ONE_MS if len(digits) >= 3 else timedelta(milliseconds=10 ** (3 - len(digits)))
    elif second:
        width = timedelta(seconds=1)
    elif hour:
        width = timedelta(minutes=1)
    elif day:
        width = timedelta(days=1)
    elif month:
        width = timedelta(days=calendar.monthrange(start.year, start.month)[1])
    else:
        width = timedelta(days=366 if calendar.isleap(start.year) else 365)
    shift = timedelta()
    if offset and offset != "Z":
        shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6])) * (1 if offset[0] == "+" else -1)
    low = (start - _EPOCH - shift) // _ONE_MS
    return low, low + width // _ONE_MS - 1


def _interval(value: Any) -> tuple[int, int] | None:
    try:
        if isinstance(value, str):
            return date_interval(value)
        if isinstance(value, dict):
            low = date_interval(value["start"])[0] if value.get("start") else -_EVER
            high = date_interval(value["end"])[1] if value.get("end") else _EVER
            return low, high
    except (ValueError, TypeError):
        # A date in a shape we cannot read is simply not found by date; validation has its own say.
        return None
    return None


def find_interval(resource: dict[str, Any], paths: tuple[str, ...]) -> tuple[int, int] | None:
    """The interval of the first date or period found at the paths."""
    for path in paths:
        for value in walk(resource, path):
            found = _interval(value)
            if found:
                return found
    return None


def plain(text: str) -> str:
    """Lower case without accents, as names are compared."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


def _tokens(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield "", "true" if value else "false"
    elif isinstance(value, str):
        yield "", value
    elif isinstance(value, dict):
        if isinstance(value.get("coding"), list):
            for coding in value["coding"]:
                yield from _tokens(coding)
        else:
            code = value.get("code", value.get("value"))
            if isinstance(code, str):
                yield str(value.get("system", "")), code


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield plain(value)
    elif isinstance(value, dict):
        for part in ("family", "given", "text"):
            for item in walk(value, part):
                if isinstance(item, str):
                    yield plain(item)


_LABELS = "ULMNRV"
"""v3-Confidentiality codes, from unrestricted to very restricted."""
PRIVATE_TAG = "urn:hearthside:private"
"""A tag of this system makes a record restricted, whatever its label says."""
NAMES = "_names"
"""Index rows of references that no search parameter finds, so that what names a restricted record is known."""
_NEVER_RESTRICTED = ("Patient", "Practitioner", "PractitionerRole", "Organization", "Location")


def extract(kind: ResourceType, resource: dict[str, Any]) -> Extract:
    """Draw columns and index rows out of a resource of this kind."""
    found = Extract()
    if kind.encounter_path:
        found.encounter_id = find_reference(resource, kind.encounter_path, "Encounter")
    status = resource.get("status")
    found.status = status if isinstance(status, str) else None
    interval = find_interval(resource, kind.date_paths)
    if interval:
        found.date_low, found.date_high = interval
    for param in kind.indexed:
        for path in param.paths:
            for value in walk(resource, path):
                if param.kind == "token":
                    found.tokens.update((param.name, system, code) for system, code in _tokens(value))
                elif param.kind == "reference":
                    target = split_reference(value)
                    if target:
                        found.references.add((param.name, *target))
                elif param.kind == "string":
                    found.strings.update((param.name, text) for text in _strings(value))
    known = {name[1:] for name in found.references} | {("Encounter", found.encounter_id)}
    found.references.update((NAMES, *name) for name in _names(resource) if name not in known)
    found.label = find_label(resource)
    return found


def _names(resource: dict[str, Any]) -> set[tuple[str, str]]:
    """Every record that is referred to, wherever it stands; people, teams and places left out."""
    found = set()
    pending: list[Any] = [resource]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            target = split_reference(value) if "reference" in value else None
            if target and target[0] not in _NEVER_RESTRICTED:
                found.add(target)
            pending.extend(value.values())
    return found


def find_label(resource: dict[str, Any]) -> str:
    """The strictest v3-Confidentiality code of a resource and of what it contains, at least N.

    A code counts in whatever system it is written, and our own tag for private records counts as R: a label with a
    slip in it still protects.
    """
    codes = set(map(str, walk(resource, "meta.security.code")))
    codes |= set(map(str, walk(resource, "contained.meta.security.code")))
    if PRIVATE_TAG in walk(resource, "meta.tag.system"):
        codes.add("R")
    return max((label for label in _LABELS if label in codes | {"N"}), key=_LABELS.index)
