"""Every figure of speed beside its peer or floor, in one run on one machine: `make bench`, `python -m benchmarks`.

Prints a table, or all single values with `--json`, and writes `benchmarks/results.json`. With `--only` the figures that
were measured are put among those that stand there. Each figure runs in a process of its own, one after the other:
nothing else should be busy meanwhile. Goals that are not met are said, not failed; a figure that broke ends in 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks import results, shown
from benchmarks.alone import IN_MEMORY, PLACE, ROOT, file_system
from benchmarks.figures import machine
from benchmarks.registry import JOBS, Job, choose

PERFORMANCE, README = ROOT / "docs" / "performance.md", ROOT / "README.md"
MARK = "bench"
LONGEST_SECONDS = 5_400
"""A job that is not done by then is ended. The largest fills a database with a million visits first."""


def run_alone(job: Job, args: argparse.Namespace) -> dict[str, Any]:
    """The figure, measured by a process of its own."""
    with tempfile.TemporaryDirectory(prefix="hearthside-bench-") as name:
        file = Path(name) / "figure.json"
        command = [sys.executable, "-m", "benchmarks.alone", job.name, str(file), "--place", str(args.place)]
        if args.rounds is not None:
            command += ["--rounds", str(args.rounds)]
        if args.quick:
            command.append("--quick")
        why = "it ended without a word"
        try:
            subprocess.run(
                command, cwd=ROOT, stdout=2, timeout=LONGEST_SECONDS, check=False
            )  # a job has nothing to say there
        except subprocess.TimeoutExpired:
            why = f"it was not done after {LONGEST_SECONDS} s"
        if file.is_file():
            found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            return found
    return {"what": job.what, "met": False, "state": "failed", "why": why, "load": [], "quick": args.quick}


def measure(jobs: Iterable[Job], args: argparse.Namespace) -> dict[str, Any]:
    """All figures by name, each with its moment and commit."""
    found = {}
    for job in jobs:
        sys.stderr.write(f"{job.name}: {job.what}\n")
        found[job.name] = results.stamp(run_alone(job, args))
    return found


def write_pages(all_results: dict[str, Any]) -> None:
    """Put the tables into the pages."""
    head = shown.heading(all_results)
    shown.put_between(PERFORMANCE, MARK, f"{head}\n\n{shown.whole_table(all_results)}")
    shown.put_between(README, MARK, f"{head}\n\n{shown.short_table(all_results)}")


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=[job.name for job in JOBS])
    parser.add_argument("--rounds", type=int, help="instead of each figure's own number")
    parser.add_argument(
        "--quick", action="store_true", help="smallest sizes: proves the jobs, keeps no figure"
    )
    parser.add_argument("--json", action="store_true", help="print JSON with all single values")
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/performance.md and README.md"
    )
    parser.add_argument(
        "--write-only", action="store_true", help="the same from the file of results; run nothing"
    )
    parser.add_argument("--out", type=Path, help="the file of results (benchmarks/results.json)")
    parser.add_argument("--place", type=Path, default=PLACE, help="where stores are made; on a real disk")
    args = parser.parse_args(argv)
    args.place.mkdir(parents=True, exist_ok=True)
    if file_system(args.place) in IN_MEMORY:
        parser.error(f"{args.place} lies in memory, where no commit is durable: give another --place")
    if args.quick and args.write:
        parser.error("quick figures are not for the pages")
    return args


def main(argv: list[str] | None = None) -> int:
    args = parse(argv)
    out = args.out or results.FILE
    if args.write_only:
        old = results.read(out)
        if old is None:
            raise SystemExit(f"no results in {out}")
        write_pages(old)
        return 0
    about = machine() | {"disk": file_system(args.place)}
    figures = measure(choose(args.only), args)
    fresh = {"format": results.FORMAT, "machine": about, "figures": figures}
    if args.out or not args.quick:
        merged = results.merge(results.read(out) if args.only else None, about, figures)
        results.write(out, merged)
        if args.write:
            write_pages(merged)
    sys.stdout.write(json.dumps(fresh, indent=1) if args.json else shown.whole_table(fresh, only=figures))
    sys.stdout.write("\n")
    return 1 if any(one["state"] == "failed" for one in figures.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
