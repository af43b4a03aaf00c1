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


_VERSION_3 = (
    "ALTER TABLE change ADD COLUMN base_body VARCHAR",
    "ALTER TABLE change ADD COLUMN lost_at VARCHAR",
    "ALTER TABLE receipt ADD COLUMN lost_at VARCHAR",
    "ALTER TABLE openconflict ADD COLUMN resolution VARCHAR",
    "ALTER TABLE openconflict ADD COLUMN ours VARCHAR",
    "ALTER TABLE openconflict ADD COLUMN base_body VARCHAR",
    "ALTER TABLE openconflict ADD COLUMN patient_id VARCHAR",
    "ALTER TABLE openconflict ADD COLUMN version_id VARCHAR",
    "ALTER TABLE syncpass ADD COLUMN set_aside INTEGER DEFAULT '0' NOT NULL",
    "ALTER TABLE syncpass ADD COLUMN waiting INTEGER DEFAULT '0' NOT NULL",
    "ALTER TABLE syncpass ADD COLUMN reported BOOLEAN DEFAULT '0' NOT NULL",
    """CREATE TABLE sidebase (
        type VARCHAR NOT NULL,
        id VARCHAR NOT NULL,
        version_id VARCHAR NOT NULL,
        last_updated VARCHAR NOT NULL,
        patient_id VARCHAR,
        deleted BOOLEAN NOT NULL,
        body VARCHAR NOT NULL,
        PRIMARY KEY (type, id)
    )""",
    "CREATE INDEX ix_sidebase_patient_id ON sidebase (patient_id)",
    """CREATE TABLE serverid (
        type VARCHAR NOT NULL,
        local_id VARCHAR NOT NULL,
        server_id VARCHAR NOT NULL,
        PRIMARY KEY (type, local_id)
    )""",
    "CREATE INDEX ix_serverid_server_id ON serverid (server_id)",
    """CREATE TABLE attachment (
        id VARCHAR NOT NULL,
        binary_id VARCHAR NOT NULL,
        patient_id VARCHAR NOT NULL,
        visit_id VARCHAR,
        link_id VARCHAR NOT NULL,
        entry VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        title VARCHAR NOT NULL,
        content_type VARCHAR NOT NULL,
        size INTEGER NOT NULL,
        sha1 VARCHAR NOT NULL,
        width INTEGER,
        height INTEGER,
        taken_at VARCHAR NOT NULL,
        author VARCHAR NOT NULL,
        origin VARCHAR NOT NULL,
        removed_at VARCHAR,
        thumbnail BLOB,
        body BLOB,
        taken_offset INTEGER DEFAULT '0' NOT NULL,
        attempts INTEGER DEFAULT '0' NOT NULL,
        failures INTEGER DEFAULT '0' NOT NULL,
        retry_at VARCHAR,
        problem VARCHAR,
        PRIMARY KEY (id),
        UNIQUE (binary_id)
    )""",
    "CREATE INDEX ix_attachment_patient_id ON attachment (patient_id)",
    "CREATE INDEX ix_attachment_visit_id ON attachment (visit_id)",
)


def _to_version_3(connection: Connection) -> None:
    for statement in _VERSION_3:
        connection.exec_driver_sql(statement)


_VERSION_4 = (
    "ALTER TABLE write ADD COLUMN sealed_at VARCHAR",
    "ALTER TABLE patient ADD COLUMN access_until VARCHAR",
)


def _to_version_4(connection: Connection) -> None:
    for statement in _VERSION_4:
        connection.exec_driver_sql(statement)


_VERSION_5 = (
    """CREATE TABLE oncallduty (
        id INTEGER NOT NULL,
        begins VARCHAR NOT NULL,
        until VARCHAR NOT NULL,
        as_of VARCHAR NOT NULL,
        tag VARCHAR NOT NULL,
        "key" BLOB NOT NULL,
        mark VARCHAR NOT NULL,
        PRIMARY KEY (id)
    )""",
    """CREATE TABLE oncallperson (
        patient_id VARCHAR NOT NULL,
        head BLOB NOT NULL,
        page BLOB NOT NULL,
        PRIMARY KEY (patient_id)
    )""",
    """CREATE TABLE oncallopening (
        id VARCHAR NOT NULL,
        patient_id VARCHAR NOT NULL,
        at VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        visit BOOLEAN NOT NULL,
        PRIMARY KEY (id)
    )""",
    # One person's records of one type are found without walking through all of hers; what says whether anything of
    # hers changed is read off the index alone.
    "DROP INDEX ix_base_patient_id",
    "CREATE INDEX ix_base_patient ON base (patient_id, type, id, deleted, last_updated)",
    "CREATE INDEX ix_visit_arriving ON visit (began_at) WHERE arriving = 1",
)


def _to_version_5(connection: Connection) -> None:
    for statement in _VERSION_5:
        connection.exec_driver_sql(statement)


MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, "typed answers, entries, alerts, visits written afterwards", _to_version_2),
    Migration(
        3, "conflicts with their base, lost receipts, side copy, server ids, attachments", _to_version_3
    ),
    Migration(4, "sealed copies of writes, access in an emergency", _to_version_4),
    Migration(5, "the on-call pack", _to_version_5),
)
"""In order, without gaps, ending at the current schema version. Version 1 is where stores began."""
SCHEMA_VERSION = MIGRATIONS[-1].to_version
