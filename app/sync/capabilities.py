"""What a plan's server says about itself in its CapabilityStatement, and what is assumed where it says nothing.

Pure; `app.sync.probe` asks. What a server only shows by refusing is learned where it is met: types without searches in
`app.sync.batch`, limits in the push, ids and batches in `app.sync.mapped`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.sync.fhir import codes, read

OWN_OVERLAP, OTHER_OVERLAP = 30, 300
"""Seconds by which a pull reaches back: our backend stamps in commit order, others are given five minutes."""
NO_NAME = "Health plan"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`store_epoch` is our backend's and None elsewhere; it changes when the server's database was restored.

    Where a field is None the server does not say: then the app does as if it could, and minds the refusal.
    """

    name: str
    store_epoch: str | None
    scopes_by_careteam: bool
    update_create: bool | None
    """May a client give the id of what it creates (PUT)? False: the server makes the ids."""
    resources: frozenset[str]
    contact: bool = False
    """True where devices may tell how much waits on them (`app.sync.contact`)."""
    emergency: bool = False
    """True where a nurse may open a record in an emergency (`app.sync.emergency`)."""
    board: bool = False
    """True where a supervisor may ask what waits on her team's tablets (`app.sync.team_board`)."""
    leave: bool = False
    """True where the plan keeps who is away and who stands in (`app.sync.leaves`)."""
    outcomes: bool = False
    """True where a supervisor may ask for her team's outcomes (`app.sync.outcomes`)."""
    drafts: bool = False
    """True where copies of unsigned drafts are kept (`app.sync.drafts`)."""
    on_call: bool = False
    """True where nurses on duty carry a pack of their team (`app.sync.oncall`)."""
    keys: str | None = None
    """The mark of the plan's key set (`app.sync.plan_keys`); None where it has none."""
    conditional_create: bool | None = None
    transaction: bool | None = None
    batch: bool | None = None
    system_search: bool | None = None
    parameters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Search parameters by type, for the types that list any."""
    interactions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    versioning: Mapping[str, str] = field(default_factory=dict)
    """no-version | versioned | versioned-update, by type."""
    max_entries: int | None = None
    """Most entries in one transaction."""
    max_body_bytes: int | None = None
    """Largest body of a request, in bytes, before any compression."""
    max_file_bytes: int | None = None
    """Largest file (Binary). Only our backend says so: it takes the bytes as they are, their Patient in a header."""
    assumed: bool = False
    """True where the server describes itself nowhere."""

    @property
    def overlap_seconds(self) -> int:
        return OWN_OVERLAP if self.store_epoch is not None else OTHER_OVERLAP

    def has(self, kind: str) -> bool:
        """True unless the server lists its resources and this one is not among them."""
        return not self.resources or kind in self.resources

    def searches(self, kind: str, parameter: str) -> bool:
        """True unless the server lists this type's search parameters and this one is not among them."""
        listed = self.parameters.get(kind)
        return self.has(kind) and (listed is None or parameter.partition(":")[0] in listed)

    def history(self, kind: str) -> bool | None:
        """May one record's versions be asked for? None where the server lists no interactions for the type."""
        listed = self.interactions.get(kind)
        return None if listed is None else "history-instance" in listed

    def is_versioned(self, kind: str) -> bool:
        """True unless the server says that it keeps no version numbers for this type."""
        return self.versioning.get(kind) != "no-version"


ASSUMED = Capabilities(NO_NAME, None, False, None, frozenset(), assumed=True)
"""Of a server that speaks FHIR R4 but has no metadata."""


def decode_capabilities(statement: Any) -> Capabilities | None:
    """None when this is no CapabilityStatement of a FHIR R4 server."""
    if read.text(statement, "resourceType") != "CapabilityStatement":
        return None
    if not (read.text(statement, "fhirVersion") or "").startswith("4.0"):
        return None
    rests = [rest for rest in read.items(statement, "rest") if read.text(rest, "mode") in (None, "server")]
    by_type = {k: r for rest in rests for r in read.items(rest, "resource") if (k := read.text(r, "type"))}
    system = frozenset(code for rest in rests for code in _codes(rest))
    common = _names(rests)
    encounter = by_type.get("Encounter")
    return Capabilities(
        name=_name(statement),
        store_epoch=read.text(_extension(statement, codes.STORE_EPOCH), "valueString"),
        scopes_by_careteam=read.flag(_extension(statement, codes.SCOPES_BY_CARETEAM), "valueBoolean") is True,
        update_create=read.flag(encounter, "updateCreate"),
        resources=frozenset(by_type),
        contact=read.flag(_extension(statement, codes.CONTACT), "valueBoolean") is True,
        emergency=read.flag(_extension(statement, codes.EMERGENCY), "valueBoolean") is True,
        board=read.flag(_extension(statement, codes.BOARD), "valueBoolean") is True,
        leave=read.flag(_extension(statement, codes.LEAVE), "valueBoolean") is True,
        outcomes=read.flag(_extension(statement, codes.OUTCOMES), "valueBoolean") is True,
        drafts=read.flag(_extension(statement, codes.DRAFTS), "valueBoolean") is True,
        on_call=read.flag(_extension(statement, codes.ON_CALL), "valueBoolean") is True,
        keys=read.text(_extension(statement, codes.KEYS), "valueString"),
        conditional_create=read.flag(encounter, "conditionalCreate"),
        transaction="transaction" in system if system else None,
        batch="batch" in system if system else None,
        system_search="search-system" in system if system else None,
        parameters={kind: names | common for kind, r in by_type.items() if (names := _names([r]))},
        interactions={kind: found for kind, r in by_type.items() if (found := _codes(r))},
        versioning={kind: said for kind, r in by_type.items() if (said := read.text(r, "versioning"))},
        max_entries=_limit(statement, codes.MAX_ENTRIES),
        max_body_bytes=_limit(statement, codes.MAX_BODY_BYTES),
        max_file_bytes=_limit(statement, codes.MAX_FILE_BYTES),
    )


def _name(statement: Any) -> str:
    return (
        read.text(statement, "implementation", "description")
        or read.text(statement, "title")
        or read.text(statement, "software", "name")
        or read.text(statement, "publisher")
        or NO_NAME
    )


def _codes(holder: Any) -> frozenset[str]:
    return frozenset(code for one in read.items(holder, "interaction") if (code := read.text(one, "code")))


def _names(holders: list[Any]) -> frozenset[str]:
    listed = (one for holder in holders for one in read.items(holder, "searchParam"))
    return frozenset(name for one in listed if (name := read.text(one, "name")))


def _limit(statement: Any, url: str) -> int | None:
    value = read.whole(_extension(statement, url), "valueInteger")
    return value if value is not None and value > 0 else None


def _extension(statement: Any, url: str) -> Any:
    found = read.extension(statement, url)
    rests = read.items(statement, "rest")
    return found or next((e for rest in rests if (e := read.extension(rest, url))), None)
