"""Thousands of small worlds in one process: work runs where it is called, and compiled SQL is kept between worlds.

In one thread a schedule is the same every time it runs, so a seed can be played again. Real threads and real
processes are the subject of tests/kills and of the tests of the store.
"""

from __future__ import annotations

import asyncio
import random
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

import app.store.engine as store_engine
import plan.app  # all of its doors
from tests.support.kept_sql import kept


class Here(Executor):
    """Does the work at once, in the thread that asks."""

    def __init__(self, *_args: object, **_more: object) -> None:
        super().__init__()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **more))
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits, as an executor does
            future.set_exception(error)
        return future


async def _here(fn: Callable[..., Any], *args: Any) -> Any:
    return fn(*args)


class OneThread(asyncio.SelectorEventLoop):
    """An event loop whose executors do their work at once, without a round through the loop for each."""

    def run_in_executor(  # type: ignore[override]  # the future of work that is done already
        self, _executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = self.create_future()
        try:
            future.set_result(func(*args))
        except BaseException as error:  # noqa: BLE001 - as above
            future.set_exception(error)
        return future


class Dice:
    """`os` as `uuid` sees it, with random bytes that come again with the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def urandom(self, count: int) -> bytes:
        return self._random.randbytes(count)


@contextmanager
def seeded_ids(seed: int) -> Iterator[None]:
    """`uuid4` gives the same ids in the same order."""
    known = vars(uuid)["os"]
    vars(uuid)["os"] = Dice(seed)
    try:
        yield
    finally:
        vars(uuid)["os"] = known


@contextmanager
def in_one_thread() -> Iterator[None]:
    """While this lasts, stores and the plan of this process work without threads."""
    patches: list[tuple[Any, str, Callable[..., Awaitable[Any]] | Any]] = [
        (store_engine, "ThreadPoolExecutor", Here)
    ]
    patches += [
        (module, "run_in_threadpool", _here)
        for name, module in sorted(sys.modules.items())
        if name.partition(".")[0] == plan.__name__ and "run_in_threadpool" in vars(module)
    ]
    known = [(module, name, getattr(module, name)) for module, name, _ in patches]
    for module, name, value in patches:
        setattr(module, name, value)
    try:
        with kept():
            yield
    finally:
        for module, name, value in known:
            setattr(module, name, value)
