"""Text that is saved while one types: after a short pause, on leaving the field, and when the window closes.

Each field has one writer at a time, whoever asks: older letters can never be written over newer ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import flet as ft

from app.views.guard import report
from app.views.ports import OpenSession

PAUSE = 0.4
"""Seconds without a key before what was typed is saved."""
Save = Callable[[str], Awaitable[bool]]
SaveQuietly = Callable[[str], Awaitable[Any]]


@dataclass(slots=True)
class Typed:
    """What stands in one field of one visit and what of it is on the disk. Outlives the page while they differ."""

    text: str
    saved: str
    save: Save | None = None
    """Tells the page; None while no page shows the field."""
    save_quietly: SaveQuietly | None = None
    page: object | None = None
    """The page that shows it (its flushers)."""
    waiting: asyncio.Task[None] | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    taken_back: bool = False
    """A step was taken back: what the page reads next is what the field holds, unless somebody types first."""

    async def flush(self) -> bool:
        """Save the newest text until the disk holds what the field holds; False when a save failed (text is kept).

        Waits for a save that runs.
        """
        self.stop_waiting()
        async with self.turn:
            while self.text != self.saved:
                newest = self.text
                if not await self._put(newest):
                    return False
                self.saved = newest
        return True

    async def _put(self, text: str) -> bool:
        if self.save is not None:
            return await self.save(text)
        if self.save_quietly is None:
            return False
        try:
            await self.save_quietly(text)
        except Exception as error:  # noqa: BLE001 - nobody is there to show it to; it is logged by type
            report("last save", error)
            return False
        return True

    def wait(self) -> None:
        """Save once nothing was typed for a while."""
        self.stop_waiting()
        self.waiting = asyncio.get_running_loop().create_task(self._later())

    async def _later(self) -> None:
        await asyncio.sleep(PAUSE)
        self.waiting = None  # from here on the save runs to its end: nothing cancels a write
        await self.flush()

    def stop_waiting(self) -> None:
        if self.waiting is not None:
            self.waiting.cancel()
            self.waiting = None


@dataclass(frozen=True, slots=True)
class Field:
    """What a text field needs: its value, what to do on a change and on leaving it, and its newest text."""

    value: str
    change: Callable[[str], None]
    leave: Callable[[Any], Awaitable[None]]
    newest: Callable[[], str]


Flushers = dict[str, Callable[[], Awaitable[bool]]]
"""By name, every field of a page that may hold unsaved text; signing runs them all first."""

_fields: WeakKeyDictionary[OpenSession, dict[tuple[str, str], Typed]] = WeakKeyDictionary()
"""Fields on screen, and those whose page is gone with something left to write, by visit and name."""
_last_words: set[asyncio.Task[None]] = set()


async def finish_typing(session: OpenSession, visit_id: str) -> None:
    """Wait until what was typed for this visit on a page before is on the disk, so that it is read back whole."""
    for (of, _), typed in list(_fields.get(session, {}).items()):
        if of == visit_id:
            await typed.flush()


def take_up(session: OpenSession, visit_id: str) -> None:
    """What was typed may have been taken back: the fields of this visit show what is read from the disk next."""
    for (of, _), typed in _fields.get(session, {}).items():
        if of == visit_id and typed.text == typed.saved:
            typed.taken_back = True


def use_autosave(
    visit_id: str,
    name: str,
    initial: str,
    save: Save,
    save_quietly: SaveQuietly,
    session: OpenSession,
    flushers: Flushers,
) -> Field:
    """Hold a text and keep it saved.

    `save` says whether it worked and tells the page; `save_quietly` is used when the page is going away and must
    touch nothing on the screen. `initial` counts unless letters of this field still wait to be saved.
    """
    key = (visit_id, name)

    def find() -> Typed:
        left = _fields.get(session, {}).get(key)
        found = left if left is not None and left.text != left.saved else Typed(initial, initial)
        found.page = flushers
        return found

    box: ft.MutableRef[Typed] = ft.use_ref(find)
    typed = box.current
    assert typed is not None  # noqa: S101 - use_ref was given a value
    _, redraw = ft.use_state(0)
    if typed.taken_back and typed.text == typed.saved != initial:
        typed.text = typed.saved = initial
        typed.taken_back = False
    if typed.page is flushers:
        typed.save, typed.save_quietly = save, save_quietly

    def change(new: str) -> None:
        typed.text, typed.taken_back = new, False
        redraw(lambda old: old + 1)
        typed.wait()

    async def leave(_: Any) -> None:
        await typed.flush()

    def forget() -> None:
        if going in session.on_closed:
            session.on_closed.remove(going)
        mine = _fields.get(session, {})
        if typed.page is None and mine.get(key) is typed:
            del mine[key]

    async def last_words() -> None:
        kept = await typed.flush()
        if kept or session.closed:
            forget()

    def going() -> asyncio.Task[None] | None:
        if typed.page is flushers:
            typed.page = typed.save = None
        if typed.text == typed.saved and not typed.turn.locked():
            typed.stop_waiting()
            forget()
            return None
        task = asyncio.get_running_loop().create_task(last_words())
        _last_words.add(task)
        task.add_done_callback(_last_words.discard)
        return task

    def start() -> None:
        _fields.setdefault(session, {})[key] = typed
        flushers[name] = typed.flush
        session.on_closed.append(going)

    def end() -> None:
        flushers.pop(name, None)
        going()

    first_end: ft.MutableRef[Callable[[], None]] = ft.use_ref(lambda: end)
    first_start: ft.MutableRef[Callable[[], None]] = ft.use_ref(lambda: start)
    ft.use_effect(first_start.current or start, [], cleanup=first_end.current or end)
    return Field(typed.text, change, leave, lambda: typed.text)
