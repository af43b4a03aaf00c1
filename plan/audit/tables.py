"""Tables of the audit trail. Rows are only ever added: the database itself refuses to change or delete one."""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, Table, Text, event
from sqlmodel import Field

from plan.database import PlanTable


class AuditRow(PlanTable, table=True):
    """One event. `practitioner_id` is the user of the token; times are ms since 1970 by the plan's clock."""

    __tablename__ = "audit_event"

    id: str = Field(primary_key=True, max_length=36)
    at_ms: int = Field(sa_type=BigInteger, index=True)
    action: str = Field(max_length=12)
    """read | write | refusal | sign-in | export | emergency | device (one was registered) | share"""
    outcome: int
    """HTTP status; 200 for what was done."""
    user_id: str | None = Field(default=None, max_length=36)
    practitioner_id: str | None = Field(default=None, max_length=64)
    role: str | None = Field(default=None, max_length=20)
    bearer_id: str | None = Field(default=None, max_length=64)
    """Practitioner whose token brought it, where that is somebody else than the one it was done for."""
    what: str = Field(sa_type=Text)
    """JSON: counts of records by person and type, names (`Type/id`) of single records. No clinical content."""


class AuditPatient(PlanTable, table=True):
    """Whose record an event was about: what "who saw this record" is answered from."""

    __tablename__ = "audit_patient"

    patient_id: str = Field(primary_key=True, max_length=64)
    at_ms: int = Field(primary_key=True, sa_type=BigInteger)
    event_id: str = Field(primary_key=True, max_length=36)


_SQLITE = """CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"""
_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION audit_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit trail is only added to'; END $$"""
_POSTGRES = """CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added()"""


def _keep_rows(name: str) -> None:
    table = PlanTable.metadata.tables[name]
    for act in ("update", "delete"):
        _after_create(table, _SQLITE.format(table=name, act=act), "sqlite")
    for text in (_POSTGRES_FUNCTION, _POSTGRES.format(table=name)):
        _after_create(table, text, "postgresql")


def _after_create(table: Table, statement: str, dialect: str) -> None:
    def run(_: Table, connection: Connection, **__: object) -> None:
        if connection.dialect.name == dialect:
            connection.exec_driver_sql(statement)

    event.listen(table, "after_create", run)


for _name in ("audit_event", "audit_patient"):
    _keep_rows(_name)
