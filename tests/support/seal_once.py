"""Sign a visit, seal it and sync, in a process of its own that ends itself with SIGKILL at a named step.

`python -m tests.support.seal_once` reads one JSON object a line (`data`, `store_id`, `key`, `person`, `patient_id`,
`step`) and forks a process for each; when that has died it answers with a line: the signal, and the visit's id.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from app.store import courier_files
from app.store.files import StoreFiles
from app.sync.courier import Sealer
from tests.support.field import Person
from tests.support.sealing_tablet import open_sealing_tablet

STEPS = ("signed", "cut", "half laid", "laid", "before deleting")
"""Between commit and sealing (two), between sealing and settle (two), between settle and deletion."""


async def live(orders: dict[str, Any], say: int) -> None:
    person = Person(**orders["person"])
    files = StoreFiles(Path(orders["data"]), orders["store_id"])
    tablet = await open_sealing_tablet(files, person, bytes.fromhex(orders["key"]))

    def step(name: str) -> None:
        if name == orders["step"]:
            os.kill(os.getpid(), signal.SIGKILL)

    visit = await tablet.document(orders["patient_id"], pain=7)
    os.write(say, visit.id.encode())
    step("signed")
    # The bytes of a copy are written then, its name is not there yet.
    courier_files.os.fsync = lambda fd: step("half laid")  # type: ignore[attr-defined]  # a module's own name for os
    sealer = Sealer(tablet.store, step=step)
    await sealer.run()
    report = await tablet.sync()
    assert report.pushed == 1, report
    await sealer.run()
    raise AssertionError("nothing ended this process")


def main() -> None:
    for line in sys.stdin:
        orders = json.loads(line)
        hear, say = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(live(orders, say))
            finally:
                os._exit(1)
        os.close(say)
        with os.fdopen(hear) as said:
            visit_id = said.read()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{json.dumps([os.waitstatus_to_exitcode(status), visit_id])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
