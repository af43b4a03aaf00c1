"""Asking the server what it has of a write, record by record, and settling what turns out to be ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from app.errors import Refused
from app.store import outbox
from app.store.changes import Topic
from app.store.engine import Store
from app.store.outbox import OpenWrite
from app.sync.batch import ask, status_of
from app.sync.fhir.provenance import Key
from app.sync.parcel import Entry, Parcel
from app.sync.plan import Standing
from app.sync.project import project_again
from app.sync.receipts import Located, locate
from app.sync.transport import FhirClient

READS_AT_ONCE = 100
_STATUS = {"404": Standing.MISSING, "410": Standing.DELETED, "403": Standing.HIDDEN}


class Surveyor:
    def __init__(self, store: Store, client: FhirClient) -> None:
        self._store = store
        self._client = client

    async def locate(
        self,
        write: OpenWrite,
        parcel: Parcel,
        key: Key,
        version_id: str | None = None,
        *,
        told: bool = False,
    ) -> Located:
        """Where one record of a write stands, from its versions. Raises PlanError when the server cannot say.

        `told`: the write's own Provenance is there.
        """
        own = (await self._earlier_writes(write)).get(key, frozenset()) | {write.id}
        base, words = parcel.base_of(key), parcel.edited(key)
        return await locate(self._client, key, own, write.patient_id, version_id, base, words, told=told)

    async def survey(self, write: OpenWrite, parcel: Parcel, entries: Sequence[Entry]) -> tuple[Located, ...]:
        """Where many records stand: one batch of reads tells which are there, only those are asked for versions."""
        found: list[Located] = []
        for start in range(0, len(entries), READS_AT_ONCE):
            some = entries[start : start + READS_AT_ONCE]
            statuses = await self._read_statuses([entry.key for entry in some])
            for entry, status in zip(some, statuses, strict=True):
                standing = _STATUS.get(status)
                if standing is not None:
                    found.append(Located(entry.key, standing))
                else:
                    found.append(await self.locate(write, parcel, entry.key))
        return tuple(found)

    async def _read_statuses(self, keys: Sequence[Key]) -> list[str]:
        if len(keys) == 1:
            return [str((await self._client.read(*keys[0])).status)]
        try:
            answers = await ask(self._client, [f"{kind}/{record_id}" for kind, record_id in keys])
        except Refused:
            # The whole question was refused; record by record it is told which may be read.
            return [""] * len(keys)
        return [status_of(answer) for answer in answers]

    async def has_earlier_manifest(self, write: OpenWrite) -> bool:
        """True when the Provenance of another write of just these changes is there: only then is all of it whole."""
        named = await self._earlier_writes(write)
        whole = frozenset.intersection(*named.values()) if named else frozenset()
        for write_id in sorted(whole - {write.id}):
            if (await self._client.read("Provenance", write_id)).ok:
                return True
        return False

    async def settle(self, write: OpenWrite, parcel: Parcel, located: Iterable[Located]) -> bool:
        """Settle what is ours; True when the write is done.

        A write is not done before its manifest is there, so until then one record's receipt is held back.
        """
        ours = {one.key: one for one in located if one.standing is Standing.OURS}
        if parcel.manifest.key not in ours:
            left = [(c.type, c.id) for c in write.changes if (c.type, c.id) not in write.settled]
            if left and all(key in ours for key in left):
                ours.pop(left[-1])
        receipts = [one.receipt for one in ours.values() if one.receipt is not None]
        bases = [one.base for one in ours.values() if one.base is not None]
        sent = {(one.type, one.id): one.version_id for one in receipts}
        edited = any(sent.get((base.type, base.id)) != base.version_id for base in bases)
        # Whoever was made at a door may have been joined to a member meanwhile: the answer says whose it is now.
        matched = any(base.patient_id not in (None, write.patient_id) for base in bases)

        def settle(connection: Connection) -> bool:
            done = outbox.settle(connection, write.id, receipts, bases, manifest=parcel.manifest.key in ours)
            self._client.keep_ids(connection)
            if done and (edited or matched):
                # Somebody's later version may have been pulled while ours was open; it comes only once.
                project_again(connection, [(one.type, one.id) for one in write.changes])
            return done

        return await self._store.write(settle, Topic.OUTBOX, Topic.VISITS, Topic.ALERTS)

    async def _earlier_writes(self, write: OpenWrite) -> Mapping[Key, frozenset[str]]:
        seqs = [change.seq for change in write.changes]
        return await self._store.read(lambda c: outbox.list_write_ids(c, seqs))
