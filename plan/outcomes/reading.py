"""Careful reading of resources that anybody may have written: takes anything and never raises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from plan.fhir.extract import date_interval, split_reference
from plan.outcomes.zone import day_start

Json = dict[str, Any]

RECORD = "urn:hearthside:record"
REPLACES = "urn:hearthside:replaces"
RECORDED_AT = "urn:hearthside:recorded-at"
OF_VISIT = "urn:hearthside:encounter"
RESOLUTION = "urn:hearthside:resolution"
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
_LONGEST = 64
"""Of a word in a fact table."""


def find(value: Any, *path: str | int) -> Any:
    """Walk down by member names and list positions; None as soon as a step is not there."""
    # Asked some ten thousand times a person: the plainest form, which reads a record in two thirds of the time.
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def text(value: Any, *path: str | int) -> str | None:
    """A string that says something, trimmed."""
    found = find(value, *path)
    return (found.strip() or None) if isinstance(found, str) else None


def word(value: Any, *path: str | int) -> str | None:
    """The same where it is short enough for a column of words."""
    found = text(value, *path)
    return found if found is not None and len(found) <= _LONGEST else None


def items(value: Any, *path: str | int) -> Iterator[Json]:
    """The objects in a list."""
    found = find(value, *path)
    return (one for one in found if isinstance(one, dict)) if isinstance(found, list) else iter(())


def extensions(value: Any, url: str) -> Iterator[Json]:
    return (one for one in items(value, "extension") if one.get("url") == url)


def extension(value: Any, url: str) -> Json:
    found = value.get("extension") if isinstance(value, dict) else None
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and one.get("url") == url:
            return one
    return {}


def codes(concept: Any) -> list[tuple[str, str]]:
    """(system, code) pairs of a CodeableConcept."""
    return [
        (text(one, "system") or "", code)
        for one in items(concept, "coding")
        if (code := text(one, "code")) is not None
    ]


def has_code(concept: Any, code: str, system: str | None = None) -> bool:
    return any(found == code and system in (None, where) for where, found in codes(concept))


def words(concept: Any) -> str:
    """Everything that a concept says in words, in small letters."""
    said = [text(concept, "text"), *(text(one, "display") for one in items(concept, "coding"))]
    return " ".join(one for one in said if one is not None).casefold()


def reference(value: Any, *path: str | int, kind: str | None = None) -> str | None:
    """The id that a Reference names, of this type."""
    found = split_reference(find(value, *path))
    return found[1] if found is not None and kind in (None, found[0]) else None


def full_reference(value: Any, *path: str | int) -> str | None:
    """`Type/id` that a Reference names."""
    found = split_reference(find(value, *path))
    return "/".join(found) if found is not None else None


def moment(value: Any, zone: ZoneInfo) -> tuple[int, bool] | None:
    """(ms, whether the time of day is known). A date alone is its first moment in the plan's zone."""
    if not isinstance(value, str):
        return None
    try:
        if "T" in value:
            return date_interval(value)[0], True
        parts = [int(one) for one in value.split("-")]
        year, month, day = [*parts, 1, 1][:3]
        return day_start(date(year, month, day), zone), False
    except (ValueError, IndexError, OverflowError):
        return None


def at(value: Any, zone: ZoneInfo) -> int | None:
    """The instant alone, in ms."""
    found = moment(value, zone)
    return found[0] if found is not None else None


def after(value: Any, zone: ZoneInfo) -> int | None:
    """The instant at which a period with this `end` is over: a day that is named still belongs to it."""
    found = moment(value, zone)
    if found is None or found[1]:
        return found[0] if found is not None else None
    parts = [int(one) for one in value.split("-")]
    try:
        if len(parts) == 1:
            return day_start(date(parts[0] + 1, 1, 1), zone)
        if len(parts) == 2:
            return day_start(date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1), zone)
        return day_start(date(*parts) + timedelta(days=1), zone)
    except (ValueError, OverflowError):
        return None


def whole_day(value: Any) -> str | None:
    """A FHIR date that names its day."""
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def number(value: Any) -> float | None:
    """A finite number, never a bool."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None
