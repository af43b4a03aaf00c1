"""Medplum's FHIR router as a process of its own. `make peers` installs it; see tests/peers/medplum/server.mjs."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.serve import free_socket

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
    with free_socket() as listener:
        port = listener.getsockname()[1]
    command = ["node", "--experimental-websocket", str(home / "server.mjs"), str(port)]
    with (directory / "medplum.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *(["server-ids"] if server_ids else [])],
            cwd=home,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_it_answers(process, f"http://127.0.0.1:{port}/", directory / "medplum.log")
        yield f"http://127.0.0.1:{port}/fhir"
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=15)


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    pause = threading.Event()
    for _ in range(int(_ANSWERS_WITHIN / 0.1)):
        try:
            httpx.get(url, timeout=5, trust_env=False)
        except httpx.TransportError:
            if process.poll() is not None:
                break
            pause.wait(0.1)
        else:
            return
    pytest.fail(f"Medplum's router did not start: {log.read_text(errors='replace')[-800:]}")
