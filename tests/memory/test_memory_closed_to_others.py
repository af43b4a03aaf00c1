"""Another program of the same user cannot read the app's memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")

SCRIPT = """
import ctypes, os
from app.crash import forbid_reading
NOBODY, PR_SET_DUMPABLE = 65534, 4

def become_nobody():
    # a superuser may read everything: both sides give that up, as a nurse's programs do not have it
    if os.geteuid() == 0:
        os.setgroups([]); os.setgid(NOBODY); os.setuid(NOBODY)
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)

def reads(pid):
    try:
        os.close(os.open(f"/proc/{pid}/mem", os.O_RDONLY))
        return "read"
    except PermissionError:
        return "refused"

ready, go, closed, end = (os.pipe() for _ in range(4))
app = os.fork()
if app == 0:
    become_nobody()
    os.write(ready[1], b"1"); os.read(go[0], 1)
    assert forbid_reading()
    os.write(closed[1], b"1"); os.read(end[0], 1)
    os._exit(0)
os.read(ready[0], 1)
become_nobody()
before = reads(app)
os.write(go[1], b"1"); os.read(closed[0], 1)
print(before, reads(app))
os.write(end[1], b"1")
"""


def test_a_program_of_the_same_user_is_refused_once_the_memory_is_closed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["read", "refused"], done.stdout


def test_starting_the_app_closes_its_memory() -> None:
    program = (
        "import ctypes; from app.crash import forbid_core_dumps; forbid_core_dumps();"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0", "PR_GET_DUMPABLE"
