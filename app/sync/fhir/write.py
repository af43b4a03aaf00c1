"""What every encoded record shares: ids, times, references, clean text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from app.domain.visit import PersonRef
from app.sync.fhir import json_text


@dataclass(frozen=True, slots=True)
class EncodedResource:
    """One resource ready for the outbox: `body` is its frozen JSON text."""

    type: str
    id: str
    body: str

    @property
    def reference(self) -> str:
        return f"{self.type}/{self.id}"


def encoded(resource: dict[str, Any]) -> EncodedResource:
    return EncodedResource(resource["resourceType"], resource["id"], json_text.dumps(resource))


def part_id(visit_id: str, part: str) -> str:
    """The id of one part of a visit, the same on every try: uuid5 of the visit's id and `kind/link id`.

    Raises ValueError when the visit's id is no UUID; ids of visits made here always are.
    """
    return str(uuid5(UUID(visit_id), part))


def time_text(moment: datetime) -> str:
    """A FHIR instant with all its digits and the offset of the place where it was written down.

    Raises ValueError without an offset. Offsets that FHIR cannot write (seconds, beyond 14 hours) become UTC.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a time needs its offset")
    if offset % timedelta(minutes=1) or abs(offset) > timedelta(hours=14):
        moment = moment.astimezone(UTC)
    return moment.isoformat().replace("+00:00", "Z")


def sendable(text: str) -> str:
    """Text as a FHIR string may hold it: no control characters, no lone surrogates."""
    return "".join(ch for ch in text if (ch >= " " or ch in "\t\n\r") and not "\ud800" <= ch <= "\udfff")


def clean(text: str) -> str:
    """Sendable text, trimmed."""
    return sendable(text).strip()


def person(ref: PersonRef) -> dict[str, str]:
    """A Reference with its display; an empty name is left out because FHIR has no empty strings."""
    built = {"reference": ref.reference}
    name = clean(ref.name)
    if name:
        built["display"] = name
    return built
