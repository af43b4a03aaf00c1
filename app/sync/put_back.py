"""What ours went over, on a server that did not mind, is written back before anybody is asked.

Nothing about it is stored here: until it is done the write of ours stays attempted and is looked up again, and what
was put back carries a tag of its own, derived from that write. A process that dies anywhere in between finds in the
record's versions how far it came.
"""

from __future__ import annotations

import uuid
from typing import Any

from app.domain.merging import Pick
from app.store.bases import BaseCopy
from app.sync.fhir import codes, json_text, read
from app.sync.fhir.bundle import read_answer, versions, write_tags
from app.sync.fhir.provenance import Key
from app.sync.fhir.task_fields import GROWING
from app.sync.merge import MERGEABLE, combine, compare
from app.sync.receipts import HISTORY_COUNT, Located, base_of
from app.sync.transport import FhirClient

_MARKS = uuid.UUID("0d1c7c3e-5a53-5f0e-9a8e-6c2b5a1e9f40")
_QUICKER = frozenset({409, 412})
"""Somebody wrote once more since the record was looked at."""


class NotPutBack(Exception):
    """The server did not take it: the outcome of our write stays open. `status` where that may last."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__("not put back")
        self.status = status


def derive_mark(write_id: str, key: Key) -> str:
    """The tag of the version that puts back what this write went over in one record; the same on every try."""
    return str(uuid.uuid5(_MARKS, f"{write_id} {key[0]}/{key[1]}"))


async def put_back(client: FhirClient, write_id: str, ours: Located) -> BaseCopy:
    """What stands on the server once their words are in it again, which is written only where that is not so yet.

    Raises NotPutBack, and PlanError where the server cannot say. Raises ValueError for a record that ours went over
    nothing of.
    """
    theirs, newest = ours.overwritten, ours.base
    if theirs is None or newest is None:
        raise ValueError("ours went over nothing")
    if newest.deleted:
        return newest  # whoever deleted it did so last
    history = await client.history(*ours.key, count=HISTORY_COUNT)
    if not history.ok:
        raise history.error()
    kept = [r for e in read.items(history.resource, "entry") if isinstance(r := e.get("resource"), dict)]
    mark = derive_mark(write_id, ours.key)
    if any(mark in write_tags(one) for one in kept):
        return newest
    wanted = theirs.body
    if ours.receipt is None or ours.receipt.version_id != newest.version_id:
        sent = next((r for r in kept if (versions(r) or ("",))[0] == _version(ours)), None)
        wanted = _with_their_words(theirs, sent, newest)
        if wanted == newest.body:
            return newest
    return await _write(client, json_text.loads(wanted), mark, newest)


def _version(ours: Located) -> str | None:
    return None if ours.receipt is None else ours.receipt.version_id


def _with_their_words(theirs: BaseCopy, sent: dict[str, Any] | None, newest: BaseCopy) -> str:
    """Somebody has changed ours since: what she changed stays, the rest is theirs again.

    What is not merged by a machine stays as she left it, who saw ours.
    """
    mine, other = json_text.find_object(theirs.body), json_text.find_object(newest.body)
    if theirs.type not in MERGEABLE or sent is None or mine is None or other is None:
        return newest.body
    clash = compare(sent, mine, other).clash
    picks = {name: Pick.BOTH if name in GROWING else Pick.THEIRS for name in clash}
    return combine(json_text.dumps(sent), theirs.body, newest.body, picks)


async def _write(client: FhirClient, resource: dict[str, Any], mark: str, newest: BaseCopy) -> BaseCopy:
    meta = {n: v for n, v in (resource.get("meta") or {}).items() if n not in ("versionId", "lastUpdated")}
    meta["tag"] = [*read.items(meta, "tag"), {"system": codes.WRITE_TAG, "code": mark}]
    guard = f'W/"{newest.version_id}"'
    request = {"method": "PUT", "url": f"{newest.type}/{newest.id}", "ifMatch": guard}
    entry = {"resource": resource | {"meta": meta}, "request": request}
    body = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    answer = await client.transaction(json_text.dumps(body))
    if not answer.ok:
        if answer.status in (401, 408, 425, 429) or answer.status >= 500:
            raise answer.error()
        raise NotPutBack(None if answer.status in _QUICKER else answer.status)
    entries = read_answer(answer.resource, [(newest.type, newest.id)])
    if entries is None or not entries[0].stored:
        status = entries[0].status if entries else 0
        raise NotPutBack(None if status in _QUICKER or not status else status)
    stored = base_of(entries[0].resource or {}, newest.patient_id)
    if stored is None:
        found = await client.read(newest.type, newest.id)
        stored = base_of(found.resource or {}, newest.patient_id) if found.ok else None
    if stored is None:
        raise NotPutBack
    return stored
