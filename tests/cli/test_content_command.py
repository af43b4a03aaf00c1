"""`hearthside content` as a person at a plan uses it."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import content
from app.content import load
from app.content.packs import FORMAT
from hearthside.cli import main
from tests.content.made_up import WHEEL


@pytest.fixture(autouse=True)
def no_packs_after() -> Iterator[None]:
    yield
    content.use_packs(())


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["content", *(str(word) for word in words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_content_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check")
    assert (code, out.splitlines()[-1].endswith(", 0 complaints")) == (0, True), out


def test_every_instrument_is_written_as_a_questionnaire(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "export", tmp_path / "made" / "here")
    files = {path.stem for path in (tmp_path / "made" / "here").iterdir()}
    assert (code, files) == (0, set(load()))
    assert f"{len(files)} Questionnaires" in out
    phq = json.loads((tmp_path / "made" / "here" / "phq-9.json").read_text())
    assert phq["resourceType"] == "Questionnaire"


def test_all_of_them_come_on_standard_output_as_one_bundle(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "export", "--stdout")
    assert code == 0
    assert len(json.loads(out)["entry"]) == len(load())


def test_a_place_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = run(capsys, "export", tmp_path / "file")
    assert (code, len(err.splitlines())) == (1, 1)


def test_the_list_of_sources_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, _ = run(capsys, "sources", "--out", tmp_path / "docs" / "sources.md")
    assert code == 0
    assert "must confirm" in (tmp_path / "docs" / "sources.md").read_text()


def test_a_pack_is_signed_verified_and_refused_when_altered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "pack", "key", "--out", tmp_path / "key.pem")
    assert code == 0
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    (tmp_path / "keys.json").write_text(out)
    pack = {"format": FORMAT, "id": "wheels", "version": 1, "title": "Wheels", "instruments": [WHEEL]}
    (tmp_path / "unsigned.json").write_text(json.dumps(pack))
    sign = ["pack", "sign", tmp_path / "unsigned.json", "--key", tmp_path / "key.pem"]
    assert run(capsys, *sign, "--out", tmp_path / "pack.json")[0] == 0
    verify = ["pack", "verify", tmp_path / "pack.json", "--keys", tmp_path / "keys.json"]
    assert run(capsys, *verify)[:2] == (0, "Wheels, version 1: Wheel\n")
    text = (tmp_path / "pack.json").read_text()
    (tmp_path / "pack.json").write_text(text.replace("Wildly", "Mildly"))
    code, _, err = run(capsys, *verify)
    assert (code, err) == (
        1,
        "hearthside: Wheels is not used: it was changed after it was signed. Ask for a new copy.\n",
    )


def test_a_signing_key_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key.pem").write_text("mine")
    assert run(capsys, "pack", "key", "--out", tmp_path / "key.pem")[0] == 1
    assert (tmp_path / "key.pem").read_text() == "mine"


@pytest.mark.parametrize("text", ["", "no key", "{}"])
def test_what_is_no_key_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (tmp_path / "key.pem").write_text(text)
    (tmp_path / "unsigned.json").write_text("{}")
    code, _, err = run(
        capsys,
        "pack",
        "sign",
        tmp_path / "unsigned.json",
        "--key",
        tmp_path / "key.pem",
        "--out",
        tmp_path / "x",
    )
    assert (code, "holds no private key" in err) == (1, True)
