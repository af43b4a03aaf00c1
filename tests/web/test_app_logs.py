"""The log file holds no text that could be about a person."""

from __future__ import annotations

import asyncio
import logging
import stat
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import PlanDown
from app.logs import describe, start_logging, watch_loop

MARKER = "Wilhelmina Okonkwo"


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    for handler in before:
        root.removeHandler(handler)
    uvicorn = logging.getLogger("uvicorn")
    passed_on, uvicorn.propagate = (
        uvicorn.propagate,
        True,
    )  # a server in this process may have set it up its own way
    hooks, raising = (sys.excepthook, threading.excepthook, sys.unraisablehook), logging.raiseExceptions
    yield start_logging(tmp_path)
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    for handler in before:
        root.addHandler(handler)
    root.setLevel(level)
    uvicorn.propagate = passed_on
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.raiseExceptions = raising
    logging.captureWarnings(capture=False)


def fail() -> None:
    raise ValueError(f"cannot store {MARKER}")


def test_an_exception_is_kept_as_type_and_place(log_file: Path) -> None:
    try:
        fail()
    except ValueError as error:
        logging.getLogger("app.store").error("saving failed: %s", error)
        logging.getLogger("app.store").error("again", exc_info=True)
        logging.getLogger("app.store").error("by name %(e)s", {"e": error})
    text = log_file.read_text()
    assert MARKER not in text
    assert text.count("ValueError at test_app_logs.py:") == 3


def test_what_other_libraries_write_is_kept_as_a_place_only(log_file: Path) -> None:
    for name in ("flet", "flet_web.fastapi", "httpx", "uvicorn.error", "somebody.else"):
        logging.getLogger(name).warning(f"value {MARKER}")
        logging.getLogger(name).warning("value %s", MARKER)
    warnings.warn(MARKER, stacklevel=1)
    text = log_file.read_text()
    assert MARKER not in text
    assert text.count("text withheld") == 11


def test_request_lines_of_httpx_and_traffic_of_flet_are_not_written(log_file: Path) -> None:
    for name in ("httpx", "flet", "flet_transport", "uvicorn.access"):
        logging.getLogger(name).info("GET /fhir/Patient/1")
    logging.getLogger("app.sync").info("a pass began")
    assert log_file.read_text().count("\n") == 1


def test_causes_are_named_without_their_texts() -> None:
    try:
        try:
            fail()
        except ValueError as error:
            raise PlanDown(detail="503") from error
    except PlanDown as error:
        text = describe(error)
    assert text.startswith("PlanDown [503] at test_app_logs.py:")
    assert "; caused by ValueError at test_app_logs.py:" in text
    assert MARKER not in text


def test_what_nobody_caught_is_described_too(log_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        fail()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert MARKER not in log_file.read_text() + capsys.readouterr().err
    assert "stopped by ValueError" in log_file.read_text()


async def test_a_forgotten_task_that_fails_is_logged_without_its_text(log_file: Path) -> None:
    loop = asyncio.get_running_loop()
    watch_loop(loop)
    loop.call_exception_handler({"message": MARKER, "exception": ValueError(MARKER)})
    loop.call_exception_handler({"message": MARKER})
    text = log_file.read_text()
    assert MARKER not in text
    assert text.count("\n") == 2


def test_the_log_file_is_private_and_stays_small(log_file: Path) -> None:
    log = logging.getLogger("app.test")
    for _ in range(60):
        log.info("x" * 100_000)
    files = sorted(log_file.parent.glob("hearthside.log*"))
    assert len(files) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all(file.stat().st_size <= 1_100_000 for file in files)
