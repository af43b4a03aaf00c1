"""The real programs, started as a person would start them, and ended gently or not."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

SOON = 60.0
"""Seconds that a program may take to say what is waited for; a machine under load is slow, not broken."""

LINK = re.compile(r"http://\S+/open/\S+")


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """An environment without a screen, a keyring or settings of whoever runs the tests."""
    dropped = (
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
        "HEARTHSIDE_",
        "FLET_",
        "XDG_",
        "BROWSER",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "HOME": str(home), "PYTHONUNBUFFERED": "1", "TZ": "America/Los_Angeles", **more}


class Program:
    """One process of ours with what it printed. Ended by its own process id and no other."""

    def __init__(self, args: list[str], env: Mapping[str, str], stdin: str | None = None) -> None:
        self.output: list[str] = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            args,
            env=dict(env),
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
            start_new_session=True,
        )
        if stdin is not None:
            assert self.process.stdin is not None
            self.process.stdin.write(stdin)
            self.process.stdin.close()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.output.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self.output.append("")
            self._news.notify_all()

    @property
    def text(self) -> str:
        return "\n".join(self.output)

    def wait_for(
        self, pattern: str | re.Pattern[str], *, after: int = 0, seconds: float = SOON
    ) -> re.Match[str]:
        """The first match in a line printed from line `after` on. Fails when the program ends before."""
        wanted = re.compile(pattern)

        def found() -> re.Match[str] | None:
            return next((match for line in self.output[after:] if (match := wanted.search(line))), None)

        with self._news:
            self._news.wait_for(lambda: found() or self.process.poll() is not None, timeout=seconds)
        if self.process.poll() is not None:
            self._reader.join(5)
        match = found()
        assert match is not None, f"waited for {wanted.pattern!r}, got:\n{self.text}"
        return match

    def end(self, number: signal.Signals = signal.SIGTERM, *, seconds: float = 30.0) -> int:
        """Send a signal and wait for the end; returns the exit code (negative: by that signal)."""
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
            raise AssertionError(f"did not end within {seconds} s of {number.name}:\n{self.text}") from None
        self._reader.join(5)
        return code

    def kill(self) -> None:
        """SIGKILL: the program gets no chance to tidy up."""
        self.end(signal.SIGKILL)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It stands still in the middle of whatever it does: a copy of its files is what a power cut leaves."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def wait(self, seconds: float = SOON) -> int:
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


def hearthside(*args: str, env: Mapping[str, str], stdin: str | None = None) -> Program:
    """The command line, as installed."""
    return Program([sys.executable, "-m", "hearthside", *args], env, stdin)


def run_hearthside(*args: str, env: Mapping[str, str], stdin: str | None = None) -> tuple[int, str]:
    """Run a command to its end: (exit code, everything it printed)."""
    with hearthside(*args, env=env, stdin=stdin) as program:
        return program.wait(), program.text.strip()


def start_app(data: Path, port: int, env: Mapping[str, str], *more: str) -> tuple[Program, str]:
    """The app on a port, with its launch link. It listens when this returns."""
    program = hearthside(
        "app", "--web", "--no-open", "--data", str(data), "--port", str(port), *more, env=env
    )
    try:
        return program, program.wait_for(LINK).group(0)
    except BaseException:
        program.process.kill()
        raise
