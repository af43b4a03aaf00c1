"""A PostgreSQL server of the tests' own: fresh cluster in a temporary directory, Unix socket only."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",  # the cluster lives for one test run
    "max_connections": "60",
    "shared_buffers": "32MB",
}

RUN = os.environ.setdefault("HEARTHSIDE_TEST_RUN", str(os.getpid()))
"""Which run of the tests this is: its worker processes get it from the first one."""
MADE = Path(tempfile.gettempdir()) / f"hs-pg-made-{RUN}"
"""A new cluster that was never started. Making one takes three seconds of a core, copying it a tenth of one."""


@dataclass(frozen=True)
class PostgresServer:
    """A running cluster. Connections go through its socket directory."""

    directory: Path
    user: str

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{self.user}@/{database}?host={quote(str(self.directory), safe='')}"

    def make_name(self) -> str:
        """A name that no database has."""
        return f"t{uuid4().hex}"

    def make_database(self, name: str = "", *, like: str = "template1") -> str:
        """A new database, a copy of the one named in `like`; returns its URL."""
        name = name or self.make_name()
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with psycopg.connect(
            f"host={self.directory} user={self.user} dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(like)))
        return self.url(name)


def find_binaries() -> Path | None:
    """The directory of initdb and postgres: the newest Debian version, else what is on the path."""
    for directory in sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: each.parent.name, reverse=True
    ):
        if (directory / "initdb").exists() and (directory / "postgres").exists():
            return directory
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def missing(message: str) -> None:
    """A failure where nothing may be missing (CI=true), a skip elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def start_postgres() -> Iterator[PostgresServer]:
    """Make a cluster, run it, and remove it. As root it runs as user postgres, since the server refuses root."""
    binaries = find_binaries()
    if binaries is None:
        missing("no PostgreSQL server is installed: apt-get install postgresql")
        return
    as_user: list[str] = []
    # Short: a socket's path holds at most 107 bytes.
    directory = Path(tempfile.mkdtemp(prefix="hs-pg-"))
    user = pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(directory, account.pw_uid, account.pw_gid)
        as_user = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        user = "postgres"
    data = directory / "data"
    options = " ".join([f"-c {name}='{value}'" for name, value in SETTINGS.items()] + [f"-k '{directory}'"])
    control = [*as_user, str(binaries / "pg_ctl"), "-D", str(data), "-w", "-t", "60"]
    try:
        if MADE.is_dir():
            _run(directory, "cp", "-a", str(MADE), str(data))
        else:
            initdb = [
                str(binaries / "initdb"),
                "-D",
                str(data),
                "-A",
                "trust",
                "-U",
                user,
                "-N",
                "-E",
                "UTF8",
            ]
            _run(directory, *as_user, *initdb)
            _keep(directory, data)
        _run(directory, *control, "-l", str(directory / "log"), "-o", options, "start")
        yield PostgresServer(directory, user)
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):  # it may never have started
            _run(directory, *control, "-m", "immediate", "stop")
        shutil.rmtree(directory, ignore_errors=True)


def _keep(directory: Path, data: Path) -> None:
    """Lay a copy where the other processes of this run find it, all of it at once."""
    mine = MADE.with_name(f"{MADE.name}.{os.getpid()}")
    _run(directory, "cp", "-a", str(data), str(mine))
    try:
        mine.rename(MADE)
    except OSError:  # another process was sooner
        shutil.rmtree(mine)


def forget_made() -> None:
    """At the end of the run."""
    shutil.rmtree(MADE, ignore_errors=True)


def _run(directory: Path, *command: str) -> None:
    subprocess.run(command, check=True, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
