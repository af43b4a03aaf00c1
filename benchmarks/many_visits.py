"""Very many past visits at both ends: rows of a plan on SQLite and of a device, drawn once from a few and copied.

Each visit is an Encounter, one form and the manifest. The device made all of them: they stand in its outbox as settled,
without the payloads, which are taken away 30 days after their receipt.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert

from app.store.bases import base_table
from app.store.outbox_rows import SETTLED, change, receipt, write, write_change
from app.store.visit_rows import visit_table
from benchmarks.copying import INDEXES, draw_record
from benchmarks.sync_plan import Nurse
from benchmarks.sync_visits import make_bodies, make_visits, resources_of
from plan.fhir.stamps import instant
from plan.fhir.tables import resource

TEMPLATES = 20
PARTS = 3
"""Records a visit."""
_AT_ONCE = 5_000
Row = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """One stored record: the plan's row of it, and the rows that were drawn out of it."""

    row: Row
    drawn: dict[str, list[list[Any]]]


def make_records(
    nurse: Nurse, people: Sequence[str], visits: int, before: datetime
) -> Iterator[list[Record]]:
    """Visit by visit, stamped one after the other so that the last is older than `before`."""
    templates = _draw_templates(nurse, people[0])
    stamp = int(before.timestamp() * 1000) - visits * PARTS - 1
    for number in range(visits):
        text, ids = templates[number % len(templates)]
        for one in ids:
            text = text.replace(one, f"{one[:24]}{number:012x}")
        text = text.replace(people[0], people[number % len(people)])
        made = []
        for row, drawn in json.loads(text):
            stamp += 1
            version = str(uuid4())
            body = row["body"].replace("@version", version).replace("@stamp", instant(stamp))
            row |= {"key": stamp, "last_updated": stamp, "version_id": version, "body": body}
            made.append(Record(row, drawn))
        yield made


def _draw_templates(nurse: Nurse, person: str) -> list[tuple[str, list[str]]]:
    """(rows as JSON, ids of the records in them) of each."""
    visits = make_visits(
        nurse, [person], "many", visits=TEMPLATES, resources=TEMPLATES * PARTS, per_resource=0
    )
    found = []
    for body in make_bodies(nurse, visits, "many", datetime.now(UTC)):
        parts = list(resources_of([body]))
        rows = []
        for one in parts:
            row, drawn = draw_record(0, one, person)
            content = json.loads(row["body"])
            content["meta"] |= {"versionId": "@version", "lastUpdated": "@stamp"}
            row["body"] = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
            rows.append((row, {name: [list(each) for each in getattr(drawn, name)] for name in INDEXES}))
        found.append((json.dumps(rows), [str(one["id"]) for one in parts]))
    return found


def fill_plan(file: Path, visits: Iterable[list[Record]]) -> None:
    """Into the plan's database, by SQLite itself; a plan that runs beside it waits for each part."""
    connection = sqlite3.connect(file, timeout=60)
    try:
        for some in _batched(record for visit in visits for record in visit):
            with connection:
                _insert(connection, resource, [one.row for one in some])
                for name, (table, columns) in INDEXES.items():
                    rows = [
                        dict(zip(columns, (one.row["key"], one.row["type"], *each), strict=True))
                        for one in some
                        for each in one.drawn[name]
                    ]
                    _insert(connection, table, rows)
    finally:
        connection.close()


def _insert(connection: sqlite3.Connection, table: Any, rows: list[Row]) -> None:
    if rows:
        names = list(rows[0])
        statement = str(insert(table).values(dict.fromkeys(names)).compile())
        connection.executemany(statement, rows)


def fill_device(connection: Connection, visits: Sequence[list[Record]], at: str) -> None:
    """As if this device had made and sent them, all before its last pull. It holds a visit already."""
    template = connection.execute(visit_table.select().limit(1)).mappings().one()
    for some in _batched(visits):
        records = [one.row for visit in some for one in visit]
        connection.execute(insert(base_table), [_base_row(one) for one in records])
        connection.execute(insert(visit_table), [_visit_row(template, visit[0].row) for visit in some])
        _fill_outbox(connection, some, at)


def _fill_outbox(connection: Connection, visits: Sequence[list[Record]], at: str) -> None:
    changes, writes, receipts = [], [], []
    for visit in visits:
        encounter, manifest = visit[0].row, visit[-1].row
        common = {"group_id": encounter["id"], "patient_id": encounter["patient_id"]}
        writes.append({**common, "id": manifest["id"], "body": "", "state": SETTLED, "attempts": 1,
                       "server_errors": 0, "created_at": at, "attempted_at": at, "settled_at": at})  # fmt: skip
        for one in visit:
            row = one.row
            receipts.append({"write_id": manifest["id"], "type": row["type"], "id": row["id"],
                             "received_at": at, "version_id": row["version_id"],
                             "last_updated": instant(row["last_updated"])})  # fmt: skip
            if row is not manifest:
                changes.append({**common, "type": row["type"], "id": row["id"], "priority": 10, "payload": "",
                                "refs": "", "state": SETTLED, "created_at": at})  # fmt: skip
    connection.execute(insert(write), writes)
    connection.execute(insert(receipt), receipts)
    first = connection.exec_driver_sql("SELECT coalesce(max(seq), 0) + 1 FROM change").scalar_one()
    numbered = [{"seq": first + turn, **one} for turn, one in enumerate(changes)]
    connection.execute(insert(change), numbered)
    named = {visit[0].row["id"]: visit[-1].row["id"] for visit in visits}
    pairs = [{"write_id": named[one["group_id"]], "seq": one["seq"]} for one in numbered]
    connection.execute(insert(write_change), pairs)


def _base_row(row: Row) -> Row:
    return {
        "type": row["type"],
        "id": row["id"],
        "version_id": row["version_id"],
        "last_updated": instant(row["last_updated"]),
        "body": row["body"],
        "patient_id": row["patient_id"],
        "deleted": False,
    }


def _visit_row(template: Any, encounter: Row) -> Row:
    return {**template, "id": encounter["id"], "patient_id": encounter["patient_id"], "arriving": False}


def _batched(every: Iterable[Any]) -> Iterator[list[Any]]:
    each = iter(every)
    while some := list(islice(each, _AT_ONCE)):
        yield some
