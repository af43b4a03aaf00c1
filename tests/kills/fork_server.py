"""A warm process that has everything imported, and forks one child a line: killing 40 of them costs seconds.

`python -m tests.kills.fork_server`: orders as JSON, a line each; children write to the same standard output. For each
child it says `child <pid>` first and `ended <signal>` last.
"""

from __future__ import annotations

import json
import os
import sys
import traceback

from tests.kills import bad_clients, life  # noqa: F401 - imported before forking, so that a child need not


def main() -> None:
    for line in iter(sys.stdin.readline, ""):
        orders = life.Orders(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            _be_child(orders)
        life.say(f"child {pid}")
        _, status = os.waitpid(pid, 0)
        life.say(f"ended {os.waitstatus_to_exitcode(status)}")


def _be_child(orders: life.Orders) -> None:
    try:
        life.run(orders)
    except BaseException:  # noqa: BLE001 - a child must never go on as a second server
        traceback.print_exc()
    os._exit(1)


if __name__ == "__main__":
    main()
