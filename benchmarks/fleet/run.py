"""A run: a filled plan, the backend and the workers as processes, and simulated time in steps that all make together.

All processes are started here and ended here by their own ids. Stores and, with SQLite, the plan's database lie in one
directory, in memory where the system has such a place: what a disk costs is no part of these figures.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.fleet.backend import READY
from benchmarks.fleet.crew import make_template
from benchmarks.fleet.hours import first_monday
from benchmarks.fleet.plan_people import SignIn, fill
from benchmarks.fleet.processes import Worker, spent
from benchmarks.fleet.schedule import MOST, Person, make_people
from plan.database import make_engine
from tests.support.postgres import SETTINGS, start_postgres
from tests.support.processes import Program, clean_environment, free_port

ROOT = Path(__file__).resolve().parents[2]
STEP = 60.0
"""Seconds of simulated time: two tablets may be apart by so much, and by the time of one pass."""
IDLE_PASSES = 4
"""Of each tablet at the end, after one that is not counted, to see what a pass with nothing to do costs."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    devices: int
    days: int
    seed: int = 1
    workers: int = 2
    postgres: bool = False
    most: int = MOST


@dataclass
class Done:
    """What the processes told at the end; the ledgers and both sides' files lie in the directory."""

    wanted: Wanted
    people: list[Person]
    took: float
    stopped: bool
    waits: int
    told: Json
    cpu: dict[str, float]
    """CPU seconds by what ran: backend, database, tablets."""
    idle: Json = field(default_factory=dict)
    hours: list[tuple[float, int, float]] = field(default_factory=list)
    """(seconds since 1970, requests so far, CPU seconds of the backend and its database so far), step by step."""
    database_bytes: int = 0


