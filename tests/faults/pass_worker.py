"""A process of its own that begins a pass and stays in it: `python -m tests.faults.pass_worker <store file>`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import httpx

from app.store.engine import open_store
from app.sync.engine import SyncEngine
from app.sync.tokens import make_client
from tests.faults.world import KEY, SIGN_IN


class Silent(httpx.AsyncBaseTransport):
    """A server that never answers."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sys.stdout.write("in the pass\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


async def main(path: Path) -> None:
    store = await open_store(path, KEY, store_id="s")
    client = make_client(store, SIGN_IN, transport=Silent())
    await SyncEngine(store, client).run_pass()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
