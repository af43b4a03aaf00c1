"""Run one sync pass on an existing store, as a process of its own that a test may kill.

`python -m tests.support.push_once STORE_FILE`, the key in hexadecimal on standard input.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from app.store import sessions
from app.store.engine import open_store
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client


async def main(path: Path, key: bytes) -> None:
    store = await open_store(path, key, store_id="store")
    sign_in = await store.read(sessions.find)
    assert sign_in is not None
    client = make_client(store, sign_in)
    report = await SyncEngine(store, client).run_pass()
    sys.stdout.write(report.outcome)
    await client.aclose()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), bytes.fromhex(sys.stdin.readline().strip())))
