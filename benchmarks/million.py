"""A plan with a million visits on PostgreSQL: `python -m benchmarks.million [--visits N]`.

Ten thousand visits are drawn and copied in by `benchmarks.log_plan`, then the database makes the rest of them: each
copy has other ids, other people and a time of its own within the same year. Rows, index rows and the rows of the log
are those that the plan's own code drew, with the ids changed. Filled once, kept by `benchmarks.kept_postgres`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from string import Template

from sqlalchemy import Connection, Engine

from benchmarks.kept_postgres import find_database, find_place, kept_cluster
from benchmarks.log_plan import MARK, MEMBERS, NURSES, Size, draw, fill
from plan.database import make_engine
from plan.schema import create_schema
from tests.support.postgres import start_postgres

VISITS, BASE = 1_000_000, 10_000
YEAR_MS = 525_600 * 60_000
_STEP = 37
"""By how many people each copy moves on: with a number that has no factor in common with theirs everybody comes."""
_TABLES = ("resource", "token_index", "reference_index", "string_index", "visit_line", "visit_alert")

_BASE = (
    """CREATE UNLOGGED TABLE base_resource AS SELECT r.*, m.n AS person FROM resource r
    JOIN base_people m ON m.id = r.patient_id
    WHERE r.type NOT IN ('Patient', 'CareTeam')""",
    "CREATE UNLOGGED TABLE base_token AS SELECT t.* FROM token_index t JOIN base_resource b USING (key)",
    """CREATE UNLOGGED TABLE base_reference AS SELECT t.*, b.person, b.patient_id FROM reference_index t
    JOIN base_resource b USING (key)""",
    """CREATE UNLOGGED TABLE base_line AS SELECT v.*, m.n AS person FROM visit_line v
    JOIN base_people m ON m.id = v.patient_id""",
    """CREATE UNLOGGED TABLE base_alert AS SELECT v.*, m.n AS person FROM visit_alert v
    JOIN base_people m ON m.id = v.patient_id""",
)
_PEOPLE = """CREATE UNLOGGED TABLE base_people AS
SELECT id, row_number() OVER (ORDER BY key) - 1 AS n FROM resource WHERE type = 'Patient'"""
_COPIES = (
    """INSERT INTO resource (key, type, id, version_id, last_updated, is_current, deleted, patient_id, team_id, label,
        is_open, author_id, encounter_id, status, date_low, date_high, body)
    SELECT b.key + $k * $stride, b.type, replace(b.id, '$mark', '$own'), gen_random_uuid()::text,
        b.last_updated + $k * $stride, 1, 0, p.id, b.team_id, b.label, b.is_open, b.author_id,
        replace(b.encounter_id, '$mark', '$own'), b.status, b.date_low - $k * $later, b.date_high - $k * $later,
        replace(replace(b.body, '$mark', '$own'), b.patient_id, p.id)
    FROM base_resource b JOIN base_people p ON p.n = mod(b.person + $k * $step, $members)""",
    """INSERT INTO token_index (key, type, param, system, code)
    SELECT key + $k * $stride, type, param, system, replace(code, '$mark', '$own') FROM base_token""",
    """INSERT INTO reference_index (key, type, param, target_type, target_id)
    SELECT b.key + $k * $stride, b.type, b.param, b.target_type,
        CASE WHEN b.target_id = b.patient_id THEN p.id ELSE replace(b.target_id, '$mark', '$own') END
    FROM base_reference b JOIN base_people p ON p.n = mod(b.person + $k * $step, $members)""",
    """INSERT INTO visit_line (encounter_id, patient_id, nurse_id, nurse_name, began_ms, left_ms, signed_ms, offset_ms,
        modality, setting, place, kind, line, organisation, score, met, evv, whole, act_now, alert_open)
    SELECT replace(b.encounter_id, '$mark', '$own'), p.id, b.nurse_id, b.nurse_name, b.began_ms - $k * $later,
        b.left_ms - $k * $later, b.signed_ms - $k * $later, b.offset_ms, b.modality, b.setting, b.place, b.kind, b.line,
        b.organisation, b.score, b.met, b.evv, b.whole, b.act_now, b.alert_open
    FROM base_line b JOIN base_people p ON p.n = mod(b.person + $k * $step, $members)""",
    """INSERT INTO visit_alert (task_id, encounter_id, patient_id, level, stands)
    SELECT replace(b.task_id, '$mark', '$own'), replace(b.encounter_id, '$mark', '$own'), p.id, b.level, b.stands
    FROM base_alert b JOIN base_people p ON p.n = mod(b.person + $k * $step, $members)""",
)


def prepare(engine: Engine, visits: int, now: datetime) -> dict[str, float]:
    """Fill an empty database; seconds by part."""
    base = min(visits, BASE)
    copies = visits // base
    create_schema(engine)
    took: dict[str, float] = {}
    with _timed(took, "records drawn and copied in"):
        fill(engine, Size(MEMBERS, base, NURSES, marked=True), now)
        draw(engine)
    if copies > 1:
        with _timed(took, "made more of by the database"):
            _multiply(engine, base, copies)
    return took


def _multiply(engine: Engine, base: int, copies: int) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            "SET session_replication_role = replica",
            "SET synchronous_commit = off",
            "SET jit = off",
        ):
            connection.exec_driver_sql(statement)  # foreign keys hold by what the rows are made of
        indexes = _drop_indexes(connection)
        connection.exec_driver_sql(_PEOPLE)
        for statement in _BASE:
            connection.exec_driver_sql(statement)
        first, last = connection.exec_driver_sql("SELECT min(key), max(key) FROM base_resource").one()
        stride = last - first + 1
        for number in range(1, copies):
            values = {
                "k": number,
                "stride": stride,
                "mark": MARK,
                "own": f"{number:08x}-",
                "later": YEAR_MS // base // copies,
                "step": _STEP,
                "members": MEMBERS,
            }
            for copy in _COPIES:
                connection.exec_driver_sql(Template(copy).substitute(values))
            if number % 10 == 0:
                _say(f"{number + 1} of {copies} copies")
        for definition in indexes:
            connection.exec_driver_sql(definition)
        for name in (
            "base_resource",
            "base_token",
            "base_reference",
            "base_line",
            "base_alert",
            "base_people",
        ):
            connection.exec_driver_sql(Template("DROP TABLE $name").substitute(name=name))
        connection.exec_driver_sql(
            "UPDATE plan_state SET value = (SELECT max(key)::text FROM resource) WHERE name = 'last_stamp'"
        )
        connection.exec_driver_sql("VACUUM ANALYZE")


def _drop_indexes(connection: Connection) -> list[str]:
    """All but primary keys: building one anew takes a fraction of keeping it up row by row. How to make them again."""
    rows = connection.exec_driver_sql(
        "SELECT indexname, indexdef, tablename FROM pg_indexes i WHERE schemaname = 'public' AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
    ).all()
    found = []
    for name, definition, table in rows:
        if table in _TABLES:
            connection.exec_driver_sql(Template('DROP INDEX "$name"').substitute(name=name))
            found.append(definition)
    return found


@contextmanager
def _timed(took: dict[str, float], what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    took[what] = time.perf_counter() - began
    _say(f"{what}: {took[what]:.0f} s")


@contextmanager
def passing_plan(visits: int) -> Iterator[str]:
    """The address of a plan that goes away afterwards."""
    with start_postgres() as server:
        url = server.make_database()
        prepare_named(url, visits)
        yield url


@contextmanager
def kept_plan(visits: int) -> Iterator[str]:
    """The address of a plan with so many visits, filled where it is not there yet."""
    name = f"visits_{visits}"
    with kept_cluster(find_place()) as server:
        url = find_database(server, name)
        if url is None:
            made = server.make_database()
            prepare_named(made, visits)
            url = rename(server.url("postgres"), made, name)
        yield url


def prepare_named(url: str, visits: int) -> None:
    """Fill, and say what it took."""
    engine = make_engine(url)
    prepare(engine, visits, datetime.now(UTC))
    engine.dispose()


def rename(postgres: str, made: str, name: str) -> str:
    """A database gets its name once it is full, so that one that was broken off is never taken for it."""
    old = made.rpartition("/")[2].partition("?")[0]
    engine = make_engine(postgres)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(
            Template('ALTER DATABASE "$old" RENAME TO "$name"').substitute(old=old, name=name)
        )
    engine.dispose()
    return made.replace(old, name)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million", description=__doc__)
    parser.add_argument("--visits", type=int, default=VISITS)
    args = parser.parse_args()
    with kept_plan(args.visits) as url:
        sys.stdout.write(
            f"{args.visits:,} visits in {find_place()}, {url.rpartition('/')[2].partition('?')[0]}\n"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
