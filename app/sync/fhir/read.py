"""Careful reading of records that somebody else wrote: every function takes anything and never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

Json = dict[str, Any]

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_TAGS = (
    "disorder|finding|situation|procedure|substance|organism|product|observable entity|event|person"
    "|regime/therapy|morphologic abnormality|body structure|qualifier value"
    "|physical object|social concept|record artifact"
    "|medicinal product|clinical drug|environment|assessment scale|context-dependent category"
)
_SEMANTIC_TAG = re.compile(rf"\s*\((?:{_TAGS})\)\s*$", re.IGNORECASE)


def find(value: Any, *path: str | int) -> Any:
    """Walk down by member names and list positions; None as soon as a step is not there."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
    return value


def text(value: Any, *path: str | int) -> str | None:
    """A string that says something, white space trimmed, fit to be stored as UTF-8; else None."""
    found = find(value, *path)
    if not isinstance(found, str):
        return None
    cleaned = found.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").strip()
    return cleaned or None


def items(value: Any, *path: str | int) -> Iterator[Json]:
    """The objects in a list; anything that is no object is passed over."""
    found = find(value, *path)
    if isinstance(found, list):
        for member in found:
            if isinstance(member, dict):
                yield member


def whole(value: Any, *path: str | int) -> int | None:
    """A whole number, never a bool."""
    found = find(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def flag(value: Any, *path: str | int) -> bool | None:
    found = find(value, *path)
    return found if isinstance(found, bool) else None


def codes(concept: Any) -> Iterator[tuple[str | None, str]]:
    """(system, code) pairs of a CodeableConcept."""
    for coding in items(concept, "coding"):
        code = text(coding, "code")
        if code is not None:
            yield text(coding, "system"), code


def has_code(concept: Any, code: str, system: str | None = None) -> bool:
    return any(c == code and (system is None or s == system) for s, c in codes(concept))


def concept_text(concept: Any) -> str | None:
    """What to show for a CodeableConcept: its text, else the first display, else the first bare code."""
    shown = text(concept, "text")
    if shown is None:
        shown = next((d for c in items(concept, "coding") if (d := text(c, "display"))), None)
    if shown is None:
        shown = next((code for _, code in codes(concept)), None)
    return shown


def without_tag(name: str) -> str:
    """A SNOMED term without its semantic tag: `Anemia (disorder)` → `Anemia`. Other brackets stay."""
    return _SEMANTIC_TAG.sub("", name).strip() or name


def extension(value: Any, url: str) -> Json | None:
    """The first extension with this URL."""
    return next((e for e in items(value, "extension") if e.get("url") == url), None)


def instant(value: Any, *path: str | int) -> datetime | None:
    """A moment with the offset it was written with. A day without a time is no moment."""
    found = text(value, *path)
    if found is None or "T" not in found:
        return None
    try:
        moment = datetime.fromisoformat(found)
        # At the edge of the calendar (year 1 is many systems' "never") a time has no local time to be shown in.
        return moment if moment.tzinfo is not None and 1 < moment.astimezone(UTC).year < 9999 else None
    except (ValueError, OverflowError):
        return None


def day(value: Any, *path: str | int) -> date | None:
    """The day of a FHIR date or dateTime; a bare year or month is no day that may be shown as one."""
    found = text(value, *path)
    if found is None:
        return None
    match = _DAY.match(found)
    if match is None or match[3] is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def reference(value: Any, *path: str | int) -> tuple[str, str] | None:
    """(type, id) of a literal reference: relative, absolute or versioned; None for anything else."""
    found = text(value, *path, "reference")
    if found is None:
        return None
    parts = found.split("/_history/")[0].split("/")
    if len(parts) < 2 or not _ID.fullmatch(parts[-1]) or not parts[-2].isalpha():
        return None
    return parts[-2], parts[-1]


def record_id(value: Any) -> str | None:
    """The id of a resource when it is one that FHIR allows."""
    found = text(value, "id")
    return found if found is not None and _ID.fullmatch(found) else None
