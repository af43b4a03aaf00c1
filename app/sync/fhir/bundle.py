"""A write ↔ transaction Bundle: exact bytes out, each entry's own answer back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.domain.visit import PersonRef
from app.sync.fhir import codes, json_text, read
from app.sync.fhir.provenance import Key, encode_provenance
from app.sync.fhir.versions import replaced

_ETAG = re.compile(r'^(?:W/)?"?([^"]*)"?$')
_STATUS = re.compile(r"^\s*(\d{3})\b")


class Change(Protocol):
    """What a write needs of an outbox row."""

    @property
    def type(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def base_version(self) -> str | None: ...
    @property
    def payload(self) -> str: ...


def _tagged(resource: dict[str, Any], write_id: str) -> dict[str, Any]:
    """With this write's tag and no other write's: a resource edited twice names the write that made this
    version.
    """
    meta = dict(resource["meta"]) if isinstance(resource.get("meta"), dict) else {}
    kept = [tag for tag in read.items(meta, "tag") if tag.get("system") != codes.WRITE_TAG]
    meta["tag"] = [*kept, {"system": codes.WRITE_TAG, "code": write_id}]
    return resource | {"meta": meta}


def _entry(resource: dict[str, Any], base_version: str | None) -> dict[str, Any]:
    url = f"{resource['resourceType']}/{resource['id']}"
    guard = {"ifNoneMatch": "*"} if base_version is None else {"ifMatch": f'W/"{base_version}"'}
    return {
        "fullUrl": f"urn:uuid:{resource['id']}",
        "resource": resource,
        "request": {"method": "PUT", "url": url, **guard},
    }


def _visit_times(
    resources: Sequence[dict[str, Any]],
) -> tuple[datetime | None, tuple[datetime, datetime] | None]:
    """(signed at, (began at, left at)) of the visit among these, where there is one.

    Other Encounters (a hospital stay that somebody told of) were not signed, and their times are not the nurse's.
    """
    for resource in resources:
        signed_at = read.instant(read.extension(resource, codes.SIGNED_AT), "valueDateTime")
        if resource.get("resourceType") == "Encounter" and signed_at is not None:
            start, end = read.instant(resource, "period", "start"), read.instant(resource, "period", "end")
            return signed_at, (start, end) if start is not None and end is not None else None
    return None, None


def _revised(resources: Sequence[dict[str, Any]], targets: Sequence[Key]) -> tuple[str, ...]:
    """What these records take the place of, each once; never one of themselves."""
    own = {f"{kind}/{record_id}" for kind, record_id in targets}
    named = dict.fromkeys(reference for resource in resources for reference in replaced(resource))
    return tuple(reference for reference in named if reference not in own)


def make_body(
    write_id: str,
    changes: Sequence[Change],
    author: PersonRef,
    at: datetime,
    earlier: Sequence[Key] = (),
) -> str:
    """The transaction for one write, byte for byte as it is stored and sent.

    Every resource carries the write's tag; the Provenance with the write's id comes last and names all
    others. Creates say If-None-Match: *, edits say which version they were made on. `at` is used as the
    recorded time only where no visit says when it was signed. `earlier`: records of the same visit that came with a
    write whose manifest never did; this one names them too.
    """
    resources = [json_text.loads(change.payload) for change in changes]
    signed_at, occurred = _visit_times(resources)
    creates = all(change.base_version is None for change in changes)
    targets: list[Key] = list(dict.fromkeys([*earlier, *((change.type, change.id) for change in changes)]))
    last = encode_provenance(
        write_id,
        targets,
        author,
        signed_at or at,
        occurred,
        creates=creates,
        revises=_revised(resources, targets),
    )
    entries = [
        _entry(_tagged(resource, write_id), change.base_version)
        for resource, change in zip(resources, changes, strict=True)
    ]
    entries.append(_entry(_tagged(last, write_id), None))
    return json_text.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def body_keys(body: str) -> tuple[Key, ...]:
    """(type, id) of every entry of a write's body, in order, the Provenance last."""
    bundle = json_text.loads(body)
    resources = [read.find(entry, "resource") for entry in read.items(bundle, "entry")]
    return tuple((str(r["resourceType"]), str(r["id"])) for r in resources)


