"""Nobody reads this process's memory, which holds records and keys while a store is open: no image, no stranger."""

from __future__ import annotations

import ctypes
import logging
import sys

_PR_SET_DUMPABLE = 4


def forbid_core_dumps() -> None:
    """Let the system write no image of this process, whichever way it ends. Child processes inherit it.

    systemd-coredump and apport, which receive images through a pipe, go by the same limit.
    """
    if sys.platform == "win32":
        return  # Windows keeps an image only where its error reporting was told to for this program
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    forbid_reading()


def forbid_reading() -> bool:
    """Keep other programs of the same user from reading this memory or attaching to it. Linux and Android only.

    A superuser can all the same. Not inherited by a program that this one starts. False where it cannot be had.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        library = ctypes.CDLL(None, use_errno=True)
        refused = library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    except (OSError, AttributeError):
        refused = -1
    if refused:
        logging.getLogger("app.crash").warning("this process's memory could not be closed to other programs")
    return not refused
