"""Many schedules, kills and power losses, on all cores, in pieces that are kept: `make soak`.

`python -m tests.faults.soak --schedules 10000 --seed 1`. A run that was stopped goes on where it was (same seed,
same report). What it measured goes into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

PIECE = 100
"""Schedules that share a seed: the smallest part that is run again to look at a failure."""
REPORT = Path(".cache/soak.json")
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
Json = dict[str, Any]


def run_piece(number: int, count: int) -> Json:
    """One piece, in a process of its own."""
    from tests.faults.machine import Schedules
    from tests.faults.running import ground, run

    began, failed = time.monotonic(), ""
    with ground():
        try:
            run(number, count, shrink=False)
        except Exception as error:  # noqa: BLE001 - whatever it is belongs into the report
            failed = f"{type(error).__name__}: {error}"[:2000]
        tally = Schedules.tally
    return {
        "seed": number,
        "schedules": tally.schedules,
        "seconds": round(time.monotonic() - began, 1),
        "judged": tally.judged,
        "found": dict(tally.found),
        "steps": dict(tally.steps),
        "fired": dict(tally.fired),
        "effective": dict(tally.effective),
        "failed": failed,
    }


def soak(schedules: int, seed: int, processes: int, report: Path) -> Json:
    """Run what the report does not hold yet; every finished piece is written down at once."""
    held: Json = json.loads(report.read_text()) if report.exists() else {}
    if held.get("seed") != seed:
        held = {"seed": seed, "pieces": {}}
    wanted = [seed * 1_000_000 + at for at in range(-(-schedules // PIECE))]
    missing = [number for number in wanted if str(number) not in held["pieces"]]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(run_piece, number, PIECE) for number in missing]
        for done, future in enumerate(as_completed(running), 1):
            piece = future.result()
            held["pieces"][str(piece["seed"])] = piece
            report.parent.mkdir(parents=True, exist_ok=True)
            report.write_text(json.dumps(held, indent=1))
            state = f"FAILED, seed {piece['seed']}: {piece['failed'][:300]}" if piece["failed"] else "good"
            print(f"{done}/{len(running)}: {piece['schedules']} schedules in {piece['seconds']} s, {state}")  # noqa: T201 - its output
            sys.stdout.flush()
    held["pieces"] = {str(number): held["pieces"][str(number)] for number in wanted}
    return held


def others(name: str, count: int, seed: int) -> Json:
    """Kills or power losses by the harness with a real backend process (tests/kills)."""
    module = importlib.import_module("tests.kills.soak")
    began = time.monotonic()
    counts: Json = getattr(module, f"run_{name}")(count, seed)
    return {"count": count, "seed": seed, "seconds": round(time.monotonic() - began, 1), **counts}


def add_up(pieces: list[Json]) -> Json:
    total: Json = {name: sum(one[name] for one in pieces) for name in ("schedules", "seconds", "judged")}
    for name in ("found", "steps", "fired", "effective"):
        total[name] = dict(sum((Counter(one[name]) for one in pieces), Counter()))
    total["failed"] = [one["seed"] for one in pieces if one["failed"]]
    return total


def table(held: Json) -> str:
    """What was measured, as Markdown."""
    total = add_up(list(held["pieces"].values()))
    found = total["found"]
    said = ", ".join(
        f"{what} {found.get(what, 0)}" for what in ("lost", "doubled", "wrongly reported received")
    )
    lines = [
        f"Measured {held['at']} with seed {held['seed']}: **{total['schedules']:,} schedules, {said}.** "
        f"Pieces that failed: {', '.join(map(str, total['failed'])) or 'none'}. {total['judged']:,} judgements, "
        f"{total['seconds']:,.0f} s of one core ({1000 * total['seconds'] / max(total['schedules'], 1):.0f} ms each).",
        "",
        "| fault | fired | changed something |",
        "| --- | ---: | ---: |",
    ]
    kinds = sorted(total["fired"], key=lambda kind: -total["effective"].get(kind, 0))
    lines += [
        f"| {kind} | {total['fired'][kind]:,} | {total['effective'].get(kind, 0):,} |" for kind in kinds
    ]
    lines += ["", "| what happened | times |", "| --- | ---: |"]
    lines += [
        f"| {what} | {times:,} |" for what, times in sorted(total["steps"].items(), key=lambda e: -e[1])
    ]
    for name, words in (("kills", "SIGKILL of a real process"), ("power", "Power loss")):
        if name in held:
            counts = ", ".join(f"{what} {number}" for what, number in held[name].items())
            lines += ["", f"{words}: {counts}."]
    return "\n".join(lines)


def write_page(text: str, page: Path = PAGE) -> None:
    """Put the measured part into docs/reliability.md."""
    known = page.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.S)
    page.write_text(pattern.sub(lambda _: f"{BEGIN}\n\n{text}\n\n{END}", known), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--power", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--report", type=Path, default=REPORT)
    parser.add_argument(
        "--page", action="store_true", help="write what was measured into docs/reliability.md"
    )
    args = parser.parse_args()
    held = soak(args.schedules, args.seed, args.processes, args.report)
    for name in ("kills", "power"):
        if getattr(args, name):
            held[name] = others(name, getattr(args, name), args.seed)
    held["at"] = datetime.now(UTC).date().isoformat()
    print(table(held))  # noqa: T201 - its output
    if args.page:
        write_page(table(held))
    return 1 if add_up(list(held["pieces"].values()))["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
