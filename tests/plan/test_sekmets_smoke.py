"""sekmet's own conformance scenario, run against our backend."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import Engine

from plan.app import make_app
from tests.plan.plan_doubles import authenticate, load_panel
from tests.support.sekmet import find_sekmet, write_settings
from tests.support.serve import serve_app

DOES_NOT_APPLY = {"Answers FHIR XML when asked (Accept application/fhir+xml)"}
"""The backend speaks JSON only, and says so in its CapabilityStatement."""


@pytest.mark.peer
def test_sekmets_conformance_smoke_passes(engine: Engine, tmp_path: Path) -> None:
    program = find_sekmet()
    load_panel(engine)
    with serve_app(lambda url: make_app(engine, base_url=url, authenticate=authenticate)) as url:
        peer = {"base_url": f"{url}/fhir", "auth": {"type": "bearer", "token": "op-token"}}
        settings = write_settings(tmp_path, peers={"plan": peer})
        command = [str(program), "scenario", "run", "conformance_smoke", "--peer", "plan", "--no-serve"]
        command += ["-c", str(settings), "--report-dir", str(tmp_path / "reports")]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    (path,) = (tmp_path / "reports").rglob("*.json")
    (report,) = json.loads(path.read_text(encoding="utf-8"))
    steps = {step["name"]: step["status"] for step in report["steps"]}
    assert {name for name, status in steps.items() if status != "passed"} == DOES_NOT_APPLY
    assert len(steps) >= 18
