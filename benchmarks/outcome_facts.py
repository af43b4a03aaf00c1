"""How long the facts behind the outcomes take: `python -m benchmarks.outcome_facts [--write]`.

A PostgreSQL cluster of its own with 100,000 visits of 5,000 people by default, all on the roster. Measured are: making
everybody's facts, what one signed visit costs afterwards, a look that finds nothing, and a new roster.
`--write` puts the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, func, select

from benchmarks.log_plan import MEMBERS, VISITS, Size, fill
from plan.database import make_engine, read_transaction, write_transaction
from plan.fhir.json_text import loads
from plan.fhir.tables import resource
from plan.outcomes.refresh import refresh
from plan.outcomes.roster import Line, load_roster
from plan.outcomes.tables import FACTS
from plan.people import derive_id
from plan.resources import put_as_system
from plan.schema import create_schema
from tests.support.postgres import SETTINGS, start_postgres

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGINS, ENDS = "<!-- outcome_facts begins -->", "<!-- outcome_facts ends -->"
ROUNDS = 9
TODAY = datetime.now(UTC).date()


def measure(engine: Engine, size: Size) -> list[tuple[str, str]]:
    """(what, how long) in words."""
    found = [("a roster loaded, everybody new on it", _said(_once(lambda: put_roster(engine, size.members))))]
    whole = _once(lambda: refresh(engine, rebuild=True))
    found.append(("everybody's facts made", f"{whole:.0f} s, {whole / size.members * 1000:.1f} ms a person"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    changed = [_timed_change(engine, number, size.members) for number in range(ROUNDS)]
    found.append(("one person's facts after a new record of hers, median", _said(statistics.median(changed))))
    nothing = [_once(lambda: refresh(engine)) for _ in range(ROUNDS)]
    found.append(("a look that finds nothing new, median", _said(statistics.median(nothing))))
    with read_transaction(engine) as connection:
        rows = sum(connection.execute(select(func.count()).select_from(one)).scalar_one() for one in FACTS)
    return [*found, ("rows in the fact tables", f"{rows:,}")]


def put_roster(engine: Engine, members: int) -> None:
    """Everybody on the roster."""
    names = (derive_id("bench-log", "patient", str(number)) for number in range(members))
    said = {"line_of_business": "medicaid", "provider_organisation": "Harbor Palliative"}
    lines = [Line(at, name, True, "2025-01-01", None, said) for at, name in enumerate(names, start=2)]
    with write_transaction(engine, seconds=600) as connection:
        load_roster(connection, lines, TODAY)


def _timed_change(engine: Engine, number: int, members: int) -> float:
    patient = derive_id("bench-log", "patient", str(number * 37 % members))
    wanted = select(resource.c.body).where(
        resource.c.type == "QuestionnaireResponse",
        resource.c.patient_id == patient,
        resource.c.is_current == 1,
    )
    with write_transaction(engine) as connection:
        again = loads(connection.execute(wanted.limit(1)).scalar_one())
        put_as_system(connection, again)
    return _once(lambda: refresh(engine))


def _once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _said(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outcome_facts", description=__doc__)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    args = parser.parse_args()
    size = Size(args.members, args.visits, whole=True)
    SETTINGS["shared_buffers"] = "256MB"
    with start_postgres() as server:
        engine = make_engine(server.make_database())
        create_schema(engine)
        records = fill(engine, size, datetime.now(UTC))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        figures = measure(engine, size)
        engine.dispose()
    head = (
        f"{size.visits:,} visits of {size.members:,} people in {records:,} records, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f} at the end."
    )
    table = "\n".join(
        ["| What | How long |", "| --- | ---: |", *(f"| {what} | {said} |" for what, said in figures)]
    )
    text = f"{head}\n\n{table}"
    sys.stdout.write(text + "\n")
    if args.write:
        _write_down(text)
    return 0


def _write_down(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, begins, rest = page.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise SystemExit(f"{PAGE.name} has no place for these figures.")
    PAGE.write_text(f"{before}{BEGINS}\n{text}\n{ENDS}{after}", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
