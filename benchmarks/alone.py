"""One job of `make bench` in a process of its own, so that no figure stands on what another one left in memory.

    python -m benchmarks.alone NAME FILE [--place DIR] [--rounds N] [--quick]

FILE gets the figure as JSON. `python -m benchmarks` calls this; by hand it is what a profiler is put around.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from benchmarks.registry import Job, NotRun, Setting, choose

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / ".cache" / "benchmarks"
IN_MEMORY = frozenset({"tmpfs", "ramfs"})
"""File systems on which nothing is durable: a commit there costs no disk."""


def perform(job: Job, place: Path, rounds: int | None, *, quick: bool) -> dict[str, Any]:
    """The figure as it stands in the results. A job that fails is one that was not run, with the error's name."""
    began, load = time.perf_counter(), os.getloadavg()[0]
    found: dict[str, Any] = {"what": job.what, "met": False}
    place.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=f"{job.name}-", dir=place) as name:
            found |= {"state": "measured"} | job.load()(Setting(Path(name), rounds, quick)).as_json()
    except NotRun as reason:
        found |= {"state": "not run", "why": str(reason)}
    except Exception as error:  # noqa: BLE001 - the other figures go on
        traceback.print_exc()
        found |= {"state": "failed", "why": f"{type(error).__name__}: {error}"}
    seconds = round(time.perf_counter() - began, 1)
    return found | {
        "load": [round(load, 1), round(os.getloadavg()[0], 1)],
        "seconds": seconds,
        "quick": quick,
    }


def file_system(path: Path) -> str:
    """Name of the file system that holds a path, as in `ext4`; "unknown" where the system does not tell."""
    mounts = Path("/proc/self/mounts")
    if not mounts.is_file():
        return "unknown"
    where, best, name = path.resolve(), Path(), "unknown"
    for line in mounts.read_text().splitlines():
        point, kind = Path(line.split()[1]), line.split()[2]
        if where.is_relative_to(point) and len(point.parts) >= len(best.parts):
            best, name = point, kind
    return name


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alone", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("file", type=Path)
    parser.add_argument("--place", type=Path, default=PLACE)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    (job,) = choose([args.name])
    found = perform(job, args.place, args.rounds, quick=args.quick)
    args.file.write_text(json.dumps(found), encoding="utf-8")
    return 1 if found["state"] == "failed" else 0


if __name__ == "__main__":
    sys.exit(main())
