"""`plan serve` as an operator runs it: a process that says when it is ready and ends when told."""

from __future__ import annotations

import signal
import socket
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from app.sync.lines import IDLE
from plan.serving import make_config
from tests.plan_seed.plan_commands import command, environment, make_certificate, parse, run, start
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


def test_with_a_parent_it_ends_well_when_its_input_does(
    tmp_path: Path, database: str, programs: list[Program]
) -> None:
    serve = command("serve", "--port", "0", "--with-parent", "--db", database)
    program = Program(serve, environment(tmp_path), stdin="")
    programs.append(program)
    assert program.wait() == 0
    assert "Traceback" not in program.text


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
    port = int(url.rpartition(":")[2])
    assert handshake(authority, port) == "TLSv1.3"
    assert handshake(authority, port, maximum=ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    for ciphers in ("AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA"):  # no forward secrecy; CBC
        with pytest.raises(ssl.SSLError):
            handshake(authority, port, maximum=ssl.TLSVersion.TLSv1_2, ciphers=ciphers)
    with pytest.raises(ssl.SSLError):
        handshake(authority, port, maximum=ssl.TLSVersion.TLSv1_1, ciphers="ALL:@SECLEVEL=0")
    assert program.end() == 0


def handshake(
    authority: ssl.SSLContext, port: int, *, maximum: ssl.TLSVersion | None = None, ciphers: str | None = None
) -> str | None:
    """What a client that knows no better ends up with."""
    if maximum is not None:
        authority.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        authority.maximum_version = maximum
    if ciphers is not None:
        authority.set_ciphers(ciphers)
    with (
        socket.create_connection(("127.0.0.1", port), 10) as line,
        authority.wrap_socket(line, server_hostname="127.0.0.1") as wrapped,
    ):
        return wrapped.version()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        ((), "203.0.113.9", "127.0.0.1"),
        (("127.0.0.1",), "203.0.113.9", "203.0.113.9"),
        (("127.0.0.1",), "203.0.113.66, 203.0.113.9", "203.0.113.9"),
        (("192.0.2.0/24",), "203.0.113.9", "127.0.0.1"),
        (("127.0.0.1",), None, "127.0.0.1"),
    ],
)
async def test_only_a_proxy_that_was_named_says_who_comes_through_it(
    proxies: tuple[str, ...], forwarded: str | None, client: str
) -> None:
    seen: list[Any] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["client"][0])

    options = [word for proxy in proxies for word in ("--proxy", proxy)]
    config = make_config(app, parse("serve", *options))
    config.load()
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    scope = {"type": "http", "client": ("127.0.0.1", 1), "scheme": "http", "headers": headers}
    await config.loaded_app(scope, None, None)  # type: ignore[arg-type]  # the small app calls neither
    assert seen == [client]


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


def test_the_app_gives_an_idle_line_up_before_the_plan_closes_it() -> None:
    assert make_config(Starlette(), parse("serve")).timeout_keep_alive > IDLE
