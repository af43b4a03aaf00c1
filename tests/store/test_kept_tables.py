"""The statements that tests keep make the same tables as the store's own way."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine, text

from app.store import migrations
from tests.support import kept_sql


def _made(engine: Engine) -> list[tuple[object, ...]]:
    with engine.begin() as connection:
        migrations.create_schema(connection)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid"))
        tables = [tuple(row) for row in found]
        return [*tables, *(tuple(row) for row in connection.execute(text("SELECT * FROM meta")))]


def test_kept_statements_make_what_the_store_makes() -> None:
    with kept_sql.apart():
        own = _made(create_engine("sqlite://"))
    assert _made(create_engine("sqlite://")) == own
    assert len(own) > 20
