"""Which of a person's records stand: those that no other supersedes. Two that do are both shown, never merged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, recorded_at

_WITHDRAWN = "entered-in-error"
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


def replaced(resource: Any) -> tuple[str, ...]:
    """`Type/id` of every record that this one says it supersedes, in its own order."""
    named = [
        read.reference(one, "valueReference")
        for one in read.items(resource, "extension")
        if one.get("url") == codes.REPLACES
    ]
    named += [read.reference({"replaces": one}, "replaces") for one in read.items(resource, "replaces")]
    return tuple(dict.fromkeys(f"{kind}/{record_id}" for kind, record_id in filter(None, named)))


def reference_of(resource: Any) -> str:
    return f"{read.text(resource, 'resourceType')}/{read.record_id(resource)}"


def stands(resource: Any) -> bool:
    """False for a record that was withdrawn as a mistake: it neither counts nor supersedes anything."""
    status = (
        read.text(resource, "status")
        or read.text(resource, "lifecycleStatus")
        or next((code for _, code in read.codes(read.find(resource, "verificationStatus"))), None)
    )
    return isinstance(resource, dict) and status != _WITHDRAWN


def heads(resources: Iterable[Json]) -> tuple[Json, ...]:
    """Records that no other standing one supersedes, newest first. Two heads are a disagreement to be shown.

    Records that supersede each other in a circle are all shown rather than none.
    """
    standing = {reference_of(resource): resource for resource in resources if stands(resource)}
    named = {own: set(replaced(resource)) - {own} for own, resource in standing.items()}
    superseded = {reference for references in named.values() for reference in references}
    reached: set[str] = set()
    to_follow = [own for own in standing if own not in superseded]
    while to_follow:
        fresh = named.get(to_follow.pop(), set()) - reached
        reached |= fresh
        to_follow += fresh
    found = [resource for own, resource in standing.items() if own not in reached]
    return tuple(sorted(found, key=lambda one: recorded_at(one) or _LONG_AGO, reverse=True))
