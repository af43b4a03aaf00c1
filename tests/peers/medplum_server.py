"""Medplum's FHIR router as a process of its own. `make peers` installs it; see tests/peers/medplum/server.mjs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.peer_process import run
from tests.support.processes import free_port

SOURCES = Path(__file__).with_name("medplum")
INSTALLED = Path(__file__).resolve().parents[2] / ".peer-node"
"""Where `make peers` puts the sources with their packages."""
_ANSWERS_WITHIN = 60.0


def find_medplum() -> Path:
    """Its directory with the packages. Skips where they were not installed."""
    named = os.environ.get("HEARTHSIDE_MEDPLUM")
    found = Path(named) if named else INSTALLED
    if shutil.which("node") is None or not (found / "node_modules" / "@medplum" / "fhir-router").is_dir():
        pytest.skip("Medplum's router is not installed: make peers")
    return found


@contextmanager
def start_medplum(directory: Path, *, server_ids: bool) -> Iterator[str]:
    """Run it on a free port of 127.0.0.1; its FHIR base. `server_ids`: it makes the ids, as the full server does."""
    home = find_medplum()
    shutil.copy(SOURCES / "server.mjs", home / "server.mjs")
    port = free_port()
    command = ["node", "--experimental-websocket", str(home / "server.mjs"), str(port)]
    command += ["server-ids"] if server_ids else []
    root = f"http://127.0.0.1:{port}"
    with run(command, home, directory / "medplum.log", f"{root}/", _ANSWERS_WITHIN):
        yield f"{root}/fhir"
