"""The short `plan` commands: what they do, and one line for what cannot work."""

from __future__ import annotations

import io
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.plan_seed.plan_commands import Here, parse, run


def test_users_are_added_listed_disabled_enabled_and_reset(here: Here, tmp_path: Path, database: str) -> None:
    place = ("--db", database)
    who = ("--role", "nurse", "--team", "North", "--name", "Ana Ruiz, RN", "--password-stdin")
    added = run(tmp_path, "users", "add", "ana.ruiz", *who, *place, stdin="lantern-harbor-29\n")
    assert added.returncode == 0, added.stderr
    assert "Practitioner/" in added.stdout
    here.succeed("users", "add", "records", "--role", "operator")
    assert "her sign-ins have ended" in here.succeed("users", "disable", "ana.ruiz")
    listed = here.succeed("users", "list")
    assert [line.split() for line in listed.splitlines()] == [
        ["ana.ruiz", "nurse", "North", "disabled", "Ana", "Ruiz,", "RN"],
        ["records", "operator", "-", "active", "records"],
    ]
    assert here.fail("token", "--user", "ana.ruiz") == 'hearthside plan: The user "ana.ruiz" is disabled.\n'
    here.succeed("users", "enable", "ana.ruiz")
    assert len(here.succeed("token", "--user", "ana.ruiz").strip()) == 43
    reset = run(tmp_path, "users", "reset", "ana.ruiz", *place, HEARTHSIDE_PLAN_PASSWORD="another-harbor-31")
    assert reset.returncode == 0, reset.stderr


@pytest.mark.parametrize(
    ("words", "stdin", "sentence"),
    [
        ("users add x.y --role nurse --team T --password-stdin", "short\n", "at least 12 characters"),
        ("users add x.y --role nurse --team T --password-stdin", "", "The password is empty"),
        ("users add x.y --role nurse --team T", "", "No password was given"),
        ("users add x.y --role nurse --password-stdin", "lantern-harbor-29\n", "needs a team"),
        ("users add X! --role nurse --team T --password-stdin", "lantern-harbor-29\n", "A user name has"),
    ],
)
def test_a_user_that_cannot_be_made_is_one_line(
    here: Here, monkeypatch: pytest.MonkeyPatch, words: str, stdin: str, sentence: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    assert sentence in here.fail(*words.split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("serve --host 0.0.0.0", "--allow-remote"),
        ("serve --host 0.0.0.0 --allow-remote", "--tls-cert"),
        ("serve --host plan.example --allow-remote", "--tls-cert"),
        ("serve --tls-cert nothing.pem", "go together"),
        ("serve --tls-cert nothing.pem --tls-key nothing.pem", "There is no file"),
        ("serve --base-url http://plan.example", "must begin with https"),
        ("serve --panel ana.ruiz", "--panel goes with --seed"),
        ("serve --port 0 --seed nowhere", "There is no directory nowhere"),
        ("serve --port 0 --seed . --panel nobody", "There are no .json files"),
        ("serve --port 0 --db sqlite:///nowhere/plan.db", "There is no directory nowhere"),
        ("serve --port 0 --db mysql://x/y", "sqlite:///FILE or postgresql"),
        ("serve --port 0 --db nonsense", "sqlite:///FILE or postgresql"),
        ("serve --port 0 --db postgresql://127.0.0.1:1/x", "The database does not answer"),
        ("token --user ana.ruiz", "There is no database"),
        ("serve --proxy proxy.example", "IP address or network"),
        ("restored --db sqlite:///other.db", "There is no database other.db"),
    ],
)
def test_what_cannot_work_is_said_in_one_line(here: Here, words: str, sentence: str) -> None:
    assert sentence in here.fail(*words.split())


def test_a_taken_port_is_said_before_anything_is_loaded(here: Here, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = here.fail("serve", "--port", str(port), "--demo")
    assert said == f"hearthside plan: Port {port} on 127.0.0.1 cannot be used: Address already in use.\n"
    assert not (tmp_path / "plan.db").exists()


def test_a_damaged_database_file_is_one_line(here: Here, tmp_path: Path) -> None:
    (tmp_path / "plan.db").write_bytes(b"this is no database" * 100)
    assert "cannot be used" in here.fail("users", "list")


def test_restored_renews_the_epoch_that_devices_watch(here: Here, tmp_path: Path) -> None:
    here.succeed("users", "add", "records", "--role", "operator")

    def epoch() -> str | None:
        with sqlite3.connect(tmp_path / "plan.db") as connection:
            row = connection.execute("SELECT value FROM plan_state WHERE name = 'store_epoch'").fetchone()
        return str(row[0]) if row else None

    here.succeed("restored")
    first = epoch()
    assert first is not None
    here.succeed("restored")
    assert epoch() != first


USER_COMMANDS = [f"users {name}" for name in ("add", "list", "disable", "enable", "reset")]


@pytest.mark.parametrize("words", ["", "serve", "token", "restored", "users", *USER_COMMANDS])
def test_every_command_explains_itself(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(*words.split(), "--help")
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith("usage: hearthside plan")
    assert len(text) > 200


@pytest.mark.parametrize(
    "url", ["postgresql://ana:hidden@127.0.0.1/x", "postgresql://127.0.0.1/x?user=ana&password=hidden"]
)
def test_a_password_on_the_command_line_is_refused_and_not_repeated(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse("restored", "--db", url)
    said = capsys.readouterr().err
    assert "HEARTHSIDE_PLAN_DB_FILE" in said
    assert "hidden" not in said


def test_the_database_is_found_in_a_file_that_a_variable_names(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "url").write_text(f"{database}\n")
    monkeypatch.setenv("HEARTHSIDE_PLAN_DB_FILE", str(tmp_path / "url"))
    Here(database, capsys).succeed("users", "add", "records", "--role", "operator")
    args = parse("new-secret")
    assert args.run(args) == 0
    assert "signed with a new secret" in capsys.readouterr().out
    monkeypatch.setenv("HEARTHSIDE_PLAN_DB", database)
    assert args.run(args) == 1
    assert "not both" in capsys.readouterr().err
