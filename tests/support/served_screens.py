"""All screens with everybody's data in memory, served for a browser: `tests/views/serve_screens.py` in a program."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.browser import Window
from tests.support.processes import SOON, Program, free_port

SCREENS = Path(__file__).resolve().parents[1] / "views" / "serve_screens.py"
PIN = "482915"


@contextmanager
def serving(env: Mapping[str, str]) -> Iterator[str]:
    """Its address, ready for the name of a scene."""
    port = free_port()
    with Program([sys.executable, str(SCREENS), str(port)], env) as program:
        deadline = time.monotonic() + SOON
        while not _answers(port):
            assert program.process.poll() is None, program.text
            assert time.monotonic() < deadline, program.text
        yield f"http://127.0.0.1:{port}/"


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def open_scene(window: Window, address: str, scene: str) -> None:
    """A new session of Flet: the old one's name lies with the tab, and a page that is still starting writes it anew."""
    window.page.goto(f"{address}favicon.png")
    window.page.evaluate("sessionStorage.clear()")
    window.open(f"{address}{scene}")


def unlock(window: Window) -> None:
    window.fill("lock-secret", PIN)
    window.page.keyboard.press("Enter")
    window.see("status-line")
