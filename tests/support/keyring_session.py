"""A session bus with an unlocked GNOME keyring of its own, for programs that look for a real keystore."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")


def has_gnome_keyring() -> bool:
    return all(shutil.which(name) for name in PROGRAMS)


@contextmanager
def keyring_session(env: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """`env` with the address of a bus on which the Secret Service answers and its collection is unlocked."""
    with ExitStack() as ending:
        # a Unix socket's path must be short, so it does not go under pytest's long directories
        runtime = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="hs-bus-")))
        runtime.chmod(0o700)
        session = {**env, "HOME": str(runtime), "XDG_RUNTIME_DIR": str(runtime)}
        bus = _start(
            ending,
            ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address=unix:dir={runtime}"],
            session,
        )
        assert bus.stdout is not None
        session["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        daemon = _start(
            ending,
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            session,
        )
        assert daemon.stdin is not None
        daemon.stdin.write("a test's keyring\n")
        daemon.stdin.close()
        assert daemon.stdout is not None
        daemon.stdout.readline()  # it prints its control path once it answers on the bus
        yield {**env, "DBUS_SESSION_BUS_ADDRESS": session["DBUS_SESSION_BUS_ADDRESS"]}


def _start(ending: ExitStack, args: list[str], env: Mapping[str, str]) -> subprocess.Popen[str]:
    program = subprocess.Popen(
        args,
        env={**os.environ, **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )

    def end() -> None:
        program.terminate()
        try:
            program.wait(5)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait(5)

    ending.callback(end)
    return program
