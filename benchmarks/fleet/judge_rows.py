"""What lies in the plan's database and in a tablet's file, read by hand-written SQL. Imports nothing of app or plan."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

from tests.faults.checker_rows import Store, content, parse

Json = dict[str, Any]
WRITE = "urn:hearthside:write"
_QUERY = "SELECT type, id, version_id, is_current, deleted, body FROM resource ORDER BY last_updated"
_TABLES = ("change", "write", "receipt", "visit", "openconflict", "answer")

__all__ = ["Row", "Store", "content", "open_tablet", "read_server"]


@dataclass(frozen=True, slots=True)
class Row:
    """One version of one record at the plan."""

    type: str
    id: str
    version_id: str
    current: bool
    deleted: bool
    body: Json

    @property
    def writes(self) -> list[str]:
        """Ids of the writes that it says it came from."""
        tags = self.body.get("meta", {}).get("tag", ())
        return [tag["code"] for tag in tags if tag.get("system") == WRITE]

    @property
    def encounter(self) -> str:
        """The id of the visit that it belongs to, "" for none."""
        body = self.body
        if self.type == "DocumentReference":
            several = body.get("context", {}).get("encounter") or [{}]
            said = several[0].get("reference", "")
        else:
            said = body.get("encounter", {}).get("reference", "")
        return str(said).removeprefix("Encounter/")


def read_server(url: str) -> Iterator[Row]:
    """Every version, oldest first, one after the other."""
    rows = _sqlite(url) if url.startswith("sqlite") else _postgres(url)
    for kind, own, version, current, deleted, body in rows:
        yield Row(kind, own, version, bool(current), bool(deleted), parse(body))


def _sqlite(url: str) -> Iterator[tuple[Any, ...]]:
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield from connection.execute(_QUERY)


def _postgres(url: str) -> Iterator[tuple[Any, ...]]:
    with psycopg.connect(_plain(url)) as connection, connection.cursor(name="fleet") as cursor:
        cursor.itersize = 5_000
        yield from cursor.execute(_QUERY)


def _plain(url: str) -> str:
    """The address as libpq writes it: `postgresql+psycopg://user@/name?host=/socket/directory`."""
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    user = f" user={unquote(parts.username)}" if parts.username else ""
    return f"dbname={parts.path.lstrip('/')} host={host}{user}"


class _Tablet(Store):
    """Of a tablet's file only the tables that this judge reads: records of others fill most of it."""

    TABLES = _TABLES


def open_tablet(path: Path, key: str) -> Store:
    """Raises sqlcipher3's errors for a file that cannot be read."""
    return _Tablet(path, key)
