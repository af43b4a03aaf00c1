"""A cluster of PostgreSQL in a directory that stays: what takes minutes to fill is filled once.

`HEARTHSIDE_BENCH_POSTGRES` names the directory; without it the cluster lies under `.cache/benchmarks`. Commits wait for
the disk, as in the figures of ingestion. It listens on a socket of its own and on no port.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.registry import NotRun
from tests.support.postgres import PostgresServer, find_binaries

ROOT = Path(__file__).resolve().parents[1]
PLACE = "HEARTHSIDE_BENCH_POSTGRES"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "maintenance_work_mem": "1GB",
    "work_mem": "64MB",
    "max_wal_size": "8GB",
}
"""For a machine with some gigabytes to spare; docs/scale.md says what a larger one is given."""


def find_place() -> Path:
    named = os.environ.get(PLACE)
    return Path(named) if named else ROOT / ".cache" / "benchmarks" / "postgres"


@contextmanager
def kept_cluster(place: Path) -> Iterator[PostgresServer]:
    """Run the cluster in `place`, made where there is none. Raises NotRun without PostgreSQL."""
    binaries = find_binaries()
    if binaries is None:
        raise NotRun("no PostgreSQL server is installed: apt-get install postgresql")
    user, as_user = pwd.getpwuid(os.getuid()).pw_name, []
    place.mkdir(parents=True, exist_ok=True)
    sockets = Path(tempfile.mkdtemp(prefix="hs-pg-"))  # short: a socket's path holds at most 107 bytes
    if os.getuid() == 0:  # the server refuses root
        user, account = "postgres", pwd.getpwnam("postgres")
        as_user = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        for directory in (place, sockets):
            os.chown(directory, account.pw_uid, account.pw_gid)
    data = place / "data"
    if not (data / "PG_VERSION").exists():
        _run(
            [*as_user, str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", user, "-E", "UTF8"],
            sockets,
        )
    options = " ".join([f"-c {name}='{value}'" for name, value in SETTINGS.items()] + [f"-k '{sockets}'"])
    control = [*as_user, str(binaries / "pg_ctl"), "-D", str(data), "-w", "-t", "300"]
    _run([*control, "-l", str(place / "log"), "-o", options, "start"], sockets)
    try:
        yield PostgresServer(sockets, user)
    finally:
        _run([*control, "-m", "fast", "stop"], sockets)
        shutil.rmtree(sockets, ignore_errors=True)


def find_database(server: PostgresServer, name: str) -> str | None:
    """Its address; None when there is none of this name."""
    with psycopg.connect(f"host={server.directory} user={server.user} dbname=postgres") as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
    return server.url(name) if found else None


def _run(command: list[str], directory: Path) -> None:
    subprocess.run(command, check=True, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
