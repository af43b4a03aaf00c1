"""A nurse on a tablet whose disk is full: `python -m tests.kills.full_disk DIRECTORY` on a small disk of its own.

Orders come as one JSON line on standard input (as for `life`, with `template` and `result` paths on another disk); then
it tells what happened, a JSON line each, and waits for a line where the test does something at the plan.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import sys
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.domain.visit import AnsweredBy, PersonRef
from app.errors import DiskFull, HearthsideError
from app.services.clock import SystemClock
from app.store import health
from app.store.engine import Store
from app.store.files import Pointer, StoreFiles
from app.sync.engine import SyncEngine
from tests.faults.nurse import Nurse
from tests.kills.backend import FIRST, STORE_ID, connected, open_tablet
from tests.kills.life import say
from tests.kills.shift import LINKS

MOST_TAPS = 200
"""A full disk is met long before so many."""


def tell(what: str, **facts: Any) -> None:
    say(json.dumps({"what": what, **facts}))


def fill(path: Path) -> None:
    """Not a byte is left afterwards."""
    with path.open("ab", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            with suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass


async def outcome(work: Awaitable[Any]) -> dict[str, str]:
    try:
        await work
    except HearthsideError as error:
        return {"error": type(error).__name__, "sentence": str(error), "detail": error.detail}
    return {"error": ""}


class SmallTablet:
    def __init__(self, directory: Path, orders: dict[str, Any]) -> None:
        self.files = StoreFiles(directory, STORE_ID)
        self.filler = directory / "photos-of-others"
        self.nurse = Nurse("ana", PersonRef(orders["reference"], orders["name"]))
        self.people: list[str] = orders["people"]
        self._orders = orders

    def set_up(self) -> None:
        self.files.make_directory()
        shutil.copy(self._orders["template"], self.files.database(FIRST))
        self.files.write_pointer(Pointer(FIRST, self.nurse.name, "pin"))
        self.files.finish_making()

    async def open(self) -> Store:
        store = await open_tablet(self.files)
        self.nurse.take(store, SystemClock())
        return store

    async def work(self) -> None:
        store = await self.open()
        async with connected(store) as engine:
            await engine.run_pass()
            signed, draft = await self._document()
            fill(self.filler)
            await self._tap_until_full(draft)
            await self._try_everything(draft, signed, engine)
        await store.close()
        await self._open_when_full(draft)
        self.filler.unlink()
        await self._go_on(draft)

    async def _document(self) -> tuple[str, str]:
        """A signed visit that waits, and a draft with some taps."""
        signed = await self.nurse.document(self.people[0], 4)
        draft = await self.nurse.begin(self.people[1])
        assert signed is not None
        assert draft is not None
        for link in LINKS[:3]:
            await self.nurse.tap(draft, f"esas-{link}", 5)
        return signed, draft

    async def _tap_until_full(self, draft: str) -> None:
        """The same question again and again: the log grows with each answer until nothing more fits."""
        for number in range(MOST_TAPS):
            value = number % 11
            found = await outcome(self.nurse.tap(draft, "esas-wb", value))
            if found["error"]:
                tell("tap", tried=value, **found)
                return
        tell("tap", error="", taps=MOST_TAPS)

    async def _try_everything(self, draft: str, signed: str, engine: SyncEngine) -> None:
        page = await self.nurse.visits.page(draft)
        shown = {link: one.value for link, one in page.draft.answers.items()}
        tell("reading", shown=shown, saved=self.nurse.charted[draft].values)
        tell("reading a signed visit", **await outcome(self.nurse.visits.read(signed)))
        tell("note", **await outcome(self.nurse.visits.set_note(draft, "never kept " * 500)))
        tell("signing", **await outcome(self._sign(draft)), signed=self.nurse.charted[draft].signed)
        tell("syncing soon")
        sys.stdin.readline()
        found: dict[str, Any] = {"outcome": "", "sentence": ""}
        with suppress(DiskFull):
            report = await engine.run_pass()
            found = {"outcome": report.outcome, "sentence": report.sentence}
        tell("pass", **found)
        tell("received", visits=list(await self.nurse.list_received()))

    async def _sign(self, draft: str) -> None:
        await self.nurse.visits.set_answered_by(draft, AnsweredBy.PATIENT)
        await self.nurse.sign(draft)

    async def _open_when_full(self, draft: str) -> None:
        """Locked and unlocked while the disk is still full."""
        try:
            store = await self.open()
        except HearthsideError as error:
            tell("opening", error=type(error).__name__, sentence=str(error))
            return
        page = await self.nurse.visits.page(draft)
        tell("opening", error="", shown={link: one.value for link, one in page.draft.answers.items()})
        await store.close()

    async def _go_on(self, draft: str) -> None:
        """Somebody made room."""
        store = await self.open()
        page = await self.nurse.visits.page(draft)
        tell("room again", shown={link: one.value for link, one in page.draft.answers.items()})
        await self.nurse.tap(draft, "esas-anx", 8)
        await self.nurse.note(draft, "Room again.")
        await self._sign(draft)
        async with connected(store) as engine:
            for _ in range(3):
                report = await engine.run_pass()
        found = await store.read(health.examine)
        claims = list(await self.nurse.list_received())
        await store.close()
        shutil.copy(self.files.database(self.files.read_pointer().file), self._orders["result"])
        charted = {visit_id: vars(made) for visit_id, made in self.nurse.charted.items()}
        tell("end", outcome=report.outcome, whole=found.whole, charted=charted, claims=claims)


def main() -> None:
    tablet = SmallTablet(Path(sys.argv[1]), json.loads(sys.stdin.readline()))
    assert os.statvfs(sys.argv[1]).f_blocks * os.statvfs(sys.argv[1]).f_frsize < 1 << 24, errno.ENOSPC
    tablet.set_up()
    asyncio.run(tablet.work())


if __name__ == "__main__":
    main()
