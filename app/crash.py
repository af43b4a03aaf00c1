"""What a crash leaves behind: nothing of the memory, which holds records and keys while a store is open."""

from __future__ import annotations

import sys


def forbid_core_dumps() -> None:
    """Let the system write no image of this process, whichever way it ends. Child processes inherit it.

    systemd-coredump and apport, which receive images through a pipe, go by the same limit.
    """
    if sys.platform == "win32":
        return  # Windows keeps an image only where its error reporting was told to for this program
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
