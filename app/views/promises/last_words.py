"""What stands typed in a field that is no answer of the visit: kept before signing, at the lock, on leaving."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import flet as ft

from app.views.guard import report
from app.views.ports import OpenSession
from app.views.visit.saving import Saving

_kept: set[asyncio.Task[None]] = set()
"""Last words on their way; nobody else holds these tasks."""


def use_last_words(
    session: OpenSession,
    saving: Saving,
    name: str,
    flush: Callable[[], Awaitable[bool]],
    keep: Callable[[], Awaitable[None]],
) -> None:
    """`flush` runs before the visit is signed, `keep` when the window locks or this part leaves the screen."""
    newest: ft.MutableRef[Callable[[], Awaitable[None]]] = ft.use_ref(lambda: keep)
    newest.current = keep
    saving.flushers[name] = flush

    async def last() -> None:
        try:
            await (newest.current or keep)()
        except Exception as error:  # noqa: BLE001 - nobody is there to show it to; it is logged by type
            report("last words", error)

    def going() -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(last())
        _kept.add(task)
        task.add_done_callback(_kept.discard)
        return task

    def end() -> None:
        saving.flushers.pop(name, None)
        if going in session.on_closed:
            session.on_closed.remove(going)
        going()

    first: ft.MutableRef[tuple[Callable[[], None], Callable[[], None]]] = ft.use_ref(
        lambda: (lambda: session.on_closed.append(going), end)
    )
    start, stop = first.current or (lambda: None, end)
    ft.use_effect(start, [], cleanup=stop)
