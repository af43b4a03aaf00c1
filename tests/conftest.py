"""For all tests."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from plan import passwords
from tests.support import kept_sql, postgres

LAST_BROWSER_BEGINS = 0.8
"""Share of the other files that have begun by then: it must not be what everybody waits for at the end."""
BETWEEN_SWEEPS = 10_000
"""Objects that are made and kept before the next sweep of memory."""
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that drive a browser begin one after the other among the rest: four at once starve each other."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    browsers = [path for path, found in files.items() if found[0].get_closest_marker("browser")]
    order = [path for path in files if path not in browsers]
    apart = len(order) * LAST_BROWSER_BEGINS // max(1, len(browsers))
    for place, path in enumerate(browsers):
        order.insert(int(place * (apart + 1)), path)
    items[:] = [item for path in order for item in files[path]]


gc.disable()  # a third of the time of collecting would go into looking for garbage where there is none


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: it need not be looked through at every sweep of memory."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From here on there is garbage; short sweeps at every 700th object would be a tenth of the tests' time."""
    gc.set_threshold(BETWEEN_SWEEPS, 20, 20)
    gc.enable()


def pytest_unconfigure() -> None:
    if str(os.getpid()) == postgres.RUN:  # the process that began the run
        postgres.forget_made()


@pytest.fixture(scope="session", autouse=True)
def sql_is_compiled_once() -> Iterator[None]:
    with kept_sql.kept():
        yield


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """Passwords of the plan's users at the least cost: the real one, a quarter of a second each, has tests of its own.

    Processes that the tests start hash as they should. Gives the real one.
    """
    real = passwords._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", QUICK)
        patch.setattr(passwords, "_dummy", [])
        yield real
