"""Who sent what, when: the Provenance that ends every write. Its id is the write's id, its targets the
manifest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain.visit import PersonRef
from app.sync.fhir import codes, read
from app.sync.fhir.write import person, time_text

Key = tuple[str, str]
"""(type, id) of a resource."""

CREATE: codes.Coding = {"system": codes.DATA_OPERATION, "code": "CREATE", "display": "create"}
UPDATE: codes.Coding = {"system": codes.DATA_OPERATION, "code": "UPDATE", "display": "revise"}


def encode_provenance(
    write_id: str,
    targets: Sequence[Key],
    author: PersonRef,
    recorded_at: datetime,
    occurred: tuple[datetime, datetime] | None,
    *,
    creates: bool,
    revises: Sequence[str] = (),
) -> dict[str, Any]:
    """`recorded_at` is when it was signed, `occurred` the visit's beginning and end where there is a
    visit. `revises`: references of the records that this write takes the place of, which its author had before her.
    """
    resource: dict[str, Any] = {
        "resourceType": "Provenance",
        "id": write_id,
        "target": [{"reference": f"{kind}/{record_id}"} for kind, record_id in targets],
    }
    if occurred is not None:
        resource["occurredPeriod"] = {"start": time_text(occurred[0]), "end": time_text(occurred[1])}
    resource |= {
        "recorded": time_text(recorded_at),
        "activity": codes.concept(CREATE if creates else UPDATE),
        "agent": [{"type": codes.concept(codes.AUTHOR), "who": person(author)}],
    }
    entities = [{"role": "revision", "what": {"reference": one}} for one in revises]
    return resource | ({"entity": entities} if entities else {})


def manifest(provenance: Any) -> tuple[Key, ...]:
    """Every (type, id) that a Provenance names as its target, once each, in its order."""
    found: dict[Key, None] = {}
    for target in read.items(provenance, "target"):
        key = read.reference({"reference": target}, "reference")
        if key is not None:
            found[key] = None
    return tuple(found)


def recorded_at(provenance: Any) -> datetime | None:
    return read.instant(provenance, "recorded")


def is_by_its_author(stored: Any, sent: Any) -> bool:
    """Does a stored Provenance name the author of the one that was sent? Anybody can make one of its id."""
    author = read.text(sent, "agent", 0, "who", "reference")
    return author is not None and read.text(stored, "agent", 0, "who", "reference") == author
