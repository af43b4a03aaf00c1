"""A process that sees a small file system at a place of its own: mounted for it alone, gone when it ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_MOUNT = 'mount -t tmpfs -o size="$1"k tmpfs "$2" && shift 2 && exec "$@"'


def _unshare() -> list[str] | None:
    """How to get a mount of one's own here: as root, or as root of a user namespace. None where neither works."""
    if shutil.which("unshare") is None:
        return None
    for flags in (["-m"], ["-rm"]):
        probe = ["unshare", *flags, "sh", "-c", 'mount -t tmpfs tmpfs "$1"', "sh", "/mnt"]
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return ["unshare", *flags]
    return None


@contextmanager
def run_on_small_disk(module: str, place: Path, kib: int) -> Iterator[subprocess.Popen[str]]:
    """`python -m module place`, where `place` is a tmpfs of so many KiB. Its pipes are for the caller."""
    unshare = _unshare()
    if unshare is None:
        message = (
            "A SMALL DISK CANNOT BE MADE HERE (neither root nor user namespaces): full disks were NOT tested."
        )
        assert os.environ.get("CI") != "true", message
        pytest.skip(message)
    place.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [*unshare, "sh", "-c", _MOUNT, "sh", str(kib), str(place), sys.executable, "-m", module, str(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()