@contextmanager
def place(kept: Path | None) -> Iterator[Path]:
    """The run's directory: a new one that goes away, or one that stays."""
    if kept is not None:
        kept.mkdir(parents=True)
        yield kept
        return
    memory = Path("/dev/shm")  # noqa: S108 - a directory of its own is made in it
    with tempfile.TemporaryDirectory(prefix="hs-fleet-", dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@contextmanager
def database(directory: Path, *, postgres: bool) -> Iterator[str]:
    """The address of an empty database."""
    if not postgres:
        yield f"sqlite:///{directory / 'plan.db'}"
        return
    SETTINGS["shared_buffers"] = "256MB"
    with start_postgres() as server:
        yield server.make_database()


def write_run(directory: Path, url: str, wanted: Wanted, port: int) -> tuple[list[Person], float]:
    """Fill the plan and write down what workers and judge need to know. Returns the people and the first midnight."""
    people, start = make_people(wanted.devices), first_monday(datetime.now(UTC))
    engine = make_engine(url)
    signed_in = fill(engine, people, round(start * 1000))
    engine.dispose()
    key = os.urandom(32)
    asyncio.run(make_template(directory / "template.db", key))
    told = {
        "base_url": f"http://127.0.0.1:{port}",
        "database": url,
        "start": start,
        "days": wanted.days,
        "seed": wanted.seed,
        "most": wanted.most,
        "devices": wanted.devices,
        "key": key.hex(),
        "signed_in": {index: _as_list(one) for index, one in signed_in.items()},
        "workers": share(people, wanted.workers),
        "tablets": [
            {"name": one.name, "reference": signed_in[one.index].reference, "role": one.role}
            for one in people
        ],
    }
    (directory / "run.json").write_text(json.dumps(told), encoding="utf-8")
    return people, start


def _as_list(one: SignIn) -> list[str]:
    return [one.reference, one.shown, one.access, one.refresh]


def share(people: list[Person], workers: int) -> dict[str, list[int]]:
    """Tablets by the name of their worker, nurses and supervisors spread evenly."""
    return {str(number): [one.index for one in people[number::workers]] for number in range(workers)}


def run(directory: Path, url: str, wanted: Wanted, say: Callable[[str], None]) -> Done:
    """Everything from the first morning to the last pass. Ctrl-C ends the days early; what was done is judged then."""
    port = free_port()
    people, start = write_run(directory, url, wanted, port)
    env = clean_environment(directory) | {"PYTHONPATH": str(ROOT)}
    began = time.monotonic()
    with ExitStack() as stack:
        command = [sys.executable, "-m", "benchmarks.fleet.backend", url, str(port), str(round(start * 1000))]
        backend = stack.enter_context(Program(command, env))
        backend.wait_for(READY)
        crews = [
            stack.enter_context(Worker(directory / "run.json", name, env))
            for name in share(people, wanted.workers)
        ]
        done = Done(wanted, people, 0.0, stopped=False, waits=0, told={}, cpu={})
        before = spent(backend.process.pid, url)
        done.stopped = not _days(
            crews, done, lambda: sum(spent(backend.process.pid, url).values()), start, say
        )
        for _ in range(2):  # twice: what one has chosen, another hears of
            ask(crews, {"do": "heal"})
            ask(crews, {"do": "settle"})
        done.waits = sum(one["waits"] for one in ask(crews, {"do": "heal"}))
        done.told = add([one.ask({"do": "tell"}) for one in crews])
        after = spent(backend.process.pid, url)
        done.cpu = {name: after[name] - before[name] for name in after} | {"tablets": done.told["computing"]}
        ask(crews, {"do": "idle"})
        first, before = add([one.ask({"do": "tell"}) for one in crews]), spent(backend.process.pid, url)
        for _ in range(IDLE_PASSES):
            ask(crews, {"do": "idle"})
        last, rest = add([one.ask({"do": "tell"}) for one in crews]), spent(backend.process.pid, url)
        done.idle = {name: (last[name] - first[name]) / IDLE_PASSES for name in ("requests", "up", "down")}
        done.idle["cpu"] = (sum(rest.values()) - sum(before.values())) / IDLE_PASSES
        ask(crews, {"do": "end"})
        backend.end()
    done.took = time.monotonic() - began
    done.database_bytes = _size(directory, url)
    return done


def _days(
    crews: list[Worker], done: Done, computing: Callable[[], float], start: float, say: Callable[[str], None]
) -> bool:
    """All days, step by step; False when somebody ended them early."""
    waits = [crew.first["next"] for crew in crews]
    shown = 0.0
    try:
        while any(one is not None for one in waits):
            at = min(one for one in waits if one is not None)
            answers = ask(crews, {"do": "run", "until": at + STEP})
            waits = [one["next"] for one in answers]
            if at - shown >= 3_600:
                shown = at
                requests = sum(one["requests"] for one in ask(crews, {"do": "tell"}))
                done.hours.append((at, requests, computing()))
                local = datetime.fromtimestamp(at - 8 * 3_600, UTC)
                say(f"{local:%A %H:%M}, {requests:,} requests, load {os.getloadavg()[0]:.1f}")
    except KeyboardInterrupt:
        for crew in crews:
            crew.catch_up()
        return False
    return True


def ask(crews: list[Worker], command: Json) -> list[Json]:
    """All at once."""
    for crew in crews:
        crew.send(command)
    return [crew.hear() for crew in crews]


def add(told: list[Json]) -> Json:
    """Numbers are added up, also inside of tables."""
    found: Json = {}
    for one in told:
        for name, value in one.items():
            if isinstance(value, dict):
                table = found.setdefault(name, {})
                for key, count in value.items():
                    table[key] = table.get(key, 0) + count
            else:
                found[name] = found.get(name, 0) + value
    return found


def _size(directory: Path, url: str) -> int:
    if url.startswith("sqlite"):
        return (directory / "plan.db").stat().st_size
    engine = make_engine(url)
    with engine.connect() as connection:
        size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    engine.dispose()
    return int(size)
