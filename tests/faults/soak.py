"""Many schedules, kills and power losses, in pieces that are kept with the commit they ran on: `make soak`.

`python -m tests.faults.soak --schedules 10000 --seed 1`. Every finished piece is written into docs/reliability.json at
once; the next run, on this machine or another, does what is not there yet, and what failed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.faults.kept import FILE, Kept, find_commit
from tests.faults.soak_page import add_up, make_table, write_page

PIECE = 100
"""Schedules that share a seed: the smallest part that is run again to look at a failure."""
DEATHS = 50
"""Deaths that share a seed."""
FIRST = {"power": 1_000, "kills": 2_000}
"""Of the seeds of pieces of deaths."""
Json = dict[str, Any]


def run_piece(number: int, count: int) -> Json:
    """One piece, in a process of its own. Seconds are those of this process's and the judge's own work."""
    from tests.faults.machine import Schedules
    from tests.faults.running import ground, run

    began, failed = os.times(), ""
    with ground():
        try:
            run(number, count, shrink=False)
        except Exception as error:  # noqa: BLE001 - whatever it is belongs into the report
            failed = f"{type(error).__name__}: {error}"[:500]
        tally = Schedules.tally
    worked = sum(os.times()[:4]) - sum(began[:4])
    return {
        "seed": number,
        "schedules": tally.schedules,
        "seconds": round(worked, 1),
        "judged": tally.judged,
        "found": {what: several for what, several in tally.found.items() if several},
        "steps": dict(tally.steps),
        "fired": dict(tally.fired),
        "effective": dict(tally.effective),
        "failed": failed,
    }


def run_deaths(how: str, number: int, count: int) -> Json:
    """Kills or power losses by the harness with a real backend process (tests/kills)."""
    told: Json = getattr(importlib.import_module("tests.kills.soak"), f"run_{how}")(count, number)
    return {"how": how, "seed": number} | told


def soak(
    kept: Kept, jobs: Sequence[Callable[[ProcessPoolExecutor], Future[Json]]], processes: int
) -> list[Json]:
    """Run these; each result is kept as it comes. Returns those that failed."""
    commit, failed = find_commit(), []
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        running = [job(pool) for job in jobs]
        for done, future in enumerate(as_completed(running), 1):
            piece = {"commit": commit, "at": datetime.now(UTC).date().isoformat()} | future.result()
            (kept.add_deaths if "how" in piece else kept.add_piece)(piece)
            what = f"{piece.get('how', 'schedules')}, seed {piece['seed']}"
            state = f"FAILED: {piece['failed'][:300]}" if piece["failed"] else "good"
            print(f"{done}/{len(running)}: {what}: {state}, {piece['seconds']} s", flush=True)  # noqa: T201 - its output
            failed += [piece] if piece["failed"] else []
    return failed


def list_missing(kept: Kept, args: argparse.Namespace) -> list[Callable[[ProcessPoolExecutor], Future[Json]]]:
    """What is not kept yet, and what failed, as it is handed to a pool."""
    jobs: list[Callable[[ProcessPoolExecutor], Future[Json]]] = []
    for at in range(-(-args.schedules // PIECE)):
        number = args.seed * 1_000_000 + at
        if kept.pieces.get(number, {"failed": True})["failed"]:
            jobs.append(lambda pool, n=number: pool.submit(run_piece, n, PIECE))  # type: ignore[misc]  # bound at once
    for how, first in FIRST.items():
        for at in range(-(-getattr(args, how) // DEATHS)):
            number = args.seed * first + at
            if kept.deaths.get((how, number), {"failed": True})["failed"]:
                jobs.append(lambda pool, h=how, n=number: pool.submit(run_deaths, h, n, DEATHS))  # type: ignore[misc]  # as above
    return jobs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--power", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kept", type=Path, default=FILE, help="the file of pieces")
    parser.add_argument(
        "--take", type=Path, nargs="*", default=[], help="files of other machines, taken over first"
    )
    parser.add_argument(
        "--page", action="store_true", help="write what was measured into docs/reliability.md"
    )
    args = parser.parse_args()
    kept = Kept(args.kept)
    for other in args.take:
        kept.take(json.loads(other.read_text(encoding="utf-8")))
    if args.take:
        kept.save()
    failed = soak(kept, list_missing(kept, args), args.processes)
    print(make_table(kept))  # noqa: T201 - its output
    if args.page:
        write_page(make_table(kept))
    return 1 if failed or add_up(kept.pieces.values())["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
