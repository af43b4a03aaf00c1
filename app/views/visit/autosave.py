"""Text that is saved while one types: after a short pause, on leaving the field, and when the window closes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import flet as ft

from app.views.guard import report
from app.views.ports import OpenSession

PAUSE = 0.4
"""Seconds without a key before what was typed is saved."""
Save = Callable[[str], Awaitable[bool]]


@dataclass(slots=True)
class Typed:
    """What stands in the field and what of it is on the disk."""

    text: str
    saved: str
    save: Save | None = None
    save_quietly: Callable[[str], Awaitable[Any]] | None = None
    task: asyncio.Task[None] | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def flush(self) -> None:
        """Save until the disk holds what the field holds, or a save fails (the text stays in the field)."""
        async with self.turn:
            while self.save is not None and self.text != self.saved:
                typed = self.text
                if not await self.save(typed):
                    return
                self.saved = typed

    def stop_waiting(self) -> None:
        if self.task is not None:
            self.task.cancel()
            self.task = None


@dataclass(frozen=True, slots=True)
class Field:
    """What a text field needs: its value, what to do on a change and on leaving it."""

    value: str
    change: Callable[[str], None]
    leave: Callable[[Any], Awaitable[None]]


Flushers = dict[str, Callable[[], Awaitable[None]]]
"""By name, every field of a page that may hold unsaved text; signing runs them all first."""


def use_autosave(
    name: str,
    initial: str,
    save: Save,
    save_quietly: Callable[[str], Awaitable[Any]],
    session: OpenSession,
    flushers: Flushers,
) -> Field:
    """Hold a text and keep it saved.

    `save` says whether it worked and tells the page; `save_quietly` is used when the page is going away and must
    touch nothing on the screen.
    """
    value, set_value = ft.use_state(initial)
    box: ft.MutableRef[Typed] = ft.use_ref(lambda: Typed(initial, initial))
    typed = box.current
    assert typed is not None  # noqa: S101 - use_ref was given a value
    typed.save = save
    typed.save_quietly = save_quietly

    async def later() -> None:
        await asyncio.sleep(PAUSE)
        typed.task = None
        await typed.flush()

    def change(new: str) -> None:
        typed.text = new
        set_value(lambda _: new)
        typed.stop_waiting()
        typed.task = asyncio.get_running_loop().create_task(later())

    async def leave(_: Any) -> None:
        typed.stop_waiting()
        await typed.flush()

    async def last_words() -> None:
        if typed.text == typed.saved or typed.save_quietly is None:
            return
        try:
            await typed.save_quietly(typed.text)
            typed.saved = typed.text
        except Exception as error:  # noqa: BLE001 - nobody is left to show it to; it is logged by type
            report("last save", error)

    def going() -> None:
        typed.stop_waiting()
        if typed.text != typed.saved:
            task = asyncio.get_running_loop().create_task(last_words())
            typed.task = task

    def start() -> None:
        flushers[name] = typed.flush
        session.on_closed.append(going)

    def end() -> None:
        flushers.pop(name, None)
        if going in session.on_closed:
            session.on_closed.remove(going)
        going()

    first_end: ft.MutableRef[Callable[[], None]] = ft.use_ref(lambda: end)
    first_start: ft.MutableRef[Callable[[], None]] = ft.use_ref(lambda: start)
    ft.use_effect(first_start.current or start, [], cleanup=first_end.current or end)
    return Field(value, change, leave)
