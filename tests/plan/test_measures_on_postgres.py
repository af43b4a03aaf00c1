"""The hand-made tables on PostgreSQL: each measure is one text of SQL, and both databases must read it alike."""

from __future__ import annotations

import pytest

from plan.database import make_engine, metadata
from plan.outcomes import tables
from plan.outcomes.measures.listing import MEASURES, run
from tests.support.hand_tables import counted, read_table
from tests.support.postgres import PostgresServer


@pytest.mark.postgres
def test_everybody_counts_alike_on_postgres(postgres_server: PostgresServer) -> None:
    engine = make_engine(postgres_server.make_database())
    metadata.create_all(engine, tables=tables.FACTS)
    for measure in MEASURES:
        table = read_table(measure.id)
        with engine.connect() as connection:
            table.write(connection)
            rows = run(connection, measure.id, table.period, table.as_of_ms)
            connection.rollback()
        assert counted(rows) == table.expected(), measure.id
        values = {row.member_id: row.value for row in rows if row.member_id in table.values()}
        assert values == pytest.approx(table.values(), abs=0.01), measure.id
    engine.dispose()
