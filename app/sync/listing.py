"""What the plan says it has of some people: ids and versions of every type, without the records themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.store.bases import Key, Version
from app.sync.fhir import read
from app.sync.fhir.bundle import versions
from app.sync.inbound import Inbound
from app.sync.rounds import Rounds
from app.sync.tracks import KINDS, Track
from app.sync.turn import Turn

PAGE = 500
SCOPE = "listing"


@dataclass(frozen=True, slots=True)
class Listing:
    """`kinds`: the types that were searched to their end; of the others nothing is known."""

    versions: Mapping[Key, Version]
    kinds: frozenset[str]


async def list_versions(
    turn: Turn,
    people: Sequence[str],
) -> Listing:
    """Raises PlanError. When it was stopped, the listing is not whole and must not be compared with anything."""
    found: dict[Key, Version] = {}

    async def keep(inbound: Sequence[Inbound]) -> None:
        for answer in inbound:
            for resource in answer.resources:
                kind, record_id = read.text(resource, "resourceType"), read.record_id(resource)
                version = versions(resource)
                if kind is not None and record_id is not None and version is not None:
                    # Keyset pages go forward in time, so what comes later is the newer version.
                    found[kind, record_id] = version

    rounds = Rounds(turn, keep)
    kinds = [kind for kind in KINDS if turn.capabilities.has(kind)]
    named = tuple(people)
    tracks = [Track(SCOPE, kind, named, None, done=True, count=PAGE) for kind in kinds]
    await rounds.run(tracks, elements=True)
    return Listing(found, frozenset(kinds) - rounds.skipped)
