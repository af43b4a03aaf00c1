"""Pictures and signatures that belong to a visit: kinds, limits, where one may be added, and what asks for it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.visit import Answer, VisitDraft

LARGEST_PICTURE = 1_000_000
"""Bytes of a picture as it is kept and sent."""
LONGEST_SIDE = 2048
"""Pixels of its longer side."""
LARGEST_SIGNATURE = 100_000
LARGEST_THUMBNAIL = 12_000
THUMBNAIL_SIDE = 256
MOST_IN_A_VISIT = 20
"""Pictures and signatures in one visit."""
LONGEST_TITLE = 120
"""Characters of the line that says who signs, and what for."""

JPEG, PNG = "image/jpeg", "image/png"


class AttachmentKind(StrEnum):
    WOUND = "wound"
    DOCUMENT = "document"
    """A paper: a POLST, a DNR form, an advance directive."""
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Place:
    """An item that a picture may be added to, once one of these answers says that it may be."""

    kind: AttachmentKind
    answers: frozenset[str]


PLACES: Mapping[str, Place] = {
    "wound-photo": Place(AttachmentKind.WOUND, frozenset({"taken"})),
    "cs-rests": Place(AttachmentKind.DOCUMENT, frozenset({"polst", "dnr-form", "advance-directive"})),
}
"""By link id. The answer to `wound-photo` is the consent; that to `cs-rests` says which paper was seen."""
VISIT = ""
"""The link id of what belongs to the visit as a whole: signatures."""


@dataclass(frozen=True, slots=True)
class Made:
    """Bytes ready to be kept: stripped, turned upright, small. `sha1` is FHIR's Attachment.hash, in base64."""

    content_type: str
    body: bytes
    thumbnail: bytes
    sha1: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is known of one picture or signature without its bytes. `taken_at` has the offset of its device."""

    id: str
    binary_id: str
    patient_id: str
    kind: AttachmentKind
    content_type: str
    size: int
    sha1: str
    taken_at: datetime
    author: str
    visit_id: str | None = None
    link_id: str = ""
    entry: str = ""
    title: str = ""
    width: int | None = None
    height: int | None = None


def hash_of(body: bytes) -> str:
    """SHA-1 in base64, which is what FHIR's Attachment.hash is. It tells damage, it proves nothing."""
    return base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")


def find_place(link_id: str) -> Place | None:
    return PLACES.get(link_id)


def is_consent(link_id: str) -> bool:
    """Whether its answer says only that a picture may be taken."""
    place = PLACES.get(link_id)
    return place is not None and place.kind is AttachmentKind.WOUND


def is_asked_for(place: Place, answer: Answer | None) -> bool:
    """Whether the answer stands that lets a picture be kept with it."""
    return answer is not None and isinstance(answer.value, str) and answer.value in place.answers


def belongs(draft: VisitDraft, link_id: str, entry: str) -> bool:
    """Whether a picture added there goes with the visit as it stands now: its entry is there and its answer says so.

    What belongs to the visit as a whole always does.
    """
    if link_id == VISIT:
        return True
    place = find_place(link_id)
    if place is None:
        return False
    if not entry:
        return is_asked_for(place, draft.answers.get(link_id))
    found = next((one for held in draft.entries.values() for one in held if one.id == entry), None)
    return found is not None and is_asked_for(place, found.answers.get(link_id))
