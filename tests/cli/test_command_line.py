"""The command line as a person meets it: help, one-line errors, exit codes, the demo."""

from __future__ import annotations

import importlib.metadata
import os
import re
import select
import signal
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.command import main as app_main
from hearthside.cli import main, make_parser
from hearthside.demo import DemoProblem, prepare, remove
from tests.support.processes import (
    LINK,
    SOON,
    clean_environment,
    free_port,
    hearthside,
    run_hearthside,
    start_app,
)

COMMANDS = [
    [],
    ["demo"],
    ["app"],
    ["doctor"],
    ["version"],
    ["content"],
    ["content", "export"],
    ["content", "check"],
    ["content", "sources"],
    ["content", "pack"],
    ["content", "pack", "key"],
    ["content", "pack", "sign"],
    ["content", "pack", "verify"],
    ["plan"],
    ["plan", "serve"],
    ["plan", "users"],
    ["plan", "users", "add"],
    ["plan", "users", "list"],
    ["plan", "users", "disable"],
    ["plan", "users", "reset"],
    ["plan", "token"],
    ["plan", "restored"],
    ["plan", "courier"],
    ["courier"],
    ["courier", "bring"],
]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    return clean_environment(home)


def test_a_command_loads_only_itself_and_the_list_of_commands_stays_the_same() -> None:
    assert make_parser("app").format_help() == make_parser().format_help()
    asked = "import sys; from hearthside.cli import make_parser; make_parser('app'); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "app.command" in loaded
    assert not {"plan", "sqlalchemy", "fastapi", "flet", "hearthside.content"} & set(loaded)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words) or "hearthside")
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        make_parser().parse_args([*command, "--help"])
    out = capsys.readouterr().out
    assert left.value.code == 0
    assert out.startswith("usage: hearthside")
    assert len(out.splitlines()) > 4


def test_python_m_app_takes_the_same_options_as_hearthside_app(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        app_main(["--help"])
    own = capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["app", "--help"])
    both = capsys.readouterr().out
    options = set(re.findall(r"--[a-z-]+", own))
    assert {"--web", "--host", "--port", "--data", "--plan", "--no-open"} <= options
    assert options == set(re.findall(r"--[a-z-]+", both))


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["dance"])
    assert left.value.code == 2
    assert "dance" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "65536", "eighty"])
def test_a_port_that_is_none_is_a_usage_error(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["app", "--port", port])
    assert left.value.code == 2
    assert "from 0 to 65535" in capsys.readouterr().err


def test_version_names_the_versions_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    assert f"hearthside {importlib.metadata.version('hearthside')}" in capsys.readouterr().out


def test_a_refused_setting_is_one_line_and_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["app", "--data", str(tmp_path), "--host", "0.0.0.0"]) == 1  # noqa: S104 - to be refused
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("hearthside: 0.0.0.0 can be reached")


def test_the_app_starts_hands_out_a_second_link_and_stops(env: dict[str, str], tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    app, link = start_app(data, port, env)
    with app, httpx.Client(trust_env=False) as client:
        assert client.get(f"http://127.0.0.1:{port}/").status_code == 403
        assert client.get(link).status_code == 303
        code, output = run_hearthside("app", "--web", "--no-open", "--data", str(data), env=env)
        assert code == 0
        assert "already running" in output
        second = LINK.search(output)
        assert second is not None
        with httpx.Client(trust_env=False) as another:
            assert another.get(second.group(0)).status_code == 303
        assert app.end(signal.SIGTERM) == 0
    assert {stat.S_IMODE(file.stat().st_mode) for file in data.rglob("*") if file.is_file()} == {0o600}
    assert "address" not in {file.suffix for file in data.iterdir()}
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)


def test_a_screen_without_a_desktop_client_is_told_in_one_line(env: dict[str, str], tmp_path: Path) -> None:
    """The browser named here does nothing, as on a screen where none was set up."""
    screen = {**env, "DISPLAY": ":99", "BROWSER": "true"}
    with hearthside("app", "--data", str(tmp_path / "data"), "--port", "0", env=screen) as app:
        app.wait_for("no Flet desktop client on this computer, so Hearthside opens in the browser")
        app.wait_for(LINK)
        assert app.end(signal.SIGINT) == 0


def test_a_taken_port_is_one_line(env: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    app, _ = start_app(tmp_path / "one", port, env)
    with app:
        other = str(tmp_path / "two")
        code, output = run_hearthside("app", "--web", "--data", other, "--port", str(port), env=env)
        assert (code, output.count("\n")) == (1, 0)
        assert f"Port {port} is taken" in output
        app.end()


def test_the_demo_starts_prints_two_sign_ins_and_stops_both(env: dict[str, str], tmp_path: Path) -> None:
    where = ["--data", str(tmp_path / "demo"), "--no-open", "--port", "0", "--plan-port", "0"]
    sign_ins = []
    for _ in range(2):
        with hearthside("demo", *where, env=env) as demo:
            plan_url = demo.wait_for(r"backend answers at (http://\S+)").group(1)
            demo.wait_for(LINK)
            sign_ins.append(re.findall(r"^  (nurse|supervisor) +(\S+) +password (\S+)", demo.text, re.M))
            with httpx.Client(trust_env=False) as client:
                assert client.get(f"{plan_url}/fhir/metadata").json()["resourceType"] == "CapabilityStatement"
            assert demo.end(signal.SIGINT) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{plan_url}/fhir/metadata", trust_env=False)
    assert [role for role, _, _ in sign_ins[0]] == ["nurse", "supervisor"]
    assert sign_ins[0] == sign_ins[1], "the second demo goes on with the first one's people"


def test_a_demo_that_is_killed_takes_its_plan_with_it(env: dict[str, str], tmp_path: Path) -> None:
    where = ["--data", str(tmp_path / "demo"), "--no-open", "--port", "0", "--plan-port", "0"]
    with hearthside("demo", *where, env=env) as demo:
        plan_url = demo.wait_for(r"backend answers at (http://\S+)").group(1)
        demo.wait_for(LINK)
        number = demo.process.pid
        (plan,) = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        ends = os.pidfd_open(int(plan))  # can be read from once it has ended
        demo.kill()
        ended, _, _ = select.select([ends], [], [], SOON)
        if not ended:
            signal.pidfd_send_signal(ends, signal.SIGKILL)
        os.close(ends)
        assert ended, "the plan's process is still there"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{plan_url}/fhir/metadata", trust_env=False)


def test_a_demo_never_takes_or_removes_somebody_elses_directory(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(DemoProblem, match="holds no demo"):
        prepare(tmp_path)
    with pytest.raises(DemoProblem, match="not removed"):
        remove(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_a_fresh_demo_forgets_the_one_before(tmp_path: Path) -> None:
    demo = prepare(tmp_path / "demo")
    (demo.directory / "plan" / "plan.db").write_text("")
    remove(demo.directory)
    assert not demo.directory.exists()
    remove(demo.directory)
