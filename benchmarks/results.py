"""The file of results: what was measured, when, on what, at which state of the code.

Figures of another machine are never mixed with this one's: ratios may travel, times do not.
"""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.alone import ROOT
from benchmarks.registry import JOBS

Json = dict[str, Any]
FILE = ROOT / "benchmarks" / "results.json"
FORMAT = 1


def read(path: Path) -> Json | None:
    """What stands in the file; None when there is none or it is of another format."""
    if not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    return found if isinstance(found, dict) and found.get("format") == FORMAT else None


def merge(old: Json | None, machine: Json, figures: Json) -> Json:
    """The figures that were just measured over those that stood there, in the order of the registry."""
    kept: Json = old["figures"] if old is not None and _same(old["machine"], machine) else {}
    names = [job.name for job in JOBS if job.name in kept or job.name in figures]
    return {
        "format": FORMAT,
        "machine": machine,
        "figures": {name: figures.get(name, kept.get(name)) for name in names},
    }


def _same(one: Json, other: Json) -> bool:
    return all(one.get(key) == other.get(key) for key in ("machine", "cpu", "cores"))


def write(path: Path, results: Json) -> None:
    """Without the single values, which `--json` shows: rounds, median and spread say what is kept."""
    slim = results | {"figures": {name: _slim(one) for name, one in results["figures"].items()}}
    path.write_text(json.dumps(slim, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _slim(figure: Json) -> Json:
    if "lines" not in figure:
        return figure
    lines = [
        {k: v for k, v in line.items() if k not in ("values", "peer_values")} for line in figure["lines"]
    ]
    return figure | {"lines": lines}


def stamp(figure: Json) -> Json:
    """With the moment and the state of the code."""
    return figure | {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}", "commit": commit()}


def commit() -> str:
    """The commit that was measured; `+` after it when files were changed since."""
    try:
        name = _git("rev-parse", "--short=10", "HEAD")
        changed = _git("status", "--porcelain", "--", "app", "plan", "benchmarks/*.py", "pyproject.toml")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{name}+" if changed else name


def _git(*args: str) -> str:
    done = subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
