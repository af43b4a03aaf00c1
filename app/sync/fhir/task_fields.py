"""A Task as fields that can be compared and taken one by one, and written into another version's raw JSON.

Decoded: times in any zone, decimals however they are rounded in writing, and members that say nothing are the same.
What this app does not know is a field too, so that nobody's words are lost between two versions.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from datetime import UTC
from decimal import Decimal
from typing import Any

from app.domain.merging import FieldMerge
from app.sync.fhir import read
from app.sync.fhir.frame import Json

PROGRESS = "progress"
"""How it stands: these members mean one thing together and are never mixed."""
PROGRESS_MEMBERS = ("status", "statusReason", "businessStatus", "executionPeriod")
LABELS = "labels"
"""Who may read it (`meta.security`)."""
EXTENSION = "extension "
"""Begins the name of a field for all extensions of one URL."""
STAMP = "lastModified"
"""Follows from the others; never a reason to ask anybody."""
GROWING = frozenset({"note"})
"""Lists in which everybody only adds."""
_APART = ("resourceType", "id", "meta", "extension", STAMP, *PROGRESS_MEMBERS)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


def decode_fields(task: Json) -> dict[str, Hashable]:
    """Every field that says something, by name."""
    found: dict[str, Hashable] = {
        name: canonical(value) for name, value in task.items() if name not in _APART
    }
    found[PROGRESS] = canonical({name: task[name] for name in PROGRESS_MEMBERS if name in task})
    found[LABELS] = canonical(sorted(code for _, code in _labels(task)))
    for url in _urls(task):
        found[EXTENSION + url] = canonical(_extensions(task, url))
    return {name: value for name, value in found.items() if value not in ((), None, "")}


def canonical(value: Any) -> Hashable:
    """A JSON value to compare by what it says."""
    if isinstance(value, dict):
        members = ((name, canonical(member)) for name, member in sorted(value.items()))
        return tuple((name, member) for name, member in members if member not in ((), None, ""))
    if isinstance(value, list):
        return tuple(canonical(member) for member in value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value).normalize()
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        moment = read.instant({"at": value}, "at")
        return value if moment is None else moment.astimezone(UTC)
    return str(value)


def write_fields(theirs: Json, ours: Json, merged: FieldMerge) -> Json:
    """`theirs` with the fields that are ours in it; everything else, known or not, as it stands there."""
    built = {name: value for name, value in theirs.items() if name != "meta"}
    if "meta" in theirs:
        built["meta"] = {k: v for k, v in theirs["meta"].items() if k not in ("versionId", "lastUpdated")}
    for name in merged.take:
        _take(built, ours, name)
    for name in merged.join:
        held = [one for one in built.get(name) or () if one]
        known = [canonical(one) for one in held]
        built[name] = held + [one for one in ours.get(name) or () if canonical(one) not in known]
    return {name: value for name, value in built.items() if value not in ({}, [])}


def _take(built: Json, ours: Json, name: str) -> None:
    if name == PROGRESS:
        for member in PROGRESS_MEMBERS:
            _copy(built, ours, member)
    elif name == LABELS:
        meta = dict(built.get("meta") or {})
        _copy(meta, ours.get("meta") or {}, "security")
        built["meta"] = meta
    elif name.startswith(EXTENSION):
        url = name.removeprefix(EXTENSION)
        built["extension"] = _replaced(built, _extensions(ours, url), url)
    else:
        _copy(built, ours, name)


def _copy(built: Json, ours: Json, member: str) -> None:
    if member in ours:
        built[member] = ours[member]
    else:
        built.pop(member, None)


def _replaced(built: Json, fresh: list[Json], url: str) -> list[Json]:
    """All extensions with those of one URL in the place of the first such, else at the end."""
    kept: list[Json] = []
    left = list(fresh)
    for one in read.items(built, "extension"):
        if one.get("url") != url:
            kept.append(one)
        elif left:
            kept.append(left.pop(0))
    return kept + left


def _urls(task: Json) -> Iterable[str]:
    urls = (read.text(one, "url") for one in read.items(task, "extension"))
    return dict.fromkeys(url for url in urls if url is not None)


def _extensions(task: Json, url: str) -> list[Json]:
    return [one for one in read.items(task, "extension") if one.get("url") == url]


def _labels(task: Json) -> Iterable[tuple[str | None, str]]:
    return read.codes({"coding": list(read.items(task, "meta", "security"))})
