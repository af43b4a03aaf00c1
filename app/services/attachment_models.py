"""What screens show of a picture or a signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.attachment import AttachmentKind


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """One of a visit. Times are local. While the visit is a draft nothing waits and nothing is received."""

    id: str
    kind: AttachmentKind
    title: str
    taken_at: datetime
    size: int
    """Bytes."""
    link_id: str = ""
    entry: str = ""
    thumbnail: bytes | None = None
    here: bool = True
    """Its bytes are on this device."""
    counts: bool = True
    """Of a draft: it goes with the visit as the answers stand now."""
    removed: bool = False
    """Of a draft: it was taken away and can come back until the visit is signed."""
    waits: bool = False
    received_at: datetime | None = None
    """The plan's time, once all of it is there."""
    refused: str | None = None
    """The plan's own words, when it was set aside."""
    problem: str | None = None
    """A sentence why it still waits."""
    lost: bool = False
    """The plan lost it and it goes again."""
    elsewhere: bool = False
    """Its document points to another server: it is not opened from here."""
