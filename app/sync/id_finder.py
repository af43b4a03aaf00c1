"""Which id of ours is which of the server's: as stored, as just learned, or as the server says when it is asked."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection

from app.errors import PlanDown
from app.store import server_ids
from app.store.engine import Store
from app.sync.batch import is_refused, status_of
from app.sync.fhir import read
from app.sync.id_bundles import records_in
from app.sync.ids import (
    OURS,
    WITHOUT_IDENTIFIER,
    IdMap,
    Key,
    id_tag,
    key_of,
    own_id,
    references,
    search_values,
)

AT_ONCE = 20
"""Ids in one search: a system and an id take about 60 characters."""
_log = logging.getLogger("app.sync")

Ask = Callable[[list[str]], Awaitable[list[Any]]]
"""Addresses below the base → one batch entry each, in order."""


class IdFinder:
    """`ask` goes to the server as it is, without any translation.

    What a read teaches is committed before the answer is handed on, so that no record is stored whose pair is not.
    What a write teaches waits for `keep`, in the transaction that settles it; lost before, it is looked up again.
    """

    def __init__(self, store: Store, ask: Ask) -> None:
        self._store = store
        self._ask = ask
        self._fresh: dict[Key, str] = {}
        self._theirs: set[Key] = set()
        """Keys that are surely not ours: the server's own records, under its own ids."""

    def keep(self, connection: Connection) -> None:
        """Store what writes taught. If this transaction fails, the pairs are looked up when they are needed."""
        pairs, self._fresh = self._fresh, {}
        server_ids.put_all(connection, pairs)

    def learn(self, pairs: Mapping[Key, str]) -> None:
        """From a write's answer: surely these, whatever was known before."""
        self._fresh |= {key: server for key, server in pairs.items() if server != key[1]}

    async def servers(self, keys: Collection[Key]) -> dict[Key, str]:
        """What is known here, without asking."""
        found = await self._store.read(lambda c: server_ids.find_servers(c, keys))
        return found | {key: self._fresh[key] for key in keys if key in self._fresh}

    async def find(self, keys: Collection[Key], *, certain: bool = False) -> IdMap:
        """Known here, or found by our identifier on the server. Absent: the server's own, or not there."""
        known = await self.servers(keys)
        rest = {key for key in keys if key not in known and key not in self._theirs and key[0] in OURS}
        return IdMap(servers=known | await self.look_up(rest, certain=certain))

    async def look_up(self, keys: Collection[Key], *, certain: bool = False) -> dict[Key, str]:
        """Ask the server by identifier, and by tag for what that does not find. Commits what it finds.

        `certain`: what is not found is surely not there. Raises PlanDown where this server cannot be asked so.
        """
        found = await self._search(keys, search_values, certain=certain)
        rest = [key for key in keys if key not in found and key[0] not in WITHOUT_IDENTIFIER]
        found |= await self._search(rest, _tags)
        if found:
            await self._store.write(partial(server_ids.put_all, servers=found))
            self._fresh = {key: server for key, server in self._fresh.items() if key not in found}
        return found

    async def _search(
        self,
        keys: Iterable[Key],
        values: Callable[[str, Collection[str]], tuple[str, str]],
        *,
        certain: bool = False,
    ) -> dict[Key, str]:
        wanted = set(keys)
        by_type: dict[str, list[str]] = {}
        for kind, local_id in sorted(wanted):
            by_type.setdefault(kind, []).append(local_id)
        urls = []
        for kind, ids in by_type.items():
            for start in range(0, len(ids), AT_ONCE):
                some = ids[start : start + AT_ONCE]
                urls.append(f"{kind}?{urlencode([values(kind, some), ('_count', str(2 * len(some)))])}")
        found: dict[Key, str] = {}
        for entry in await self._ask(urls) if urls else []:
            if not _says(entry):
                if certain and status_of(entry) != "404":
                    raise PlanDown(detail=f"HTTP {status_of(entry)} to a look-up")
                continue
            for record in records_in(entry.get("resource")):
                key, own = key_of(record), own_id(record)
                if key is not None and own is not None and (key[0], own) in wanted:
                    found.setdefault((key[0], own), key[1])
        return found

    async def adopt(self, resource: Any, written: Mapping[Key, str] | None = None) -> IdMap:
        """All that is needed to read this answer in our ids. `written`: pairs that it proves as a write's answer."""
        self.learn(written or {})
        records = list(records_in(resource))
        here = {key for record in records if (key := key_of(record)) is not None}
        pointed = {
            key for record in records for key in references(record) if key[0] in OURS or key[0] == "Binary"
        }
        locals_ = await self._locals(here | pointed | _addressed(resource))
        new = await self._new_pairs(records, locals_)
        unknown = (
            pointed - here - self._theirs - locals_.keys() - {(k, server) for (k, _), server in new.items()}
        )
        asked = [key for key in sorted(unknown) if key[0] in OURS]
        if asked:
            entries = await self._ask([f"{kind}/{record_id}" for kind, record_id in asked])
            others = [r for entry in entries if _says(entry) for r in records_in(entry.get("resource"))]
            new |= await self._new_pairs(others, locals_)
            self._theirs |= set(asked) - {(kind, server) for (kind, _), server in new.items()}
        if new:
            await self._store.write(partial(server_ids.put_all, servers=new))
        return IdMap(locals=locals_ | {(kind, server): local for (kind, local), server in new.items()})

    async def _locals(self, keys: Collection[Key]) -> dict[Key, str]:
        known = await self._store.read(lambda c: server_ids.find_locals(c, keys))
        return known | {(kind, server): local for (kind, local), server in self._fresh.items()}

    async def _new_pairs(self, records: Iterable[Any], locals_: Mapping[Key, str]) -> dict[Key, str]:
        """Pairs that records say of themselves. An id of ours that is known already keeps the pair it has: a copy
        that somebody made of our record, identifier and all, is a record of theirs.
        """
        said: dict[Key, str] = {}
        for record in records:
            key, local_id = key_of(record), own_id(record)
            if key is None or key in locals_:
                continue
            if local_id is None or key[0] not in OURS:
                self._theirs.add(key)
            elif local_id != key[1]:
                said.setdefault((key[0], local_id), key[1])
        known = await self.servers(said)
        self._theirs |= {(key[0], server) for key, server in said.items() if key in known}
        return {key: server for key, server in said.items() if key not in known}


def _tags(kind: str, ids: Collection[str]) -> tuple[str, str]:
    tags = (id_tag(one) for one in ids)
    return "_tag", ",".join(f"{tag['system']}|{tag['code']}" for tag in tags)


def _says(entry: Any) -> bool:
    """True when there is an answer to read. Raises PlanDown where the server could not say now."""
    status = status_of(entry)
    if status.startswith("2"):
        return True
    if is_refused(status):
        return False
    raise PlanDown(detail=f"HTTP {status or '?'} in look-up")


def _addressed(resource: Any) -> set[Key]:
    """Records that a history only names: deletions have no body."""
    urls = (read.text(entry, "request", "url") for entry in read.items(resource, "entry"))
    named = (read.reference({"reference": url}) for url in urls)
    return {key for key in named if key is not None}
