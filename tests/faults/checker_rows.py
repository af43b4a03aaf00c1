"""What lies in the two kinds of file, read by hand-written SQL and decoded here. Imports nothing of app or plan."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

Json = dict[str, Any]
Key = tuple[str, str]
WRITE = "urn:hearthside:write"
VISIT = "urn:hearthside:visit"


def parse(text: str) -> Json:
    """JSON with its numbers as text, so that 72.50 is not 72.5."""
    found = json.loads(text or "{}", parse_float=str)  # a deletion has no body
    return found if isinstance(found, dict) else {}


def content(resource: Json) -> str:
    """A fingerprint of all but the server's own stamps and the tags of writes."""
    kept = {name: value for name, value in resource.items() if name != "meta"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def references(value: Any) -> Iterator[Key]:
    """Every relative reference in a resource."""
    if isinstance(value, dict):
        said = value.get("reference")
        if isinstance(said, str) and said.count("/") == 1 and ":" not in said:
            kind, _, record_id = said.partition("/")
            yield kind, record_id
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def answers(resource: Json) -> Iterator[tuple[str, Any]]:
    """(link id, value) of every answer in a QuestionnaireResponse, entries and nested items too."""
    for item in resource.get("item", ()):
        for answer in item.get("answer", ()):
            for name, value in answer.items():
                if name.startswith("value"):
                    yield item["linkId"], value.get("code") if isinstance(value, dict) else value
            yield from answers(answer)
        yield from answers(item)


def says(resource: Json, text: str) -> bool:
    """Whether these words stand anywhere in it, in an attached text too."""
    import base64

    if text in json.dumps(resource, ensure_ascii=False):
        return True
    data = (part.get("attachment", {}).get("data", "") for part in resource.get("content", ()))
    return any(text in base64.b64decode(one).decode("utf-8", "replace") for one in data)


@dataclass(frozen=True)
class Version:
    """One row of the plan's table of versions."""

    type: str
    id: str
    version_id: str
    stamp: int
    current: bool
    deleted: bool
    patient_id: str | None
    body: Json

    @property
    def key(self) -> Key:
        return self.type, self.id

    @cached_property
    def writes(self) -> frozenset[str]:
        """Ids of the writes that it says it came from."""
        tags = self.body.get("meta", {}).get("tag", ())
        return frozenset(tag.get("code", "") for tag in tags if tag.get("system") == WRITE)

    @cached_property
    def content(self) -> str:
        return content(self.body)


class Server:
    """Every version that the plan's database holds, oldest first."""

    def __init__(self, path: Path) -> None:
        query = (
            "SELECT type, id, version_id, last_updated, is_current, deleted, patient_id, body FROM resource"
            " ORDER BY last_updated"
        )
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            self.versions = [
                Version(kind, own, version, stamp, bool(current), bool(gone), patient, parse(body))
                for kind, own, version, stamp, current, gone, patient, body in connection.execute(query)
            ]
            epoch = connection.execute("SELECT value FROM plan_state WHERE name = 'store_epoch'").fetchone()
        self.epoch: str | None = epoch[0] if epoch else None
        self.by_key: dict[Key, list[Version]] = {}
        for one in self.versions:
            if not one.deleted:
                self.by_key.setdefault(one.key, []).append(one)

    def of(self, kind: str, record_id: str) -> list[Version]:
        return self.by_key.get((kind, record_id), [])

    def current(self) -> dict[Key, Version]:
        return {one.key: one for one in self.versions if one.current and not one.deleted}

    def panel_of(self, user: str) -> frozenset[str]:
        """Patients whose active CareTeam names this user."""
        teams = [one.body for one in self.current().values() if one.type == "CareTeam"]
        return frozenset(
            team["subject"]["reference"].partition("/")[2]
            for team in teams
            if team["status"] == "active"
            and any(each.get("member", {}).get("reference") == user for each in team.get("participant", ()))
        )

    @cached_property
    def by_visit(self) -> dict[str, list[Version]]:
        """Records that point to a visit's Encounter."""
        found: dict[str, list[Version]] = {}
        for one in self.versions:
            for kind, record_id in set(references(one.body)):
                if kind == "Encounter" and not one.deleted:
                    found.setdefault(record_id, []).append(one)
        return found


class Store:
    """All rows of the tables that matter in one device's file."""

    TABLES: tuple[str, ...] = (
        "change",
        "write",
        "writechange",
        "receipt",
        "base",
        "answer",
        "visit",
        "cursor",
        "meta",
        "openconflict",
        "patient",
        "alert",
    )

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        with closing(sqlcipher.connect(f"file:{path}?mode=rw", uri=True)) as connection:
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f"PRAGMA key = \"x'{key}'\"")
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            self._rows = {name: self._read(connection, name) for name in self.TABLES}
            check = connection.execute("PRAGMA quick_check(1)").fetchone()
        self.whole = check is not None and check[0] == "ok"

    @staticmethod
    def _read(connection: Any, table: str) -> list[Json]:
        cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def rows(self, table: str) -> list[Json]:
        return self._rows[table]

    @cached_property
    def meta(self) -> dict[str, str]:
        return {row["key"]: row["value"] for row in self.rows("meta")}

    def unsent(self, epoch: str | None) -> list[Json]:
        """Changes that the device shows as not received: waiting, set aside, or in a conflict.

        Of a plan that was restored and that it has not met since, all that it holds: it will compare them.
        """
        known = epoch is None or self.meta.get("store-epoch") == epoch
        return [row for row in self.rows("change") if not known or row["state"] != "settled"]

    @cached_property
    def sent_bodies(self) -> dict[tuple[str, str, str], str]:
        """(write id, type, id) → fingerprint of what was sent."""
        found: dict[tuple[str, str, str], str] = {}
        for row in self.rows("write"):
            for entry in parse(row["body"] or "{}").get("entry", ()):
                resource = entry.get("resource", {})
                found[row["id"], resource.get("resourceType", ""), resource.get("id", "")] = content(resource)
        return found
