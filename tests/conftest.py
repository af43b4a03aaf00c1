"""For all tests."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from plan import passwords

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: it need not be looked through at every sweep of memory."""
    gc.collect()
    gc.freeze()


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
