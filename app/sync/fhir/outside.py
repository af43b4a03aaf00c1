"""Which records were made outside a visit, by choosing between two versions; see `resolution` for how they are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, visit_of


@dataclass(frozen=True, slots=True)
class Marker:
    """What the extension says. `said_by` is a name."""

    id: str
    at: datetime
    as_of: datetime
    said_by: str


def find_marker(resource: Any) -> Marker | None:
    """None for whatever was recorded in a visit, or elsewhere."""
    parts = list(read.items(read.extension(resource, codes.RESOLUTION), "extension"))

    def part(name: str) -> Json | None:
        return next((one for one in parts if one.get("url") == name), None)

    own, at = read.text(part("id"), "valueString"), read.instant(part("at"), "valueDateTime")
    if own is None or at is None:
        return None
    as_of = read.instant(part("as-of"), "valueDateTime")
    return Marker(own, at, as_of or at, read.text(part("said-by"), "valueReference", "display") or "")


def find_origin(resource: Any) -> str | None:
    """What a record was made in: the visit's id, or that of the choice outside one."""
    marker = find_marker(resource)
    return marker.id if marker is not None else visit_of(resource)
