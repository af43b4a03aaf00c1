"""How fast a plan on PostgreSQL answers a supervisor of very many people: `python -m benchmarks.plan_log [--write]`.

A cluster of its own, 100,000 visits of 5,000 people in a year by default, the backend as a process of its own, asked
over HTTP as a device asks. Each figure stands beside a floor measured in turns with it: one visit read by its id.
`--url` takes a database that was filled before; `--write` puts the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, select

from benchmarks.figures import Figure
from benchmarks.log_plan import (
    CHIEF,
    DISTRICT,
    LINES,
    MEMBERS,
    NURSES,
    ORGANISATIONS,
    VISITS,
    Size,
    draw,
    fill,
)
from plan.database import make_engine, write_transaction
from plan.fhir.stamps import instant
from plan.schema import create_schema
from plan.signin.tokens import make_token
from plan.users import get_user
from plan.visit_log.tables import visit_line
from tests.support.postgres import SETTINGS, start_postgres
from tests.support.processes import clean_environment, free_port, hearthside

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
BEGINS, ENDS = "<!-- plan_log begins -->", "<!-- plan_log ends -->"
GOAL = 150.0
"""Milliseconds, at the median."""
ROUNDS = 15
LOG, BOARD = "/fhir/$hearthside-visit-log", "/fhir/$hearthside-board"
FLOOR = "one visit by its id"
Params = dict[str, str]


@dataclass
class Backend:
    """The running plan, asked by one supervisor at a time. Times are ms until the whole answer is here."""

    client: httpx.Client
    tokens: dict[str, str]
    floor_id: str
    pid: int
    engine: Engine
    computing: dict[str, float] = field(default_factory=dict)
    """By figure: ms of processor time of the backend and its database for one answer, however busy the machine is."""

    def spent(self) -> float:
        """Processor time so far, ms: the backend's threads and the database's processes for it."""
        with self.engine.connect() as connection:
            served = connection.exec_driver_sql(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            pids = [self.pid, *served.scalars()]
        tasks = [task for pid in pids for task in Path(f"/proc/{pid}/task").glob("*/schedstat")]
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6

    def time(self, who: str, path: str, params: Params | None = None, form: Params | None = None) -> float:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        method = "POST" if form else "GET"
        began = time.perf_counter()
        answer = self.client.request(method, path, params=params, data=form, headers=headers)
        spent = (time.perf_counter() - began) * 1000
        answer.raise_for_status()
        return spent

    def get(self, who: str, params: Params) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        return self.client.get(LOG, params=params, headers=headers).raise_for_status().json()["parameter"]


def measure(backend: Backend, rounds: int, now: datetime) -> list[Figure]:
    """Every figure, the large team's first."""
    deep = next(
        one["valueString"]
        for one in backend.get(CHIEF, {"to": instant(_ms(now, 180))})
        if one["name"] == "after"
    )
    first = next(one["part"] for one in backend.get(CHIEF, {}) if one["name"] == "visit")
    named = {part["name"]: part.get("valueReference", {}) for part in first}
    patient, nurse = (named[name]["reference"].partition("/")[2] for name in ("patient", "nurse"))
    asks: list[tuple[str, str, Params]] = [
        ("log", "first page", {}),
        ("log_deep", "a page in the middle", {"_after": deep}),
        ("log_oldest", "oldest first", {"_sort": "oldest"}),
        ("log_estimate", "first page with how many there are, up to 1,000", {"_total": "estimate"}),
        ("log_total", "first page with how many there are, all counted", {"_total": "accurate"}),
        ("log_nurse", "one nurse", {"nurse": nurse}),
        ("log_patient", "one person", {"patient": patient}),
        ("log_setting", "setting: assisted living", {"setting": "13"}),
        ("log_place", "place of service: by screen at home", {"place": "10"}),
        ("log_modality", "video", {"modality": "video"}),
        ("log_line", "line of business", {"line": LINES[1]}),
        ("log_no_line", "no line of business recorded", {"line": "-"}),
        ("log_organisation", "provider organization", {"organisation": ORGANISATIONS[2]}),
        ("log_kind", "first visits", {"kind": "first"}),
        ("log_days", "one week half a year ago", {"from": instant(_ms(now, 187)), "to": instant(_ms(now, 180))}),
        ("log_score", "highest score 9 or more", {"score": "9"}),
        ("log_act_now", "an act-now alert", {"flag": "act-now"}),
        ("log_open", "an alert still open", {"flag": "alert-open"}),
        ("log_not_seen", "nobody seen", {"flag": "not-seen"}),
        ("log_evv", "times and places to ask about", {"flag": "evv"}),
        ("log_arriving", "still arriving (none)", {"arrival": "arriving"}),
        ("log_many", "six filters at once", {
            "line": LINES[0], "organisation": ORGANISATIONS[0], "setting": "31", "modality": "telephone",
            "flag": "act-now", "from": instant(_ms(now, 300)),
        }),
    ]  # fmt: skip
    figures = [
        _figure(backend, rounds, name, f"log: {what}", CHIEF, LOG, asked) for name, what, asked in asks
    ]
    figures.append(
        _figure(backend, rounds, "log_name", "log: a name", CHIEF, LOG, form={"name": "ingrid whitf"})
    )
    figures.append(_figure(backend, rounds, "board", "team board", CHIEF, BOARD))
    figures.append(_figure(backend, rounds, "small_log", "small team: log, first page", DISTRICT, LOG))
    rare = {"flag": "act-now", "line": LINES[3]}
    figures.append(
        _figure(backend, rounds, "small_rare", "small team: log, two filters", DISTRICT, LOG, rare)
    )
    figures.append(_figure(backend, rounds, "small_board", "small team: team board", DISTRICT, BOARD))
    return figures


