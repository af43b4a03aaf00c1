"""A record of a visit that was entered in error: everything stays as it was written, and none of it counts any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.sync.fhir.frame import Json
from app.sync.fhir.task import unstamped

MISTAKEN = "entered-in-error"
_STATUS = {"Goal": "lifecycleStatus"}
"""Types that say how they stand in another member than `status`."""


def mark_mistaken(resource: Mapping[str, Any]) -> Json:
    """The same record, entered in error. A RelatedPerson has no such status: he is no longer in use."""
    kept = unstamped(resource)
    if kept.get("resourceType") == "RelatedPerson":
        return kept | {"active": False}
    return kept | {_STATUS.get(str(kept.get("resourceType")), "status"): MISTAKEN}
