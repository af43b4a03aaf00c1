"""For all tests."""

from __future__ import annotations

import gc
import os
import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.unraisableexception import gc_collect_iterations_key
from argon2 import PasswordHasher
from httpx._transports import default

from plan import passwords
from tests.support import kept_sql, postgres

LAST_BROWSER_BEGINS = 0.8
"""Share of the other files that have begun by then: it must not be what everybody waits for at the end."""
BETWEEN_SWEEPS = 10_000
"""Objects that are made and kept before the next sweep of memory."""
LONGEST = (
    "test_whole_visits", "test_story", "test_accessibility", "test_two_nurses_conflict", "test_death_story",
    "test_review_story", "test_nothing_in_the_clear",
)  # fmt: skip
"""Files with a browser that begin before the others."""
LONG = ("test_schedules", "test_ids_listed")
"""The same without one: what is long and begins late is what everybody waits for at the end."""
PLANS = {"field_plan", "keyed_plan", "postgres_plan"}
"""Plans that a worker starts once for all its files."""
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What one worker does in one piece, which xdist reads after this, and in which order the pieces begin.

    A piece is a file, or all tests of a directory that share a server: each worker with one of them would start its
    own. Those take longest and begin first. Files that drive a browser begin one after the other among the rest:
    four at once starve each other.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
        item.add_marker(pytest.mark.xdist_group(_piece(item)))
    browsers = [path for path, found in files.items() if found[0].get_closest_marker("browser")]
    browsers.sort(key=lambda path: LONGEST.index(path.stem) if path.stem in LONGEST else len(LONGEST))
    order = [path for path in files if path not in browsers]
    order.sort(key=lambda path: (not any(_server(item) for item in files[path]), path.stem not in LONG))
    apart = len(order) * LAST_BROWSER_BEGINS // max(1, len(browsers))
    for place, path in enumerate(browsers):
        order.insert(int(place * (apart + 1)), path)
    items[:] = [item for path in order for item in files[path]]


def _server(item: pytest.Item) -> str:
    """What it shares with tests of other files, "" for nothing."""
    names: Sequence[str] = getattr(item, "fixturenames", ())
    if PLANS.intersection(names):
        return "field-plan"
    return "postgres" if item.get_closest_marker("postgres") else ""


def _piece(item: pytest.Item) -> str:
    """Its name, which stands behind an @ in the names of tests."""
    shared = _server(item)
    return f"{item.path.parent.name}-{shared}" if shared else item.path.stem


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


def pytest_configure(config: pytest.Config) -> None:
    # One sweep at the end finds what Python leaves; PyPy would need the five, each a second of a full worker.
    config.stash[gc_collect_iterations_key] = 1


def pytest_unconfigure() -> None:
    if str(os.getpid()) == postgres.RUN:  # the process that began the run
        postgres.forget_made()


@pytest.fixture(scope="session", autouse=True)
def sql_is_compiled_once() -> Iterator[None]:
    with kept_sql.kept():
        yield


@pytest.fixture(scope="session", autouse=True)
def certificates_are_read_once() -> Iterator[None]:
    """Clients that trust what everybody trusts share the list: reading it takes 15 ms, and each test makes clients."""
    make = default.create_ssl_context
    usual: list[ssl.SSLContext] = []

    def shared(
        verify: ssl.SSLContext | str | bool = True, cert: Any = None, trust_env: bool = True
    ) -> ssl.SSLContext:
        if verify is not True or cert is not None or {"SSL_CERT_FILE", "SSL_CERT_DIR"} & os.environ.keys():
            return make(verify=verify, cert=cert, trust_env=trust_env)
        if not usual:
            usual.append(make(verify=True, cert=None, trust_env=trust_env))
        return usual[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(default, "create_ssl_context", shared)
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
