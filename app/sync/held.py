"""Base copies as one transaction sees them: each is read and parsed once, and what just came not at all."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from app.store import bases
from app.store.bases import BaseCopy, Key
from app.sync.fhir import json_text

Copy = tuple[BaseCopy, Any]
"""A base copy and its body, parsed; None where that cannot be read."""
_log = logging.getLogger("app.sync")


def parse(base: BaseCopy) -> Any:
    try:
        return json_text.loads(base.body)
    except json_text.BadJson:
        _log.warning("a base copy cannot be read: %s", base.type)
        return None


class Held:
    """`fresh`: what this transaction has stored, beside what it was made from."""

    def __init__(self, connection: Connection, fresh: Iterable[Copy] = ()) -> None:
        self._connection = connection
        self._fresh = {(base.type, base.id): (base, resource) for base, resource in fresh}
        self._known: dict[Key, Copy | None] = {}

    def find_all(self, kind: str, ids: Collection[str]) -> Mapping[str, Copy]:
        """By id, in the order asked for, deleted ones too; unknown ids are left out."""
        asked = [one for one in ids if (kind, one) not in self._fresh and (kind, one) not in self._known]
        if asked:
            found = bases.find_all(self._connection, kind, asked)
            for record_id in asked:
                base = found.get(record_id)
                self._known[kind, record_id] = None if base is None else (base, parse(base))
        copies = ((one, self._fresh.get((kind, one)) or self._known.get((kind, one))) for one in ids)
        return {one: copy for one, copy in copies if copy is not None}

    def find(self, kind: str, record_id: str) -> Copy | None:
        """A deleted one too."""
        return self.find_all(kind, (record_id,)).get(record_id)

    def put(self, base: BaseCopy, resource: Any) -> None:
        """Store another copy of what it was made from."""
        bases.put(self._connection, base)
        self._fresh[base.type, base.id] = (base, resource)

    def forget(self) -> None:
        """What was read stays no longer: of thousands of visits only one at a time is in memory."""
        self._known.clear()
