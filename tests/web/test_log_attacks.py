"""Ways in which the text of an exception once got around the log's formatter."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

MARKER = "Wilhelmina Okonkwo"


def run(code: str, tmp_path: Path) -> tuple[str, str]:
    """Run a program of its own that logs to `tmp_path`; returns what it printed and what it logged."""
    program = f"import sys, logging, pathlib\nfrom app.logs import start_logging\nMARKER = {MARKER!r}\n"
    program += "folder = pathlib.Path(sys.argv[1])\nstart_logging(folder)\n" + textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    log = tmp_path / "hearthside.log"
    return done.stdout + done.stderr, log.read_text() if log.is_file() else ""


def test_a_log_that_cannot_be_written_prints_none_of_its_arguments(tmp_path: Path) -> None:
    printed, _ = run(
        """
        (folder / "hearthside.log").mkdir()  # as good as a full disk: nothing can be written there
        try:
            raise ValueError(MARKER)
        except ValueError as error:
            logging.getLogger("app.x").error("failed: %s", error)
            logging.getLogger("app.x").error("no number: %d", MARKER)
        """,
        tmp_path,
    )
    assert MARKER not in printed


def test_an_error_in_a_finaliser_is_logged_without_its_text(tmp_path: Path) -> None:
    printed, logged = run(
        """
        class Held:
            def __del__(self):
                raise ValueError(MARKER)
        held = Held()
        del held
        """,
        tmp_path,
    )
    assert MARKER not in printed + logged
    assert "ignored ValueError" in logged


def test_a_thread_that_fails_is_logged_without_its_text(tmp_path: Path) -> None:
    printed, logged = run(
        """
        import threading
        def fail():
            raise ValueError(MARKER)
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        """,
        tmp_path,
    )
    assert MARKER not in printed + logged
    assert "stopped by ValueError" in logged


async def test_a_forgotten_tasks_text_is_not_even_given_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    from app.logs import watch_loop

    loop = asyncio.get_running_loop()
    watch_loop(loop)
    with caplog.at_level(logging.INFO):
        loop.call_exception_handler({"message": MARKER, "exception": ValueError(MARKER)})
    assert "a task failed: ValueError" in caplog.text
    assert MARKER not in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_app_leaves_no_core_dump() -> None:
    program = (
        "import resource; from app.crash import forbid_core_dumps; forbid_core_dumps();"
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "(0, 0)"