def _ms(now: datetime, days: int) -> int:
    return int((now - timedelta(days=days)).timestamp() * 1000)


def _figure(
    backend: Backend,
    rounds: int,
    name: str,
    what: str,
    who: str,
    path: str,
    params: Params | None = None,
    form: Params | None = None,
) -> Figure:
    def ask() -> float:
        return backend.time(who, path, params, form)

    def read_one() -> float:
        return backend.time(CHIEF, f"/fhir/Encounter/{backend.floor_id}")

    values, floors = _pairs(rounds, ask, read_one)
    before = backend.spent()
    for _ in range(rounds):
        ask()
    backend.computing[name] = (backend.spent() - before) / rounds
    return Figure(name, what, GOAL, values, floors, FLOOR)


def _pairs(
    rounds: int, value: Callable[[], float], floor: Callable[[], float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """After one of each that is not counted; in turns, so that both find the machine the same."""
    found = [(value(), floor()) for _ in range(rounds + 1)][1:]
    return tuple(one for one, _ in found), tuple(one for _, one in found)


@contextmanager
def serving(url: str) -> Iterator[Backend]:
    """The backend as a program of its own on this database."""
    engine = make_engine(url)
    with write_transaction(engine) as connection:
        tokens = {name: make_token(connection, name, 60) for name in (CHIEF, DISTRICT)}
        floor = connection.execute(select(visit_line.c.encounter_id).limit(1)).scalar_one()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="hearthside-bench-") as home:
        env = clean_environment(Path(home))
        place = ["--host", "127.0.0.1", "--port", str(port), "--db", url]
        with hearthside("plan", "serve", *place, env=env) as program:
            program.wait_for("Plan backend ready")
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=120) as client:
                yield Backend(client, tokens, floor, program.process.pid, engine)
            program.end()
    engine.dispose()


@contextmanager
def filled(size: Size, now: datetime, url: str | None) -> Iterator[tuple[str, str]]:
    """The address of a full database, and what filling it took in words."""
    if url is not None:
        engine = make_engine(url)
        with write_transaction(engine) as connection:
            get_user(connection, CHIEF)
        engine.dispose()
        yield url, ""
        return
    SETTINGS["shared_buffers"] = "256MB"
    with start_postgres() as server:
        made = server.make_database()
        yield made, prepare(make_engine(made), size, now)


def prepare(engine: Engine, size: Size, now: datetime) -> str:
    """Tables, records, the rows of the log; returns how long each took, in words."""
    create_schema(engine)
    began = time.perf_counter()
    records = fill(engine, size, now)
    copied = time.perf_counter()
    draw(engine)
    drawn = time.perf_counter()
    engine.dispose()
    return (
        f"Copying {records:,} records took {copied - began:.0f} s; drawing the rows of the log, as the first start "
        f"of a version that has it does, {drawn - copied:.0f} s."
    )


def make_table(figures: Iterable[Figure], computing: Mapping[str, float]) -> str:
    """Markdown. `computing` is what a machine with nothing else to do would take, apart from what runs side by side."""
    lines = [
        "| what | median | computing | budget | floor: one visit by its id |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for one in figures:
        said = f"{one.median:.0f} ms | {computing[one.name]:.0f} ms | {one.goal:.0f} ms | {one.floor:.0f} ms"
        lines.append(f"| {one.what} | {said} |")
    return "\n".join(lines)


def write_down(page: Path, text: str) -> None:
    """Between the two marks of the page."""
    before = page.read_text(encoding="utf-8")
    marked = re.compile(f"{re.escape(BEGINS)}.*?{re.escape(ENDS)}", re.DOTALL)
    if not marked.search(before):
        raise SystemExit(f"{page.name} has no place for these figures.")
    page.write_text(marked.sub(lambda _: f"{BEGINS}\n{text}\n{ENDS}", before), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plan_log", description=__doc__)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--url", help="a database of PostgreSQL that this program filled before")
    parser.add_argument(
        "--fill", action="store_true", help="fill the database at --url, which is empty, and end"
    )
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    args = parser.parse_args()
    size, now = Size(args.members, args.visits), datetime.now(UTC)
    if args.fill:
        sys.stdout.write(prepare(make_engine(args.url), size, now) + "\n")
        return 0
    with filled(size, now, args.url) as (url, took), serving(url) as backend:
        figures = measure(backend, args.rounds, now)
    head = (
        f"{size.visits:,} visits of {size.members:,} people and {NURSES} nurses, {args.rounds} rounds, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end. {took}".strip()
    )
    text = f"{head}\n\n{make_table(figures, backend.computing)}"
    sys.stdout.write(text + "\n")
    if args.write:
        write_down(PAGE, text)
    return 0 if all(one.met for one in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
