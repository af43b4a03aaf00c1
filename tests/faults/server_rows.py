"""What the plan's database holds, read by SQL and decoded here: no code of the app is asked."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class ServerRows:
    def __init__(self, path: Path) -> None:
        self._path = path

    def versions(self, kind: str, record_id: str) -> list[Json]:
        """Every stored version, oldest first."""
        query = "SELECT body FROM resource WHERE type = ? AND id = ? AND deleted = 0 ORDER BY last_updated"
        with closing(sqlite3.connect(self._path)) as connection:
            return [json.loads(body) for (body,) in connection.execute(query, (kind, record_id))]

    def of_visit(self, visit_id: str) -> list[Json]:
        """Current records that point to this Encounter, the Encounter first."""
        query = "SELECT body FROM resource WHERE is_current = 1 AND deleted = 0 AND encounter_id = ?"
        with closing(sqlite3.connect(self._path)) as connection:
            parts = [json.loads(body) for (body,) in connection.execute(query, (visit_id,))]
        return [*self.versions("Encounter", visit_id)[-1:], *parts]

    def has_version(self, kind: str, record_id: str, version_id: str) -> bool:
        query = "SELECT count(*) FROM resource WHERE type = ? AND id = ? AND version_id = ?"
        with closing(sqlite3.connect(self._path)) as connection:
            row: tuple[int] = connection.execute(query, (kind, record_id, version_id)).fetchone()
        return row[0] == 1

    def most_versions_of_a_write(self) -> int:
        """Over all write ids and records: how many versions one write made of one record (I10: never above 1)."""
        query = "SELECT type, id, body FROM resource WHERE deleted = 0 ORDER BY last_updated"
        counted: dict[tuple[str, str, str], int] = {}
        with closing(sqlite3.connect(self._path)) as connection:
            for kind, record_id, body in connection.execute(query):
                content = json.loads(body)
                if content.get("language") == "en-US":  # a supervisor's correction keeps the tag it found
                    continue
                for tag in content.get("meta", {}).get("tag", []):
                    key = (tag["code"], kind, record_id)
                    counted[key] = counted.get(key, 0) + 1
        return max(counted.values(), default=0)


def values(records: list[Json]) -> dict[str, int]:
    """ESAS-r numbers by link id."""
    return dict(_values(records))


def _values(records: list[Json]) -> Iterator[tuple[str, int]]:
    for record in records:
        for item in record.get("item", []) if record["resourceType"] == "QuestionnaireResponse" else ():
            yield item["linkId"], item["answer"][0]["valueInteger"]


def note(records: list[Json]) -> str:
    for record in records:
        if record["resourceType"] == "DocumentReference":
            return base64.b64decode(record["content"][0]["attachment"]["data"]).decode()
    return ""
