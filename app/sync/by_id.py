"""Records asked for by id, many in one request."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import Refused
from app.store.bases import Key, Version
from app.sync.batch import ask, status_of
from app.sync.fhir import read
from app.sync.fhir.bundle import versions
from app.sync.transport import FhirClient

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Found:
    """The server's answer for one record. `status`: three digits, "" where it said none."""

    status: str
    resource: dict[str, Any] | None = None

    @property
    def here(self) -> bool:
        return self.resource is not None

    @property
    def missing(self) -> bool:
        """404: never there, lost, or not this user's to see. Servers may not tell these apart."""
        return self.status == "404"

    @property
    def deleted(self) -> bool:
        return self.status == "410"

    @property
    def forbidden(self) -> bool:
        return self.status == "403"

    @property
    def version(self) -> Version | None:
        return versions(self.resource) if self.resource is not None else None


async def read_all(client: FhirClient, keys: Collection[Key]) -> Mapping[Key, Found]:
    """One request for every hundred. Raises PlanError when the plan cannot be asked."""
    found: dict[Key, Found] = {}
    wanted = list(keys)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        try:
            answers = await ask(client, [f"{kind}/{record_id}" for kind, record_id in some])
        except Refused:
            # Where each is refused by itself, the whole request is; each one's own word is wanted here.
            answers = [await _single(client, key) for key in some]
        found.update({key: _found(key, answer) for key, answer in zip(some, answers, strict=True)})
    return found


async def _single(client: FhirClient, key: Key) -> dict[str, Any]:
    answer = await client.read(*key)
    return {"resource": answer.resource, "response": {"status": str(answer.status)}}


def _found(key: Key, answer: Any) -> Found:
    status, resource = status_of(answer), answer.get("resource") if isinstance(answer, dict) else None
    fits = read.text(resource, "resourceType") == key[0] and read.record_id(resource) == key[1]
    if status == "200" and isinstance(resource, dict) and fits:
        return Found(status, resource)
    return Found("" if status == "200" else status)
