"""Children of the fork server, from the side that starts and kills them."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tests.faults.nurse import Nurse
from tests.kills.judging import charted
from tests.kills.life import Orders

PATIENCE = 60.0
"""Seconds without a word from a child before the run fails."""
RANDOM = "at a random time"
AT_THE_END = "after the last pass"


class Server:
    """The fork server. One child at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.fork_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
        self._rest = b""

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()
        self._selector.close()

    def live_and_die(self, orders: Orders, nurse: Nurse, files: set[str], delay: float) -> str:
        """Let a child live; returns the moment at which it died. `nurse` and `files` learn what it said was saved.

        Without a named moment it is killed `delay` seconds after it opened its store; with one, when it is through.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(orders)).encode() + b"\n")
        self._process.stdin.flush()
        pid, moment, opened, deadline = 0, RANDOM, False, time.monotonic() + PATIENCE
        while True:
            line = self._line(deadline)
            if line is None:
                assert opened, "a child said nothing"
                os.kill(pid, signal.SIGKILL)
                opened, deadline = False, time.monotonic() + PATIENCE
                continue
            if line.startswith("child "):
                pid = int(line[6:])
            elif line.startswith("at "):
                moment = line[3:]
            elif line.startswith("ended "):
                assert line == "ended -9", f"a child ended by itself: {line}"
                return moment
            elif line == '"open"' and not orders.moment:
                opened, deadline = True, time.monotonic() + delay
            elif line == '"done"':
                moment = AT_THE_END
                os.kill(pid, signal.SIGKILL)
            elif line.startswith("{"):
                _take_in(nurse, files, json.loads(line))

    def _line(self, deadline: float) -> str | None:
        """The next line; None when none came in time."""
        assert self._process.stdout is not None
        while b"\n" not in self._rest:
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                return None
            more = self._process.stdout.read()
            assert more, "the fork server ended"
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()


def _take_in(nurse: Nurse, files: set[str], said: dict[str, object]) -> None:
    if "file" in said:
        files.add(str(said["file"]))
    elif "visit" in said:
        nurse.charted[str(said["visit"])] = charted(said)
    else:
        words = said["words"]
        assert isinstance(words, list)
        kind, own, text = words
        nurse._words.append((kind, own, text))
