"""Pages are printed beside the nurse, never by a machine that serves her from far away."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.config import Settings
from app.device.papers import LpPrinter, NoPrinter, Printer
from app.main import _make_device


async def printer_of(settings: Settings) -> Printer:
    device = await _make_device(settings)
    try:
        assert device.paper_door is not None
        return device.paper_door.printer
    finally:
        await device.close()


async def test_a_machine_that_others_reach_prints_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lp", "lpstat"):
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    data = tmp_path / "data"
    data.mkdir()
    assert isinstance(await printer_of(Settings(data)), LpPrinter)
    assert isinstance(await printer_of(Settings(data, allow_network=True)), NoPrinter)
