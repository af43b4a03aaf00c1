"""FHIR records into a plan's PostgreSQL with COPY: the rows that the plan itself would draw, without its writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine, Table, func, select, update
from sqlalchemy.engine import make_url

from plan.database import write_transaction
from plan.fhir.extract import extract
from plan.fhir.json_text import dumps
from plan.fhir.rights import author_of, find_type, is_open
from plan.fhir.stamps import instant
from plan.fhir.tables import membership, plan_state, reference_index, resource, string_index, token_index

Json = dict[str, Any]
Record = tuple[Json, str | None]
"""A record and the id of the person it is about."""
_EVER = 253_402_300_799_999
_AT_ONCE = 20_000
INDEXES = {
    "tokens": (token_index, ("key", "type", "param", "system", "code")),
    "references": (reference_index, ("key", "type", "param", "target_type", "target_id")),
    "strings": (string_index, ("key", "type", "param", "value")),
}
"""By the name under which a record's index rows are drawn: the table, and its columns in the order of a row."""
_MEMBERSHIP = ("careteam_id", "patient_id", "practitioner_id", "team_id", "start_ms", "end_ms")


def copy_records(engine: Engine, records: Iterable[Record]) -> int:
    """Store records that are new, each with a stamp after the last one; returns how many."""
    with engine.connect() as connection:
        first = connection.execute(select(func.coalesce(func.max(resource.c.key), 0))).scalar_one() + 1
    number = 0
    with psycopg.connect(_plain(engine), autocommit=True) as connection:
        for some in _batched(records):
            rows = [_draw(first + number + turn, *one) for turn, one in enumerate(some)]
            _write(connection, rows)
            number += len(rows)
    with write_transaction(engine) as held:
        held.execute(
            update(plan_state).where(plan_state.c.name == "last_stamp").values(value=str(first + number))
        )
    return number


def _plain(engine: Engine) -> str:
    """The address as libpq writes it."""
    return make_url(engine.url).set(drivername="postgresql").render_as_string(hide_password=False)


def _batched(records: Iterable[Record]) -> Iterator[list[Record]]:
    each = iter(records)
    while some := list(islice(each, _AT_ONCE)):
        yield some


def draw_record(stamp: int, content: Json, patient_id: str | None) -> tuple[Json, Any]:
    """The row, and what was drawn out of the record for its index rows."""
    row, drawn, _ = _draw(stamp, content, patient_id)
    return row, drawn


def _draw(stamp: int, content: Json, patient_id: str | None) -> tuple[Json, Any, list[tuple[Any, ...]]]:
    """The row, what was drawn out of it, and its memberships."""
    kind = find_type(content["resourceType"])
    version = str(uuid4())
    meta = content.get("meta", {}) | {"versionId": version, "lastUpdated": instant(stamp)}
    drawn = extract(kind, content)
    row = {
        "key": stamp,
        "type": kind.name,
        "id": content["id"],
        "version_id": version,
        "last_updated": stamp,
        "is_current": 1,
        "deleted": 0,
        "patient_id": patient_id,
        "team_id": None,
        "label": drawn.label,
        "is_open": int(is_open(kind, content)),
        "author_id": author_of(kind, content),
        "encounter_id": drawn.encounter_id,
        "status": drawn.status,
        "date_low": drawn.date_low,
        "date_high": drawn.date_high,
        "body": dumps({**content, "meta": meta}),
    }
    return row, drawn, list(_memberships(content)) if kind.name == "CareTeam" else []


def _memberships(careteam: Json) -> Iterator[tuple[Any, ...]]:
    patient = careteam["subject"]["reference"].removeprefix("Patient/")
    team = careteam["managingOrganization"][0]["reference"].removeprefix("Organization/")
    nurses = [one["member"]["reference"].removeprefix("Practitioner/") for one in careteam["participant"]]
    for nurse in ("", *nurses):
        yield careteam["id"], patient, nurse, team, 0, _EVER


def _write(connection: psycopg.Connection[Any], rows: list[tuple[Json, Any, list[tuple[Any, ...]]]]) -> None:
    columns = tuple(column.name for column in resource.columns)
    with connection.transaction():
        _copy(connection, resource, columns, (tuple(row[name] for name in columns) for row, _, _ in rows))
        for name, (table, into) in INDEXES.items():
            found = (
                (row["key"], row["type"], *one) for row, drawn, _ in rows for one in getattr(drawn, name)
            )
            _copy(connection, table, into, found)
        _copy(connection, membership, _MEMBERSHIP, (one for _, _, several in rows for one in several))


def _copy(
    connection: psycopg.Connection[Any],
    table: Table,
    columns: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    statement = SQL("COPY {} ({}) FROM STDIN").format(
        Identifier(table.name), SQL(", ").join(map(Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copying:
        for row in rows:
            copying.write_row(row)
