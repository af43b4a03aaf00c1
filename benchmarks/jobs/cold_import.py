"""`cold_import`: from the start of `hearthside app` to the first byte of its page, beside a bare Flet page's."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.web.keys import DoorKey, load_door_key
from benchmarks.lines import Line, Measured, Peer, at_most
from benchmarks.registry import Setting
from tests.support.processes import Program, clean_environment, free_port

ROOT = Path(__file__).resolve().parents[2]
GOAL = 1_200
"""Milliseconds."""
BETWEEN = 0.002
"""Seconds between two tries to connect to a program that does not listen yet."""


@dataclass(frozen=True)
class Start:
    """Milliseconds to the first byte, and of computing until then."""

    waited: float
    computed: float


def run(setting: Setting) -> Measured:
    """The device is one that was used before, so that only the program itself is measured. The first start of each is
    not counted: it compiles."""
    data = setting.place / "data"
    data.mkdir(mode=0o700)
    env = clean_environment(setting.place) | {"PYTHONPATH": str(ROOT)}
    key = load_door_key(data)
    apps, floors = [], []
    for number in range(setting.rounds(15) + 1):
        app, floor = start_app(data, key, env), start_floor(env)
        if number:
            apps.append(app)
            floors.append(floor)
    bare = "a bare Flet page"
    return Measured(
        (
            Line(
                "process start to the first byte of the page",
                "ms",
                tuple(one.waited for one in apps),
                (at_most(GOAL),),
                Peer(bare, tuple(one.waited for one in floors)),
            ),
            Line(
                "computing until then",
                "ms",
                tuple(one.computed for one in apps),
                (),
                Peer(bare, tuple(one.computed for one in floors)),
                note="hardly longer on a busy machine",
            ),
        )
    )


def start_app(data: Path, key: DoorKey, env: Mapping[str, str]) -> Start:
    """The command as a person types it, asked with the cookie that a launch link gives."""
    port = free_port()
    command = ["-m", "hearthside", "app", "--web", "--no-open", "--data", str(data), "--port", str(port)]
    return _start(command, env, port, f"hearthside_{port}={key.make_cookie(f'http://127.0.0.1:{port}')}")


def start_floor(env: Mapping[str, str]) -> Start:
    port = free_port()
    return _start(["-m", "benchmarks.floor_page", str(port)], env, port, "none=0")


def _start(command: list[str], env: Mapping[str, str], port: int, cookie: str) -> Start:
    began = time.perf_counter()
    with Program([sys.executable, *command], env) as program:
        connection = _connect(program, port)
        with contextlib.closing(connection):
            ask = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n"
            connection.sendall(ask.encode())
            answer = connection.recv(12)
            waited = (time.perf_counter() - began) * 1000
            computed = _computed(program.process.pid)
        if answer != b"HTTP/1.1 200":
            raise RuntimeError(f"the page did not come: {answer!r}")
        program.end()
    return Start(waited, computed)


def _connect(program: Program, port: int) -> socket.socket:
    while program.process.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(BETWEEN)
    raise RuntimeError(f"it ended before it listened: {program.text}")


def _computed(pid: int) -> float:
    """Milliseconds of processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
