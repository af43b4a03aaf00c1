"""Named moments at which a child process kills itself with SIGKILL: nothing of it runs any further, no exception, no
tidying. Each is a place in the app where work is half done.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn


@dataclass(frozen=True)
class Moment:
    """Before or after a call of one function of the app. `needs`: what must have been set up for it to come."""

    module: str
    name: str
    after: bool
    needs: str = ""


MOMENTS = {
    "after the commit, before the answer": Moment("app.store.engine", "Store.write", after=True),
    "a tap is stored, not answered": Moment("app.services.visits", "Visits.answer", after=True),
    "in the transaction that signs": Moment("app.services.visits", "save_signed", after=True),
    "marked as attempted, not sent": Moment("app.sync.transport", "FhirClient.transaction", after=False),
    "sent, not settled": Moment("app.sync.transport", "FhirClient.transaction", after=True),
    "in the transaction that settles": Moment("app.store.outbox", "settle", after=True),
    "in a page, among its rows": Moment("app.sync.inbound", "project", after=True),
    "in a page, before its cursor": Moment("app.store.cursors", "put", after=False),
    "in a page, after its cursor": Moment("app.store.cursors", "put", after=True),
    "new tokens answered, not stored": Moment("app.sync.oauth", "refresh", after=True, needs="refresh"),
    "a file is sent, not settled": Moment("app.sync.files", "_Sender._put", after=True, needs="photo"),
    "a file is about to be sent": Moment("app.sync.files", "_Sender._put", after=False, needs="photo"),
    "in the swap of a side copy": Moment("app.sync.side_copy", "swap", after=True, needs="side copy"),
    "side copy whole, not swapped": Moment("app.sync.side_copy", "swap", after=False, needs="side copy"),
    "in a migration": Moment("app.store.migrations", "_migrate", after=True, needs="old store"),
    "in the copy of a migration": Moment("app.store.file_copies", "copy_file", after=True, needs="old store"),
    "migrated, not switched": Moment("app.store.files", "StoreFiles.write_pointer", after=False, needs="old store"),
    "while closing": Moment("app.store.engine", "Store._finish_writer", after=False),
}  # fmt: skip


def die(moment: str) -> NoReturn:
    sys.stdout.write(f"at {moment}\n")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process went on")


def arm(moment: str, times: int) -> None:
    """From now on the process dies at the `times`-th coming of this moment."""
    chosen = MOMENTS[moment]
    module = importlib.import_module(chosen.module)
    *path, last = chosen.name.split(".")
    owner = functools.reduce(getattr, path, module)
    _replace(owner, last, _killing(getattr(owner, last), moment, times, after=chosen.after))


def _replace(owner: Any, name: str, replacement: Callable[..., Any]) -> None:
    original = getattr(owner, name)
    setattr(owner, name, replacement)
    if not inspect.ismodule(owner):
        return
    for module in list(sys.modules.values()):  # those that imported the name itself
        if getattr(module, "__name__", "").startswith("app.") and getattr(module, name, None) is original:
            setattr(module, name, replacement)


def _killing(call: Callable[..., Any], moment: str, times: int, *, after: bool) -> Callable[..., Any]:
    left = times

    def is_last() -> bool:
        nonlocal left
        left -= 1
        return left == 0

    if inspect.iscoroutinefunction(call):

        @functools.wraps(call)
        async def awaited(*args: Any, **more: Any) -> Any:
            last = is_last()
            if last and not after:
                die(moment)
            result = await call(*args, **more)
            if last:
                die(moment)
            return result

        return awaited

    @functools.wraps(call)
    def called(*args: Any, **more: Any) -> Any:
        last = is_last()
        if last and not after:
            die(moment)
        result = call(*args, **more)
        if last:
            die(moment)
        return result

    return called
