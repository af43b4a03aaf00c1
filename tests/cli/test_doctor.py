"""`hearthside doctor`: whole, private, encrypted; and not a word about anybody."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from app.store import audit, audit_telling
from app.store.files import list_stores
from app.store.migrations import SCHEMA_VERSION
from app.store.tables import AuditEvent, table_of
from app.store.vault import Vault, make_passphrase
from hearthside.cli import main
from hearthside.doctor import entropy

PHRASE = make_passphrase()
NAME = "Wilhelmina Okonkwo, RN"


@pytest.fixture(autouse=True)
def no_keystore(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as on a computer without a keystore, whatever this one has."""

    async def none() -> None:
        return None

    monkeypatch.setattr("app.device.find_keystore", none)


@pytest.fixture
async def data_dir(tmp_path: Path) -> Path:
    """One store with two audit events, closed."""
    tmp_path.chmod(0o700)
    vault = Vault(tmp_path, None)
    store = await vault.create(
        user_reference="Practitioner/1", user_name=NAME, plan_url="http://127.0.0.1:1/fhir", secret=PHRASE
    )

    def note(connection: Connection) -> None:
        for action in ("unlock", "lock"):
            audit.append(connection, at=datetime.now(UTC), actor="Practitioner/1", action=action)

    await store.write(note)
    await store.close()
    vault.note_unsent(store.store_id, 3)
    return tmp_path


def doctor(data: Path, *more: str, stdin: str = "", monkeypatch: pytest.MonkeyPatch | None = None) -> int:
    if monkeypatch is not None:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    return main(["doctor", "--data", str(data), *more])


def test_an_empty_or_missing_directory_is_no_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o700)
    assert doctor(tmp_path / "never") == 0
    assert "nothing was ever kept here" in capsys.readouterr().out
    assert doctor(tmp_path) == 0
    assert "stores        0" in capsys.readouterr().out


def test_a_sound_store_is_reported_without_a_name(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(data_dir) == 0
    out = capsys.readouterr().out
    assert "encrypted     yes" in out
    assert "passphrase version 1; no device secret" in out
    assert "3 visits, as last noted" in out
    assert "in use        no" in out
    assert "all is well" in out
    assert "Okonkwo" not in out


def test_with_the_secret_pages_seals_and_audit_chain_are_checked(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor(data_dir, "--pin-stdin", stdin=f"{PHRASE}\n", monkeypatch=monkeypatch) == 0
    out = capsys.readouterr().out
    schema = f"schema        version {SCHEMA_VERSION}"
    for line in ("pages         ok", "seals         ok", schema, "2 events, unbroken", "0 of 2 events"):
        assert line in out
    assert "last receipt  none yet" in out
    assert PHRASE not in out


def test_a_wrong_secret_is_one_line(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor(data_dir, "--pin-stdin", stdin="five wrong words in here\n", monkeypatch=monkeypatch) == 1
    assert "! open" in capsys.readouterr().out


def test_damage_is_found_and_nothing_is_changed(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = list_stores(data_dir)[0]
    database = files.database(files.read_pointer().file)
    raw = bytearray(database.read_bytes())
    raw[-2000:-1900] = bytes(100)
    database.write_bytes(bytes(raw))
    assert doctor(data_dir, "--pin-stdin", stdin=f"{PHRASE}\n", monkeypatch=monkeypatch) == 1
    assert "problem(s)" in capsys.readouterr().out
    assert database.read_bytes() == bytes(raw)


def test_a_plain_file_in_the_place_of_the_store_is_named(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = list_stores(data_dir)[0]
    files.database(files.read_pointer().file).write_bytes(b"SQLite format 3\x00" + bytes(4080))
    assert doctor(data_dir) == 1
    assert "NO: this is a plain SQLite file" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["pointer", "key"])
def test_a_missing_pointer_or_key_file_is_named(
    data_dir: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path: Path = getattr(list_stores(data_dir)[0], name)
    path.unlink()
    assert doctor(data_dir) == 1
    assert "cannot be" in capsys.readouterr().out
    path.write_text(json.dumps({"format": 99}))
    assert doctor(data_dir) == 1


def test_a_directory_that_others_can_read_is_a_problem(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir.chmod(0o755)
    assert doctor(data_dir) == 1
    assert "others can read it" in capsys.readouterr().out


async def test_an_open_store_is_in_use_and_left_alone(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault(data_dir, None)
    store = await vault.unlock(vault.users()[0].store_id, PHRASE)
    try:
        assert doctor(data_dir) == 0
        assert "in use        yes" in capsys.readouterr().out
    finally:
        await store.close()


def test_entropy_is_zero_to_eight_bits_a_byte() -> None:
    assert entropy(b"") == 0
    assert entropy(b"aaaa") == 0
    assert entropy(bytes(range(256))) == pytest.approx(8)


async def test_a_changed_log_and_one_that_the_plan_knows_otherwise_are_problems(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault(data_dir, None)
    store = await vault.unlock(vault.users()[0].store_id, PHRASE)
    event = table_of(AuditEvent)
    await store.write(lambda c: c.execute(update(event).where(event.c.seq == 2).values(action="nothing")))
    await store.write(lambda c: audit_telling.keep_answer(c, 1, "differs"))
    await store.close()
    code = await asyncio.to_thread(
        doctor, data_dir, "--pin-stdin", stdin=f"{PHRASE}\n", monkeypatch=monkeypatch
    )
    assert code == 1
    out = capsys.readouterr().out
    assert "! audit chain   broken at event 2" in out
    assert "told the plan 1 of 2 events" in out
    assert "! plan's copy   is of another log than this one (differs 2)" in out
