"""From what the server says to what the outbox keeps: receipts, base copies, and where each target stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import PlanDown
from app.store.bases import BaseCopy
from app.store.outbox import NewReceipt
from app.sync.fhir import json_text, read
from app.sync.fhir.bundle import EntryAnswer, versions, write_tags
from app.sync.fhir.provenance import Key
from app.sync.fhir.subject import patient_of
from app.sync.plan import Standing
from app.sync.transport import FhirClient

__all__ = ["Located", "Standing", "base_of", "from_entry", "from_history", "locate", "receipt_of"]

HISTORY_COUNT = 100


@dataclass(frozen=True, slots=True)
class Located:
    """One target of a write on the server. `base` is the newest version, whoever made it.

    `overwritten`: somebody's version that ours went over, because the server did not mind which one it was made on.
    """

    key: Key
    standing: Standing
    receipt: NewReceipt | None = None
    base: BaseCopy | None = None
    overwritten: BaseCopy | None = None


def base_of(
    resource: dict[str, Any], patient_id: str | None = None, *, deleted: bool = False
) -> BaseCopy | None:
    """The base copy of a stored version, or None when it carries no version."""
    stamped, record_id = versions(resource), read.record_id(resource)
    kind = read.text(resource, "resourceType")
    if stamped is None or record_id is None or kind is None:
        return None
    return BaseCopy(
        type=kind,
        id=record_id,
        version_id=stamped[0],
        last_updated=stamped[1],
        body=json_text.dumps(resource),
        patient_id=patient_of(resource) or patient_id,
        deleted=deleted,
    )


def receipt_of(key: Key, version_id: str, last_updated: str) -> NewReceipt:
    """`received_at` is the server's own time for that version."""
    return NewReceipt(key[0], key[1], version_id, last_updated, last_updated)


def from_entry(answer: EntryAnswer, patient_id: str) -> Located | None:
    """What a stored entry's answer proves, or None when it says too little and the record must be read."""
    if (
        not answer.stored
        or answer.resource is None
        or answer.version_id is None
        or answer.last_updated is None
    ):
        return None
    key = (answer.type, answer.id)
    base = base_of(answer.resource, patient_id)
    receipt = receipt_of(key, answer.version_id, answer.last_updated)
    return Located(key, Standing.OURS, receipt, base) if base is not None else None


def from_history(
    key: Key,
    bundle: Any,
    write_ids: Iterable[str],
    patient_id: str,
    version_id: str | None = None,
    base_version: str | None = None,
    words: Mapping[str, Any] | None = None,
    *,
    told: bool = True,
) -> Located:
    """Our version is the oldest that carries our tag: an edit by somebody else usually keeps the tags it found.

    `version_id`: what the server called our version, where it said so. `base_version`: what it was made on. `words`:
    what we wrote, for an edit of a record that others share. Any of them can put our tag into a version of her own, so
    that there the oldest with the tag and our very words counts; and without those only when `told`, by the Provenance
    of the write in its author's name, that it arrived.
    """
    entries = _newest_first(list(read.items(bundle, "entry")))
    kept = [r for e in entries if isinstance(r := e.get("resource"), dict) and versions(r) is not None]
    newest_is_gone = bool(entries) and read.text(entries[0], "request", "method") == "DELETE"
    if not kept:
        return Located(key, Standing.DELETED if newest_is_gone else Standing.MISSING)
    base = base_of(kept[0], patient_id, deleted=newest_is_gone)
    wanted = frozenset(write_ids)
    ours = [r for r in kept if (versions(r) or ("",))[0] == version_id or write_tags(r) & wanted]
    if words is not None:
        sure = [r for r in ours if (versions(r) or ("",))[0] == version_id or says(r, words)]
        ours = sure or (ours if told else [])
    stamped = versions(ours[-1]) if ours else None
    if stamped is not None:
        over = _overwritten(entries, ours[-1], base_version, patient_id)
        return Located(key, Standing.OURS, receipt_of(key, *stamped), base, over)
    if newest_is_gone:
        return Located(key, Standing.DELETED, None, base)
    same = base_version is not None and base is not None and base.version_id == base_version
    return Located(key, Standing.BASE if same else Standing.THEIRS, None, base)


def says(version: Mapping[str, Any], words: Mapping[str, Any]) -> bool:
    """Does a stored version say all that was written? A server may add to it, and stamps its `meta` as it likes."""
    return all(_holds(version.get(name), value) for name, value in words.items() if name != "meta")


def _holds(stored: Any, written: Any) -> bool:
    if isinstance(written, dict):
        return isinstance(stored, dict) and all(_holds(stored.get(k), v) for k, v in written.items())
    if isinstance(written, list):
        return (
            isinstance(stored, list)
            and len(stored) == len(written)
            and all(_holds(a, b) for a, b in zip(stored, written, strict=True))
        )
    return isinstance(stored, bool) == isinstance(written, bool) and bool(stored == written)


def _newest_first(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As a history should come. Medplum's router turns its order round each time it is asked."""
    stamps = [
        read.instant(entry, "resource", "meta", "lastUpdated")
        or read.instant(entry, "response", "lastModified")
        for entry in entries
    ]
    first, last = (stamps[0], stamps[-1]) if stamps else (None, None)
    return entries[::-1] if first is not None and last is not None and first < last else entries


def _overwritten(
    entries: list[dict[str, Any]], ours: dict[str, Any], base_version: str | None, patient_id: str
) -> BaseCopy | None:
    """The version right under ours, where it is not the one that ours was made on."""
    place = next(at for at, entry in enumerate(entries) if entry.get("resource") is ours)
    under = read.find(entries, place + 1, "resource")
    if not isinstance(under, dict):
        # Nothing there, a deletion, or more versions than one page holds.
        return None
    found = base_of(under, patient_id)
    return found if found is not None and found.version_id != base_version else None


async def locate(
    client: FhirClient,
    key: Key,
    write_ids: Iterable[str],
    patient_id: str,
    version_id: str | None = None,
    base_version: str | None = None,
    words: Mapping[str, Any] | None = None,
    *,
    told: bool = True,
) -> Located:
    """Ask the server for one target's versions (see `from_history`). Raises PlanError when it cannot say."""
    answer = await client.history(*key, count=HISTORY_COUNT)
    if answer.status in (400, 405, 501):
        # No history here: the current version is all there is to judge by.
        answer = await client.read(*key)
        if answer.ok:
            only = {"entry": [{"resource": answer.get()}]}
            return from_history(key, only, write_ids, patient_id, version_id, base_version, words, told=told)
    if answer.ok:
        found = answer.resource
        if not _is_about(key, found):
            # The answer to something else, out of a proxy's memory: our tag stands in the other records of a write too.
            raise PlanDown(detail="not this record's history")
        return from_history(key, found, write_ids, patient_id, version_id, base_version, words, told=told)
    standing = _UNREADABLE.get(answer.status)
    if standing is None:
        raise answer.error()
    return Located(key, standing)


def _is_about(key: Key, bundle: Any) -> bool:
    """A history holds versions of one record only."""
    named = {
        (read.text(one, "resource", "resourceType"), read.record_id(one["resource"]))
        for one in read.items(bundle, "entry")
        if isinstance(one.get("resource"), dict)
    }
    return read.text(bundle, "type") == "history" and named <= {key}


_UNREADABLE = {404: Standing.MISSING, 410: Standing.DELETED, 403: Standing.HIDDEN}
"""What it means for a record of ours that it cannot be read."""
