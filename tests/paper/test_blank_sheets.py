"""Blank visit sheets: the same questions as on the screens, nothing private, and a PDF for each kind of visit."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.content import all_items, load, load_sections
from app.content.visit_kinds import load_kinds
from app.language import speak
from app.paper.blank import BOX, LINE, make_blank
from hearthside.cli import main


@pytest.fixture(autouse=True)
def _english_again() -> object:
    yield
    speak("en")


def test_a_sheet_asks_what_the_screen_of_that_visit_asks_and_nothing_private() -> None:
    kind = next(one for one in load_kinds().kinds if one.id == "routine")
    sheet = make_blank(kind, load(), load_sections())
    asked = {piece.id for piece in sheet.pieces}
    esas = [item.link_id for item in load()["esas-r"].items]
    assert set(esas) <= asked
    private = {
        item.link_id for one in load().values() for item in all_items(one) if item.private or item.hidden
    }
    assert private
    assert not [name for name in asked if name.partition("-")[0] and name in private]
    assert any("0" in piece.text and "10" in piece.text for piece in sheet.pieces if piece.id == "esas-pain")
    assert any(BOX in piece.text for piece in sheet.pieces)
    assert any(LINE in piece.text for piece in sheet.pieces if piece.label == "Began at")
    assert "ESAS" in " ".join(sheet.texts), "the owner of a scale is named"


def test_every_kind_of_visit_that_asks_anything_gets_a_sheet(tmp_path: Path) -> None:
    assert (
        main(["content", "paper", str(tmp_path / "sheets"), "--kind", "telephone", "--language", "es"]) == 0
    )
    (only,) = (tmp_path / "sheets").iterdir()
    assert only.name == "visit-telephone.pdf"
    assert only.read_bytes().startswith(b"%PDF-")
    for kind in load_kinds().kinds:
        assert not kind.open or make_blank(kind, load(), load_sections()).pieces


@pytest.mark.parametrize("more", [["--kind", "nothing"], ["--language", "xx"]])
def test_what_there_is_no_sheet_of_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    assert main(["content", "paper", str(tmp_path), *more]) == 1
    assert "There " in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
