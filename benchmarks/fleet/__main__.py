"""A fleet of tablets over simulated days: `python -m benchmarks.fleet --devices 200 --days 5 --seed 1 --write`.

Ends with what was lost and what is there twice, judged by a process of its own; not zero is an exit code of 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.fleet.on_paper import make_table
from benchmarks.fleet.report import KINDS, make_json, make_text, write_down
from benchmarks.fleet.run import ROOT, Wanted, database, place, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet", description=__doc__)
    parser.add_argument("--devices", type=int, default=10)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2, help="processes that the tablets are shared out to")
    parser.add_argument("--postgres", action="store_true", help="the plan on PostgreSQL in place of SQLite")
    parser.add_argument("--json", type=Path, metavar="FILE", help="everything that was measured")
    parser.add_argument("--write", action="store_true", help="put the report into docs/scale.md")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="a directory to make, which stays")
    args = parser.parse_args()
    wanted = Wanted(args.devices, args.days, args.seed, args.workers, args.postgres)
    with place(args.keep) as directory, database(directory, postgres=args.postgres) as url:
        done = run(directory, url, wanted, _say)
        _say("judging")
        verdict = judged(directory)
        found = make_json(done, verdict, directory)
    text = make_text(found)
    sys.stdout.write(text + "\n")
    if args.json is not None:
        args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if args.write:
        write_down("fleet", text)
        write_down("on paper", make_table(found))
    return 1 if any(verdict[kind]["count"] for kind in KINDS) else 0


def judged(directory: Path) -> dict[str, Any]:
    """What the judge says, which is a process with none of the program's code in it."""
    command = [sys.executable, "-m", "benchmarks.fleet.judge", str(directory)]
    answer = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
