"""What each schema version changed. A step is frozen once it shipped: its DDL is text, never today's table classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from app.store.odd_answers import move_answers


@dataclass(frozen=True, slots=True)
class Migration:
    """The step that makes schema `to_version` out of the one before it."""

    to_version: int
    name: str
    run: Callable[[Connection], None]


_VERSION_2 = (
    "ALTER TABLE answer RENAME TO answer_1",
    """CREATE TABLE answer (
        visit_id VARCHAR NOT NULL,
        entry VARCHAR NOT NULL,
        link_id VARCHAR NOT NULL,
        instrument VARCHAR NOT NULL,
        value VARCHAR,
        absent VARCHAR,
        name VARCHAR,
        again VARCHAR NOT NULL,
        automatic BOOLEAN DEFAULT '0' NOT NULL,
        at VARCHAR NOT NULL,
        PRIMARY KEY (visit_id, entry, link_id)
    )""",
    """CREATE TABLE entry (
        visit_id VARCHAR NOT NULL,
        id VARCHAR NOT NULL,
        "group" VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        about VARCHAR,
        PRIMARY KEY (visit_id, id)
    )""",
    """CREATE TABLE alert (
        id VARCHAR NOT NULL,
        patient_id VARCHAR NOT NULL,
        visit_id VARCHAR,
        rule VARCHAR NOT NULL,
        subject VARCHAR NOT NULL,
        level VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        finding VARCHAR NOT NULL,
        detail VARCHAR NOT NULL,
        private BOOLEAN NOT NULL,
        owner VARCHAR NOT NULL,
        fired_at VARCHAR NOT NULL,
        due_at VARCHAR,
        closed_at VARCHAR,
        closed_reason VARCHAR,
        origin VARCHAR NOT NULL,
        PRIMARY KEY (id)
    )""",
    "CREATE INDEX ix_alert_patient_id ON alert (patient_id)",
    "CREATE INDEX ix_alert_visit_id ON alert (visit_id)",
    "ALTER TABLE visit ADD COLUMN written_afterwards BOOLEAN DEFAULT '0' NOT NULL",
    "CREATE INDEX ix_change_patient ON change (patient_id, type, id, state)",
)


def _to_version_2(connection: Connection) -> None:
    for statement in _VERSION_2:
        connection.exec_driver_sql(statement)
    move_answers(connection)
    connection.exec_driver_sql("DROP TABLE answer_1")


MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, "typed answers, entries, alerts, visits written afterwards", _to_version_2),
)
"""In order, without gaps, ending at the current schema version. Version 1 is where stores began."""
SCHEMA_VERSION = MIGRATIONS[-1].to_version
