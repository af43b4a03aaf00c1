"""PouchDB and express-pouchdb, both on leveldb, as processes of their own: what a push and a pull stand beside.

leveldb acknowledges a write before it is on the disk and has no transactions over documents; the scripts are in
`benchmarks/peers`, their packages in `.peer-bench`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.processes import Program, clean_environment, free_port

ROOT = Path(__file__).resolve().parents[1]
SOURCES = Path(__file__).with_name("peers")
INSTALLED = ROOT / ".peer-bench"
NAME = "PouchDB 9.0.0 → express-pouchdb 4.2.0"
BATCH = 100
CAVEAT = (
    "PouchDB's leveldb acknowledges before the disk has it and knows no transactions; ours is on the disk on "
    "both sides, a visit a transaction, encrypted on the tablet, checked and audited at the plan."
)
_LONGEST = 300.0


def why_not() -> str:
    """The reason why PouchDB cannot be measured beside; empty where it can."""
    if shutil.which("node") is None:
        return "Node 20 is not installed"
    if not (INSTALLED / "node_modules" / "express-pouchdb").is_dir():
        return "PouchDB is not installed (make .peer-bench/.installed)"
    return ""


@dataclass(frozen=True)
class Rates:
    """Documents a second."""

    push: float
    pull: float


class Pouch:
    """A running express-pouchdb; each round has databases of its own."""

    def __init__(self, place: Path, url: str) -> None:
        self._place = place
        self._url = url
        self._round = 0

    def replicate(self, resources: Sequence[dict[str, Any]]) -> Rates:
        """The resources from a new local database to a new one at the server, and from there into a third."""
        self._round += 1
        name = f"round{self._round}"
        file = self._place / f"{name}.json"
        documents = [{"_id": f"{one['resourceType']}/{one['id']}", **one} for one in resources]
        file.write_text(json.dumps(documents, default=float), encoding="utf-8")
        arguments = [file, self._place / f"client-{name}", f"{self._url}/{name}", BATCH]
        found = subprocess.run(
            [_node(), str(INSTALLED / "replicate.mjs"), *map(str, arguments)],
            cwd=INSTALLED,
            env=clean_environment(self._place),
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        if found.returncode:
            raise RuntimeError(f"PouchDB: {found.stderr[-600:]}")
        took = json.loads(found.stdout.splitlines()[-1])
        return Rates(*(len(documents) / took[way] * 1000 for way in ("push", "pull")))


@contextmanager
def start_pouch(place: Path) -> Iterator[Pouch]:
    """Run the server on a free port, with its data in `place`. Call only where `why_not` has nothing to say."""
    place.mkdir(parents=True)
    for script in SOURCES.glob("*.mjs"):
        shutil.copy(script, INSTALLED / script.name)
    port = free_port()
    command = [_node(), str(INSTALLED / "server.mjs"), str(port), str(place / "server")]
    with Program(command, clean_environment(place)) as server:
        server.wait_for("peer is listening")
        yield Pouch(place, f"http://127.0.0.1:{port}")
        server.end()


def _node() -> str:
    found = shutil.which("node")
    if found is None:
        raise RuntimeError(why_not())
    return found
