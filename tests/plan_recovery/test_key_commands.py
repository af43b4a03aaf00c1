"""The officers' commands, from the first key to its rotation, as somebody types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.sync.plan_keys import read_keys
from hearthside.cli import main
from plan.database import make_engine, read_transaction
from plan.keys.courier_key import KEY_VARIABLE, SECRETS_VARIABLE, load_courier_keys, secrets_directory
from plan.keys.files import PASSPHRASE_VARIABLE, load_opening
from plan.keys.held import find_key_set
from plan.problems import PlanProblem


@pytest.fixture
def db(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'plan.db'}"


def test_from_the_first_key_to_a_rotation_with_a_passphrase(
    tmp_path: Path, db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    officers, public = tmp_path / "officers", tmp_path / "courier.pub"
    assert main(["plan", "keys", "show", "--db", db]) == 1  # no database yet
    assert main(["plan", "users", "list", "--db", db]) == 1
    assert main(["plan", "keys", "courier", str(public), "--db", db]) == 0
    capsys.readouterr()
    assert main(["plan", "rescue-key", "make", str(officers), "--courier", str(public)]) == 0
    said = capsys.readouterr().out
    passphrase = said.splitlines()[-1].strip()
    assert len(passphrase.replace("-", "")) == 30
    for path in officers.iterdir():
        assert passphrase.encode() not in path.read_bytes()
    first = officers / "plan-keys-0001.json"
    assert main(["plan", "keys", "set", str(first), "--db", db]) == 0
    assert main(["plan", "keys", "set", str(first), "--db", db]) == 0
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "not the right one, by far")
    assert main(["plan", "rescue-key", "rotate", str(officers)]) == 1
    monkeypatch.setenv(PASSPHRASE_VARIABLE, passphrase)
    assert main(["plan", "rescue-key", "rotate", str(officers), "--orders"]) == 0
    assert main(["plan", "rescue-key", "rotate", str(officers), "--keep-rescue"]) == 1
    second = officers / "plan-keys-0002.json"
    assert main(["plan", "keys", "set", str(second), "--db", db]) == 0
    assert main(["plan", "keys", "set", str(first), "--db", db]) == 1
    assert main(["plan", "keys", "show", "--db", db]) == 0
    assert "No device has said yet" in capsys.readouterr().out
    engine = make_engine(db)
    with read_transaction(engine) as connection:
        held = find_key_set(connection)
    engine.dispose()
    assert held is not None
    assert held.text == second.read_text()
    assert read_keys(held.text).rescue_id == held.rescue_id
    key = load_opening(officers / f"rescue-{held.rescue_id}.key", passphrase.encode())
    assert key.public_key().public_bytes_raw() == held.rescue_public


def test_a_set_whose_courier_key_is_not_at_hand_is_not_put_in_force(
    tmp_path: Path, db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Devices would seal visits that nobody here could open."""
    monkeypatch.setenv(SECRETS_VARIABLE, str(tmp_path / "elsewhere"))
    public = tmp_path / "courier.pub"
    assert main(["plan", "keys", "courier", str(public), "--db", db]) == 0
    made = ["plan", "rescue-key", "make", str(tmp_path / "officers"), "--courier", str(public)]
    assert main([*made, "--no-passphrase"]) == 0
    monkeypatch.delenv(SECRETS_VARIABLE)
    first = str(tmp_path / "officers" / "plan-keys-0001.json")
    assert main(["plan", "keys", "set", first, "--db", db]) == 1
    assert "could not be opened" in capsys.readouterr().err
    (pem,) = (tmp_path / "elsewhere").glob("courier-*.key")
    assert pem.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv(KEY_VARIABLE, pem.read_text())
    assert main(["plan", "keys", "set", first, "--db", db]) == 0


def test_the_courier_keys_never_lie_in_the_database(tmp_path: Path, db: str) -> None:
    assert main(["plan", "keys", "courier", str(tmp_path / "courier.pub"), "--db", db]) == 0
    directory = secrets_directory(db)
    assert directory == tmp_path / "plan.db.secrets"
    assert directory.stat().st_mode & 0o777 == 0o700
    (key,) = load_courier_keys(directory).values()
    assert (
        not (tmp_path / "plan.db").exists()
        or key.private_bytes_raw() not in (tmp_path / "plan.db").read_bytes()
    )
    assert secrets_directory("postgresql+psycopg://plan@127.0.0.1/plan") is None


def test_a_short_passphrase_and_a_file_that_is_none_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.key"
    wrong.write_text("-----BEGIN NOTHING-----")
    with pytest.raises(PlanProblem, match="cannot be opened"):
        load_opening(wrong)
    wrong.write_bytes(b"x" * 20_000)
    with pytest.raises(PlanProblem, match="no key file"):
        load_opening(wrong)
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "short")
    public = tmp_path / "courier.pub"
    db = f"sqlite:///{tmp_path / 'plan.db'}"
    assert main(["plan", "keys", "courier", str(public), "--db", db]) == 0
    assert main(["plan", "rescue-key", "make", str(tmp_path / "officers"), "--courier", str(public)]) == 1
    assert "24 characters" in capsys.readouterr().err
