"""`hearthside demo`: the reference plan backend with its demo panel, and the app pointed at it, on this machine."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from app.config import LOOPBACK, BadSetting, Settings, prepare_data_dir
from app.errors import HearthsideError

PLAN_PORT = 8600
_PORTS_TO_TRY = 20
_READY = re.compile(r"ready at (http://\S+)")
MARK = "hearthside-demo"
"""Made with the directory. `--fresh` removes only a directory that holds it."""

DESCRIPTION = """Show Hearthside with people who do not exist.

Starts the reference plan backend with its demo panel and the app pointed at it, both on this
machine only, and prints two sign-ins. Ctrl-C stops both. What was done is kept for the next
time; --fresh begins anew."""


class DemoProblem(HearthsideError):
    """The demo cannot start; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Where a demo keeps its parts."""

    directory: Path

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.directory / 'plan' / 'plan.db'}"

    @property
    def sign_ins(self) -> Path:
        """Where the plan backend keeps the sign-ins that it made for its demo panel."""
        return self.directory / "plan" / "demo-sign-ins.json"

    @property
    def app_dir(self) -> Path:
        return self.directory / "app"


def add_demo_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "demo",
        help="show everything on this machine, with people who do not exist",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    default = platformdirs.user_data_dir("hearthside-demo", appauthor=False)
    parser.add_argument("--data", type=Path, metavar="DIR", help=f"where the demo lives (default {default})")
    parser.add_argument("--port", type=int, help="port of the app (default: a free one from 8700)")
    parser.add_argument(
        "--plan-port", type=int, help=f"port of the plan backend (default: a free one from {PLAN_PORT})"
    )
    parser.add_argument("--no-open", action="store_true", help="print the link, do not open a browser")
    parser.add_argument("--fresh", action="store_true", help="remove what an earlier demo left, then begin")
    parser.set_defaults(run=run, default_dir=Path(default))


def run(args: argparse.Namespace) -> int:
    from app.main import run_app
    from app.web.running import RunLock

    directory: Path = (args.data or args.default_dir).expanduser().absolute()
    if args.fresh:
        remove(directory)
    demo = prepare(directory)
    settings = Settings(
        data_dir=prepare_data_dir(demo.app_dir), port=args.port, web=True, open_browser=not args.no_open
    )
    lock = RunLock(settings.data_dir)
    if not lock.take():
        say_sign_ins(demo)
        return run_app(settings, _say)  # it hands out a new link to the one that runs
    lock.release()
    with running_plan(demo, args.plan_port) as plan_url:
        _say(f"The plan's backend answers at {plan_url}")
        say_sign_ins(demo)
        return run_app(replace(settings, plan_url=plan_url), _say)


def prepare(directory: Path) -> Demo:
    """Make the demo's directory, or find the one of last time. Raises DemoProblem for somebody else's directory."""
    mark = directory / MARK
    if directory.is_dir() and any(directory.iterdir()) and not mark.is_file():
        raise DemoProblem(f"{directory} is not empty and holds no demo. Choose another with --data.")
    prepare_data_dir(directory)
    prepare_data_dir(directory / "plan")
    mark.touch(mode=0o600)
    return Demo(directory)


def remove(directory: Path) -> None:
    """Remove an earlier demo. Raises DemoProblem for a directory that is none."""
    if not directory.exists():
        return
    if not (directory / MARK).is_file():
        if any(directory.iterdir()):
            raise DemoProblem(f"{directory} holds no demo, so it is not removed.")
        return
    shutil.rmtree(directory)


@contextlib.contextmanager
def running_plan(demo: Demo, wanted_port: int | None) -> Iterator[str]:
    """The plan backend in a process of its own while inside; yields its address. Raises DemoProblem."""
    serve = [
        sys.executable,
        "-m",
        "hearthside",
        "plan",
        "serve",
        "--demo",
        "--population",
        "--with-parent",
        "--db",
        demo.database_url,
    ]
    child = subprocess.Popen(
        [*serve, "--host", LOOPBACK, "--port", str(_pick_port(wanted_port))],
        stdin=subprocess.PIPE,  # ends with this process, however it ends, and the plan with it
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with _signals_as_exit():
            plan_url = _wait_until_ready(child)
            threading.Thread(target=_pass_on, args=(child,), daemon=True).start()
            yield plan_url
    finally:
        _stop(child)


def _wait_until_ready(child: subprocess.Popen[str]) -> str:
    said: list[str] = []
    for line in child.stdout or ():
        said.append(line.rstrip("\n"))
        if (ready := _READY.search(line)) is not None:
            return ready.group(1)
    raise DemoProblem(f"The plan backend did not start. {' '.join(said[-3:])}".rstrip())


def _pass_on(child: subprocess.Popen[str]) -> None:
    """Go on reading what it says, so that it never waits for a reader."""
    for line in child.stdout or ():
        _say(line.rstrip("\n"))


def say_sign_ins(demo: Demo) -> None:
    """One nurse and the supervisor of her team; everybody else is in the file."""
    try:
        people = json.loads(demo.sign_ins.read_text(encoding="utf-8"))["sign_ins"]
        nurse = next(person for person in people if person["role"] == "nurse")
        her_team = [person for person in people if person["team"] == nurse["team"]]
        supervisor = next(person for person in her_team if person["role"] == "supervisor")
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise DemoProblem(f"{demo.sign_ins} cannot be read. Begin anew with --fresh.") from error
    _say("Sign in at the plan as")
    for person in (nurse, supervisor):
        _say(
            f"  {person['role']:<11} {person['username']:<13} password {person['password']}   {person['name']}"
        )


def _stop(child: subprocess.Popen[str]) -> None:
    """Ask it to end; it gets ten seconds to finish what it writes."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(5)


def _pick_port(wanted: int | None) -> int:
    for port in [wanted] if wanted is not None else range(PLAN_PORT, PLAN_PORT + _PORTS_TO_TRY):
        with socket.socket() as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise BadSetting("The plan backend's port is taken by another program. Choose one with --plan-port.")


@contextlib.contextmanager
def _signals_as_exit() -> Iterator[None]:
    """While the app does not listen for signals itself, they must still stop the plan backend on the way out."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    old = [(number, signal.signal(number, leave)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in old:
            signal.signal(number, handler)


def _say(line: str) -> None:
    print(line, flush=True)
