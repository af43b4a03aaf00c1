"""The double's rows: every version of every record, when it was stamped and from when it is seen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tests.faults.double import wire
from tests.faults.double.quirks import Quirks
from tests.faults.double.wire import Json, Refusal

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One version. `resource` is None for a deletion; nobody sees it before `seen_at`, no search before `found_at`."""

    type: str
    id: str
    version_id: str
    last_updated: str
    resource: Json | None
    seen_at: datetime
    found_at: datetime

    @property
    def key(self) -> Key:
        return self.type, self.id


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A backup: everything but the clock and the counter of versions that are never used twice."""

    rows: dict[Key, tuple[Row, ...]]


class Shelves:
    """Rows by record. `count(quirk, changed)` is told whenever a quirk was met."""

    def __init__(self, clock: Callable[[], datetime], count: Callable[[str, bool], None]) -> None:
        self.clock = clock
        self._count = count
        self._rows: dict[Key, tuple[Row, ...]] = {}
        self._made = 0

    # reading

    def all_versions(self, key: Key) -> tuple[Row, ...]:
        """Oldest first, unseen ones too: what the disk holds."""
        return self._rows.get(key, ())

    def versions(self, key: Key) -> tuple[Row, ...]:
        """Oldest first, those that may be seen by now."""
        now, rows = self.clock(), self._rows.get(key, ())
        seen = tuple(row for row in rows if row.seen_at <= now)
        if len(seen) < len(rows):
            self._count("late_commit", True)
        return seen

    def find(self, key: Key) -> Row | None:
        rows = self.versions(key)
        return rows[-1] if rows else None

    def current(self, kind: str) -> Iterator[Row]:
        """What a search goes through, deletions left out."""
        now = self.clock()
        for key, rows in self._rows.items():
            if key[0] != kind:
                continue
            found = [row for row in rows if row.seen_at <= now and row.found_at <= now]
            if len(found) < len(rows):
                self._count("late_index" if rows[-1].seen_at <= now else "late_commit", True)
            if found and found[-1].resource is not None:
                yield found[-1]

    def types(self) -> frozenset[str]:
        return frozenset(kind for kind, _ in self._rows)

    # writing

    def put(self, resource: Json, quirks: Quirks, *, late: float = 0.0) -> tuple[Row, bool]:
        """A new version of a record; (row, whether one was made). Checks nothing: see `Rules`."""
        key = (str(resource["resourceType"]), str(resource["id"]))
        self.wait_for_late(key)
        earlier = self.find(key)
        body = self._as_kept(resource, earlier, quirks)
        if quirks.silent_same_put and earlier is not None and earlier.resource is not None:
            same = _bare(earlier.resource) == _bare(body)
            self._count("silent_same_put", same)
            if same:
                return earlier, False
        return self._add(key, body, quirks, late), True

    def delete(self, key: Key, quirks: Quirks) -> Row | None:
        found = self.find(key)
        return None if found is None or found.resource is None else self._add(key, None, quirks, 0.0)

    def _add(self, key: Key, body: Json | None, quirks: Quirks, late: float) -> Row:
        now = self.clock()
        at = wire.stamp(now, whole_seconds=quirks.whole_seconds)
        if quirks.whole_seconds:
            self._count("whole_seconds", now.microsecond != 0)
        version = self._next_version(key, quirks)
        if body is not None:
            body["meta"] = {**body.get("meta", {}), "versionId": version, "lastUpdated": at}
        seen_at = now + timedelta(seconds=late)
        found_at = seen_at + timedelta(seconds=quirks.late_index)
        row = Row(*key, version, at, body, seen_at, found_at)
        self._rows[key] = (*self._rows.get(key, ()), row)
        return row

    def _next_version(self, key: Key, quirks: Quirks) -> str:
        self._made += 1
        if quirks.never_reuses_versions:
            self._count("never_reuses_versions", True)
            return f"v{self._made}"
        return str(len(self._rows.get(key, ())) + 1)

    def _as_kept(self, resource: Json, earlier: Row | None, quirks: Quirks) -> Json:
        text = wire.marked(resource)
        if quirks.rounds_decimals:
            rounded = wire.round_decimals(text)
            self._count("rounds_decimals", rounded != text)
            text = rounded
        body: Json = wire.json.loads(text)
        tags = body.get("meta", {}).get("tag", [])
        if quirks.drops_tags:
            self._count("drops_tags", bool(tags))
            body.get("meta", {}).pop("tag", None)
        elif quirks.merges_tags and earlier is not None and earlier.resource is not None:
            older = [t for t in earlier.resource.get("meta", {}).get("tag", []) if t not in tags]
            self._count("merges_tags", bool(older))
            if older:
                body.setdefault("meta", {})["tag"] = [*older, *tags]
        return body

    def wait_for_late(self, key: Key) -> None:
        """Whoever writes the same record waits on its lock until the late writer's whole transaction is through."""
        now = self.clock()
        late = {row.seen_at for row in self._rows.get(key, ()) if row.seen_at > now}
        if late:
            self._rows = {
                one: tuple(replace(r, seen_at=now, found_at=now) if r.seen_at in late else r for r in rows)
                for one, rows in self._rows.items()
            }

    # backup and rollback

    def snapshot(self) -> Snapshot:
        return Snapshot(dict(self._rows))

    def restore(self, snapshot: Snapshot) -> None:
        self._rows = dict(snapshot.rows)

    def make_id(self, kind: str) -> str:
        """Ids that the server makes look the same in every run."""
        self._made += 1
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}/{self._made}"))


def is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.casefold()
    except ValueError:
        return False


def _bare(resource: Json) -> Any:
    """Without what the server adds, to see whether two versions say the same."""
    meta = {k: v for k, v in resource.get("meta", {}).items() if k not in ("versionId", "lastUpdated")}
    return {**resource, "meta": meta}


def refuse_missing(row: Row | None) -> Row:
    """The row if it can be read. Raises Refusal 404 or 410."""
    if row is None:
        raise Refusal(404, "not known", "not-found")
    if row.resource is None:
        raise Refusal(410, "deleted", "deleted")
    return row
