"""What a plan's server says about itself in its CapabilityStatement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.sync.fhir import codes, read

OWN_OVERLAP, OTHER_OVERLAP = 30, 300
"""Seconds by which a pull reaches back: our backend stamps in commit order, others are given five minutes."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`store_epoch` is our backend's and None elsewhere; it changes when the server's database was restored."""

    name: str
    store_epoch: str | None
    scopes_by_careteam: bool
    update_create: bool
    resources: frozenset[str]

    @property
    def overlap_seconds(self) -> int:
        return OWN_OVERLAP if self.store_epoch is not None else OTHER_OVERLAP

    def has(self, kind: str) -> bool:
        """True unless the server lists its resources and this one is not among them."""
        return not self.resources or kind in self.resources


def decode_capabilities(statement: Any) -> Capabilities | None:
    """None when this is no CapabilityStatement of a FHIR R4 server."""
    if read.text(statement, "resourceType") != "CapabilityStatement":
        return None
    if not (read.text(statement, "fhirVersion") or "").startswith("4.0"):
        return None
    listed = [r for rest in read.items(statement, "rest") for r in read.items(rest, "resource")]
    by_type = {kind: r for r in listed if (kind := read.text(r, "type")) is not None}
    name = (
        read.text(statement, "implementation", "description")
        or read.text(statement, "title")
        or read.text(statement, "software", "name")
        or read.text(statement, "publisher")
        or "Health plan"
    )
    return Capabilities(
        name=name,
        store_epoch=read.text(_extension(statement, codes.STORE_EPOCH), "valueString"),
        scopes_by_careteam=read.flag(_extension(statement, codes.SCOPES_BY_CARETEAM), "valueBoolean") is True,
        update_create=read.flag(by_type.get("Encounter"), "updateCreate") is True,
        resources=frozenset(by_type),
    )


def _extension(statement: Any, url: str) -> Any:
    found = read.extension(statement, url)
    rests = read.items(statement, "rest")
    return found or next((e for rest in rests if (e := read.extension(rest, url))), None)
