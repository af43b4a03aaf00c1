"""The processes of a run: a worker that is talked to by lines, and what processes have computed so far."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from plan.database import make_engine

Json = dict[str, Any]


class Worker:
    """One process with some tablets. Use it in a `with` statement; `first` is what it said once it was ready."""

    def __init__(self, file: Path, name: str, env: Mapping[str, str]) -> None:
        self._log = (file.parent / f"worker-{name}.log").open("wb")
        self._waiting = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.fleet.worker", str(file), name],
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the program that steers
        )
        self._first: Json | None = None

    @property
    def first(self) -> Json:
        if self._first is None:
            self._first = self._read()
        return self._first

    def send(self, command: Json) -> None:
        _ = self.first
        if self._process.stdin is None:
            raise RuntimeError("the worker has no input")
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        self._waiting += 1

    def hear(self) -> Json:
        """The answer to the oldest command without one. Raises RuntimeError when the worker has ended."""
        answer = self._read()
        self._waiting -= 1
        return answer

    def ask(self, command: Json) -> Json:
        self.send(command)
        return self.hear()

    def catch_up(self) -> None:
        """Hear whatever was not heard because somebody interrupted."""
        while self._waiting:
            self.hear()

    def _read(self) -> Json:
        if self._process.stdout is None:
            raise RuntimeError("the worker has no output")
        line = self._process.stdout.readline()
        if not line:
            self._process.wait(20)
            said = Path(self._log.name).read_text(errors="replace")[-2_000:]
            raise RuntimeError(f"a worker ended with {self._process.returncode}:\n{said}")
        found: Json = json.loads(line)
        return found

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._log.close()


def spent(pid: int, url: str) -> dict[str, float]:
    """CPU seconds so far of the backend and, with PostgreSQL, of the database's processes for it."""
    found = {"backend": _seconds(pid)}
    if url.startswith("postgresql"):
        engine = make_engine(url)
        with engine.connect() as connection:
            pids = connection.exec_driver_sql(
                "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            ).scalars()
            found["database"] = sum(_seconds(one) for one in list(pids))
        engine.dispose()
    return found


def _seconds(pid: int) -> float:
    """Threads that ended are counted too: by ticks of the whole process, a hundredth of a second each."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
