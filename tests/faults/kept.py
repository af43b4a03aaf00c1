"""docs/reliability.json: every finished piece of a soak, a line each, with the commit on which it ran.

Small enough to be versioned, so that ten thousand schedules can be reached in many sittings and on many machines:
counts lie as numbers in the order of the names at the file's head.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "reliability.json"
COUNTED = {"steps": "steps", "fired": "faults", "effective": "faults"}
"""Counts of a piece, and the list of names in whose order they lie."""
MEASURED = ("app", "plan", "tests", "pyproject.toml")
"""What a result depends on."""
Json = dict[str, Any]


class Kept:
    """What is in the file. `pieces`: schedules, by seed. `deaths`: kills and power losses, by how and seed."""

    def __init__(self, path: Path = FILE) -> None:
        self._path = path
        self.pieces: dict[int, Json] = {}
        self.deaths: dict[tuple[str, int], Json] = {}
        if path.exists():
            self.take(json.loads(path.read_text(encoding="utf-8")))

    def take(self, document: Json) -> None:
        """Take over what another file holds, in the place of what is here of the same seeds."""
        for line in document["pieces"]:
            piece = dict(line)
            for name, names in COUNTED.items():
                piece[name] = {
                    one: count for one, count in zip(document[names], piece[name], strict=False) if count
                }
            self.pieces[piece["seed"]] = piece
        self.deaths |= {(one["how"], one["seed"]): dict(one) for one in document["deaths"]}

    def add_piece(self, piece: Json) -> None:
        self.pieces[piece["seed"]] = piece
        self.save()

    def add_deaths(self, piece: Json) -> None:
        self.deaths[piece["how"], piece["seed"]] = piece
        self.save()

    def save(self) -> None:
        """Whole or not at all: a soak may be stopped at any moment."""
        names: dict[str, list[str]] = {}
        for counted, listed in COUNTED.items():
            known = {one for piece in self.pieces.values() for one in piece[counted]}
            names[listed] = sorted(known.union(names.get(listed, ())))
        lines = [
            piece | {c: [piece[c].get(one, 0) for one in names[listed]] for c, listed in COUNTED.items()}
            for _, piece in sorted(self.pieces.items())
        ]
        parts = [f'"{name}": {_short(several)}' for name, several in sorted(names.items())]
        parts.append(f'"pieces": [\n{_lines(lines)}\n]')
        parts.append(f'"deaths": [\n{_lines([one for _, one in sorted(self.deaths.items())])}\n]')
        being_written = self._path.with_name(f"{self._path.name}.new")
        being_written.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
        being_written.replace(self._path)


def find_commit() -> str:
    """The commit of this tree, and where what is measured differs from it eight digits of what differs."""
    head = _git("rev-parse", "--short", "HEAD").decode().strip()
    changed = _git("diff", "HEAD", "--", *MEASURED)
    for name in sorted(
        _git("ls-files", "--others", "--exclude-standard", "-z", "--", *MEASURED).split(b"\0")
    ):
        if name:
            changed += name + (ROOT / os.fsdecode(name)).read_bytes()
    return f"{head}+{hashlib.sha256(changed).hexdigest()[:8]}" if changed else head


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(several: list[Json]) -> str:
    return ",\n".join(map(_short, several))
