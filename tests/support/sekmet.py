"""sekmet, a strict FHIR R4 server that we did not write: as a server to talk to, and as a judge of ours.

It lives in an environment of its own (`.peer-venv`, sekmet-fhir 0.1.1), or where HEARTHSIDE_SEKMET points.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.peer_process import run
from tests.support.serve import free_socket

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "field-test-token"
_ANSWERS_WITHIN = 40.0


class Sekmet(NamedTuple):
    """A running sekmet. `base_url` is its FHIR base."""

    base_url: str
    token: str


def find_sekmet() -> Path:
    """The program. Skips the test when it is missing, fails it where nothing may be missing (CI=true)."""
    named = os.environ.get("HEARTHSIDE_SEKMET")
    found = Path(named) if named else ROOT / ".peer-venv" / "bin" / "sekmet"
    if not found.exists():
        message = "sekmet is not installed: python -m venv .peer-venv && .peer-venv/bin/pip install sekmet-fhir==0.1.1"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


def write_settings(directory: Path, **more: Any) -> Path:
    """A settings file for sekmet in that directory (JSON, which is YAML)."""
    settings: dict[str, Any] = {
        "host": "127.0.0.1",
        "data_dir": str(directory / "sekmet-data"),
        "server_auth": {"types": ["bearer"], "tokens": [TOKEN]},
        "validation": {"inbound": "strict"},
        "simulator": {"enabled": False},
        "log_inbound": False,
        "own_private_key_path": str(directory / "sekmet-key.pem"),
    }
    path = directory / "sekmet.yaml"
    path.write_text(json.dumps(settings | more), encoding="utf-8")
    return path


@contextmanager
def start_sekmet(directory: Path) -> Iterator[Sekmet]:
    """Run sekmet, strict, on a free port of 127.0.0.1, with its data in `directory`."""
    program = find_sekmet()
    with free_socket() as listener:
        port = listener.getsockname()[1]
    base_url = f"http://127.0.0.1:{port}/fhir"
    settings = write_settings(directory, port=port, base_url=base_url)
    command = [str(program), "serve", "-c", str(settings)]
    with run(command, directory, directory / "sekmet.log", f"{base_url}/metadata", _ANSWERS_WITHIN):
        yield Sekmet(base_url, TOKEN)


@pytest.fixture
def sekmet_server(tmp_path: Path) -> Iterator[Sekmet]:
    """Import this into a conftest.py: `base_url, token = sekmet_server`."""
    with start_sekmet(tmp_path) as sekmet:
        yield sekmet
