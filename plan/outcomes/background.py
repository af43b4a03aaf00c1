"""Facts brought up to date in the background of a serving process, a little after each write; the report once a day."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from plan.database import read_transaction
from plan.fhir.stamps import clock_ms
from plan.outcomes.refresh import Ending, refresh

EVERY = 5.0
"""Seconds between looks. A look that finds nothing new reads two rows."""
REPORT_EVERY = 720
"""So many looks until it is seen whether the report is a day old: about an hour."""
_DAY_MS = 86_400_000
_REST = 60.0
"""Seconds of quiet after a look that went wrong."""
_log = logging.getLogger("plan.outcomes")


@contextmanager
def keep_fresh(engine: Engine, every: float = EVERY) -> Iterator[None]:
    """Look every so many seconds while this lasts. Several processes on one database may do so at once."""
    ending = threading.Event()
    looking = threading.Thread(target=look, args=(engine, ending, every), name="outcomes", daemon=True)
    looking.start()
    try:
        yield
    finally:
        ending.set()
        looking.join(timeout=10)


def look(engine: Engine, ending: Ending, every: float = EVERY) -> None:
    """Look until it ends."""
    wait, turn = every, 0
    while not ending.wait(wait):
        wait, turn = every, turn + 1
        try:
            refresh(engine, ending=ending)
            if turn % REPORT_EVERY == 0:
                _renew_report(engine)
        except Exception as error:  # noqa: BLE001 - the thread would be gone, and the facts old for good
            # Named by its kind alone: a message can hold what was to be written. The figures say how old they are.
            _log.warning("facts could not be brought up to date (%s); trying again", type(error).__name__)
            wait = _REST


def _renew_report(engine: Engine) -> None:
    """Make the report where the last one is a day old, so that nobody has to wait for it."""
    from plan.outcomes.report.making import make_report
    from plan.outcomes.report.reading import find_made

    with read_transaction(engine) as connection:
        made = find_made(connection)
    if made is None or clock_ms() - made >= _DAY_MS:
        make_report(engine, clock_ms())
