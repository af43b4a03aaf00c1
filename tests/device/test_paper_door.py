"""The printer through its real commands (small scripts in their place), and files that lie on their way."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app.device.papers import (
    LpPrinter,
    NoPrinter,
    NotSealed,
    PaperFiles,
    PrinterFailed,
    open_paper_door,
)

SEALED = b"%PDF-2.0\n/Encrypt 1 0 R\n"


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o700)
    return str(path)


def printer(
    tmp_path: Path, lp: str = "exit 0", lpstat: str = "echo 'system default destination: Office'"
) -> LpPrinter:
    return LpPrinter(script(tmp_path / "lp", lp), script(tmp_path / "lpstat", lpstat))


async def test_pages_reach_the_printing_system_through_a_pipe_under_a_neutral_title(tmp_path: Path) -> None:
    here = printer(tmp_path, lp=f'cat > {tmp_path}/got; echo "$@" > {tmp_path}/asked')
    assert await here.find() == "Office"
    await here.print(b"%PDF-pages")
    assert (tmp_path / "got").read_bytes() == b"%PDF-pages"
    assert (tmp_path / "asked").read_text("utf-8").split() == [
        "-t",
        "Hearthside",
        "-o",
        "sides=one-sided",
        "-",
    ]


@pytest.mark.parametrize("answer", ["echo 'no system default destination'", "exit 1", "exit 0"])
async def test_without_a_default_printer_there_is_none(tmp_path: Path, answer: str) -> None:
    assert await printer(tmp_path, lpstat=answer).find() is None


async def test_a_printer_that_refuses_or_cannot_be_started_says_so(tmp_path: Path) -> None:
    with pytest.raises(PrinterFailed, match="did not take it"):
        await printer(tmp_path, lp="exit 3").print(b"%PDF-")
    with pytest.raises(PrinterFailed):
        await LpPrinter(str(tmp_path / "nowhere"), str(tmp_path / "nowhere")).print(b"%PDF-")
    with pytest.raises(PrinterFailed):
        await NoPrinter().print(b"%PDF-")
    assert await NoPrinter().find() is None


def test_a_file_on_its_way_is_this_users_alone_and_its_name_says_nothing(tmp_path: Path) -> None:
    path = PaperFiles(tmp_path / "papers").put(SEALED)
    assert path.read_bytes() == SEALED
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.stem.startswith("paper-")
    assert len(path.stem) == len("paper-") + 16


def test_a_paper_without_a_password_never_becomes_a_file(tmp_path: Path) -> None:
    with pytest.raises(NotSealed):
        PaperFiles(tmp_path / "papers").put(b"%PDF-1.4\npages")
    assert not list(tmp_path.rglob("*.pdf"))


def test_what_a_crash_left_behind_is_gone_at_the_next_start(tmp_path: Path) -> None:
    files = PaperFiles(tmp_path / "papers")
    files.put(SEALED)
    files.put(SEALED)
    other = tmp_path / "papers" / "not-ours.txt"
    other.write_text("x", encoding="utf-8")
    open_paper_door(tmp_path)
    assert list((tmp_path / "papers").iterdir()) == [other]