def write_tags(resource: Any) -> frozenset[str]:
    """Ids of the writes that a stored version says it came from (some servers merge tags of all versions)."""
    tags = read.items(resource, "meta", "tag")
    return frozenset(c for t in tags if t.get("system") == codes.WRITE_TAG and (c := read.text(t, "code")))


def version_of_etag(etag: str | None) -> str | None:
    match = _ETAG.match(etag.strip()) if etag else None
    return match[1] or None if match else None


def versions(resource: Any) -> tuple[str, str] | None:
    """(versionId, lastUpdated) as the server wrote them, or None when it is not a stored version."""
    version, updated = read.text(resource, "meta", "versionId"), read.text(resource, "meta", "lastUpdated")
    return (version, updated) if version is not None and updated is not None else None


def outcome_text(outcome: Any) -> str | None:
    """The server's own words of an OperationOutcome: details.text, else diagnostics, else the code; errors
    first.
    """
    if read.text(outcome, "resourceType") != "OperationOutcome":
        return None
    issues = list(read.items(outcome, "issue"))
    issues.sort(key=lambda issue: read.text(issue, "severity") not in ("fatal", "error"))
    said: dict[str, None] = {}
    for issue in issues:
        words = (
            read.text(issue, "details", "text")
            or read.concept_text(read.find(issue, "details"))
            or read.text(issue, "diagnostics")
            or read.text(issue, "code")
        )
        if words is not None:
            where = read.find(issue, "expression", 0)
            said[f"{words} ({where})" if isinstance(where, str) and where else words] = None
    return "; ".join(list(said)[:3])[:500] or None


@dataclass(frozen=True, slots=True)
class EntryAnswer:
    """The server's answer for one entry. `resource` is its representation when it sent one."""

    type: str
    id: str
    status: int
    version_id: str | None
    last_updated: str | None
    resource: dict[str, Any] | None
    reason: str | None

    @property
    def stored(self) -> bool:
        return self.status in (200, 201)


def _entry_answer(key: Key, entry: Any) -> EntryAnswer:
    response = read.find(entry, "response")
    resource = read.find(entry, "resource")
    if (
        not isinstance(resource, dict)
        or (read.text(resource, "resourceType"), read.record_id(resource)) != key
    ):
        resource = None
    status = _STATUS.match(read.text(response, "status") or "")
    location = read.text(response, "location") or ""
    stamped = versions(resource)
    by_location = location.partition("/_history/")[2].split("?")[0] or None
    version = version_of_etag(read.text(response, "etag")) or by_location or (stamped[0] if stamped else None)
    if stamped is not None and stamped[0] != version:
        resource, stamped = None, None
    updated = stamped[1] if stamped else read.text(response, "lastModified")
    return EntryAnswer(
        type=key[0],
        id=key[1],
        status=int(status[1]) if status else 0,
        version_id=version,
        last_updated=updated,
        resource=resource,
        reason=outcome_text(read.find(response, "outcome")) or outcome_text(read.find(entry, "resource")),
    )


def read_answer(answer: Any, keys: Sequence[Key]) -> tuple[EntryAnswer, ...] | None:
    """Each entry's own answer in the order of the request, or None when this does not answer these entries.

    Believing an answer of another length or about other records would settle the wrong ones, so it counts
    as lost.
    """
    kind = read.text(answer, "type")
    entries = list(read.items(answer, "entry"))
    if kind not in ("transaction-response", "batch-response") or len(entries) != len(keys):
        return None
    for key, entry in zip(keys, entries, strict=True):
        location = read.text(entry, "response", "location")
        if location is not None and f"{key[0]}/{key[1]}" not in location:
            return None
    return tuple(_entry_answer(key, entry) for key, entry in zip(keys, entries, strict=True))
