"""Alerts that go on and discharges whose nurse is off, looked at while a process serves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from plan.fhir.stamps import Clock, clock_ms
from plan.leave.discharges import BACK_MS, tell_of_discharges
from plan.leave.going_on import pass_on

EVERY = 20.0
"""Seconds between looks. One that finds nothing reads and writes nothing."""
REST = 60.0
"""Seconds of quiet after a look that went wrong."""
OVERLAP_MS = 60_000
"""How far before the last look the next one begins: a write is visible a little after its stamp."""
_log = logging.getLogger("plan.leave")


class Watch:
    """One process's looks; several on one database do no more than one."""

    def __init__(self, engine: Engine, clock: Clock = clock_ms) -> None:
        self._engine = engine
        self._clock = clock
        self._since_ms: int | None = None
        """The stamp from which discharges are looked at."""

    def look(self) -> int:
        """Look once. Returns how much was done."""
        began = self._clock()
        # Stamps can run ahead of the clock that was put back: the first look is a wide one.
        since = began - BACK_MS if self._since_ms is None else self._since_ms
        done = tell_of_discharges(self._engine, self._clock, since) + pass_on(self._engine, self._clock)
        self._since_ms = began - OVERLAP_MS
        return done


@contextmanager
def keep_watch(engine: Engine, every: float = EVERY) -> Iterator[None]:
    """Look every so many seconds while this lasts."""
    ending = threading.Event()
    watching = threading.Thread(target=run, args=(Watch(engine), ending, every), name="leave", daemon=True)
    watching.start()
    try:
        yield
    finally:
        ending.set()
        watching.join(timeout=10)


def run(watch: Watch, ending: threading.Event, every: float = EVERY) -> None:
    """Look until it ends."""
    wait = every
    while not ending.wait(wait):
        wait = every
        try:
            watch.look()
        except Exception as error:  # noqa: BLE001 - the thread would be gone, and no alert would go on any more
            _log.warning("alerts could not be looked at (%s); trying again", type(error).__name__)
            wait = REST
