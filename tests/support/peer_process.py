"""A server that we did not write, as a process of its own on a port of this machine, until the test is through."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

_BETWEEN_LOOKS = 0.1


@contextmanager
def run(command: Sequence[str], home: Path, log: Path, url: str, within: float) -> Iterator[None]:
    """The command runs in `home` and answers at `url`, with what it prints in `log`.

    Fails the test when it ends before, or says nothing for `within` seconds. Ended by its own process id.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(list(command), cwd=home, stdout=out, stderr=subprocess.STDOUT)
    try:
        if not _answers(process, url, within):
            pytest.fail(f"{command[0]} did not start: {log.read_text(errors='replace')[-800:]}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=15)


def _answers(process: subprocess.Popen[bytes], url: str, within: float) -> bool:
    pause = threading.Event()
    for _ in range(int(within / _BETWEEN_LOOKS)):
        try:
            httpx.get(url, timeout=5, trust_env=False)
        except httpx.TransportError:
            if process.poll() is not None:
                return False
            pause.wait(_BETWEEN_LOOKS)
        else:
            return True
    return False
