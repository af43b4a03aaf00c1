"""HAPI's JPA server as a process of its own. `make peers` builds it where Maven is; see tests/peers/hapi."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.peer_process import run
from tests.support.processes import free_port

INSTALLED = Path(__file__).resolve().parents[2] / ".peer-java"
"""Where `make peers` puts the sources and builds them, with all that they need in target/lib."""
_MEMORY = ("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_ANSWERS_WITHIN = 180.0


def find_hapi() -> Path:
    """The directory with its classes. Skips where it was not built."""
    named = os.environ.get("HEARTHSIDE_HAPI")
    found = (Path(named) if named else INSTALLED) / "target"
    if shutil.which("java") is None or not (found / "lib").is_dir() or not (found / "classes").is_dir():
        pytest.skip("HAPI is not built: make peers, with Java 17 and Maven")
    return found


@contextmanager
def start_hapi(directory: Path, *, server_ids: bool) -> Iterator[str]:
    """Run it on a free port of 127.0.0.1 with an empty database in memory; its FHIR base.

    `server_ids`: clients may give no ids.
    """
    home, port = find_hapi(), free_port()
    base = f"http://127.0.0.1:{port}/fhir"
    classes = os.pathsep.join((str(home / "classes"), str(home / "lib" / "*")))
    ids = f"-Dpeer.server-ids={str(server_ids).lower()}"
    command = ["java", *_MEMORY, ids, "-cp", classes, "hearthside.peer.Server", str(port)]
    with run(command, directory, directory / "hapi.log", f"{base}/metadata", _ANSWERS_WITHIN):
        yield base


def add_person(base: str) -> str:
    """A Practitioner, since HAPI takes no reference to somebody who is not there; how records name her."""
    person = {"resourceType": "Practitioner", "name": [{"text": "Conformance suite"}]}
    answer = httpx.post(f"{base}/Practitioner", json=person, trust_env=False, timeout=60).raise_for_status()
    return f"Practitioner/{answer.json()['id']}"
