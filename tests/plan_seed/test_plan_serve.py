"""`plan serve` as an operator runs it: a process that says when it is ready and ends when told."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx
import pytest

from tests.plan_seed.plan_commands import command, environment, make_certificate, run, start
from tests.support.processes import Program


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_says_when_it_is_ready_takes_a_token_and_ends_well(
    tmp_path: Path, database: str, programs: list[Program], number: signal.Signals
) -> None:
    program, url = start(programs, tmp_path, "--demo", "--db", database)
    assert "ana.ruiz" in program.text
    made = run(tmp_path, "token", "--user", "ana.ruiz", "--minutes", "5", "--db", database)
    assert made.returncode == 0, made.stderr
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    with httpx.Client(base_url=url, trust_env=False) as http:
        assert http.get("/fhir/metadata").json()["resourceType"] == "CapabilityStatement"
        assert len(http.get("/fhir/Patient?name=villasenor", headers=headers).json()["entry"]) == 1
        assert http.get("/fhir/Patient").status_code == 401
        described = http.get("/fhir/.well-known/smart-configuration").json()
        assert described["token_endpoint"] == f"{url}/oauth/token"
    assert program.end(number) == 0
    assert "villasenor" not in program.text.casefold(), "no line for a request"
    assert "Traceback" not in program.text
    assert (tmp_path / "plan.db").stat().st_mode & 0o077 == 0


def test_with_a_certificate_it_serves_over_tls_only(
    tmp_path: Path, database: str, programs: list[Program]
) -> None:
    authority = make_certificate(tmp_path)
    options = (
        "--tls-cert",
        str(tmp_path / "cert.pem"),
        "--tls-key",
        str(tmp_path / "key.pem"),
        "--db",
        database,
    )
    program = Program(command("serve", "--port", "0", *options), environment(tmp_path))
    programs.append(program)
    url = program.wait_for(r"Plan backend ready at (https://127\.0\.0\.1:\d+)$").group(1)
    with httpx.Client(verify=authority, trust_env=False) as http:
        page = http.get(f"{url}/oauth/authorize")
        assert page.status_code == 400
        assert "max-age" in page.headers["strict-transport-security"]
        with pytest.raises(httpx.HTTPError):
            http.get(url.replace("https", "http"))
    assert program.end() == 0


def test_a_demo_without_a_database_leaves_nothing(tmp_path: Path, programs: list[Program]) -> None:
    (tmp_path / "tmp").mkdir()
    variables = environment(tmp_path) | {"TMPDIR": str(tmp_path / "tmp")}
    program = Program(command("serve", "--port", "0", "--demo"), variables)
    programs.append(program)
    program.wait_for("Plan backend ready")
    assert len(list((tmp_path / "tmp").iterdir())) == 1
    assert program.end() == 0
    assert list((tmp_path / "tmp").iterdir()) == []


def test_an_unreadable_bundle_is_named_and_the_backend_serves_the_rest(
    tmp_path: Path, database: str, programs: list[Program]
) -> None:
    (tmp_path / "seed").mkdir()
    (tmp_path / "seed" / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "seed" / "good.json").write_text('{"resourceType": "Organization", "id": "o", "name": "x"}')
    program, _ = start(programs, tmp_path, "--db", database, "--seed", str(tmp_path / "seed"))
    assert "broken.json: The file is not JSON" in program.text
    assert "Seed: 1 files, 1 resources written" in program.text
    assert program.end() == 0
