"""Whether the program that started this one is still there, seen at the end of a pipe that it holds.

A pipe ends with whoever holds it, however she ends, on every system; nobody has to be asked by a process id.
"""

from __future__ import annotations

import contextlib
import os
import threading

_INPUT = 0


def watch_input() -> threading.Event:
    """Set once standard input has ended. What is written there is passed over."""
    ended = threading.Event()
    threading.Thread(target=_read_on, args=(ended,), name="parent", daemon=True).start()
    return ended


def _read_on(ended: threading.Event) -> None:
    # The file itself and not sys.stdin: Python cannot end while a thread waits in there.
    with contextlib.suppress(OSError):  # no input at all has ended too
        while os.read(_INPUT, 1024):
            continue
    ended.set()
