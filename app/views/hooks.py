"""Hooks that every screen uses: a safe action, data that follows commits, a countdown."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar, cast

import flet as ft

from app.store.changes import Changes
from app.views.guard import get_sentence, on_page, report
from app.views.ports import ChangeHub

T = TypeVar("T")


Setter = Callable[[Callable[[T], T]], None]
"""Sets a state from its old value; never from a value seen earlier, which may be stale."""


def use_value(make: Callable[[], T]) -> tuple[T, Setter[T]]:
    """`ft.use_state`, typed, with the functional setter only."""
    value, set_value = ft.use_state(cast("Any", make))
    return cast("T", value), cast("Setter[T]", set_value)


@dataclass(frozen=True, slots=True)
class Action:
    """A handler with its state. `run` takes Flet's event; `error` is a sentence or None."""

    run: Callable[[Any], Awaitable[None]]
    busy: bool
    error: str | None
    clear: Callable[[], None]


@dataclass(frozen=True, slots=True)
class _ActionState:
    busy: bool = False
    error: str | None = None


def use_action(
    fn: Callable[[Any], Awaitable[Any] | Any], on_error: Callable[[Exception], bool] | None = None
) -> Action:
    """Make `fn` safe as an event handler.

    A second tap while the first one runs is ignored. An error becomes a sentence in `Action.error`, unless
    `on_error` takes it (returns True). Call it unconditionally, as every hook.
    """
    running = ft.use_ref(False)
    state, set_state = ft.use_state(_ActionState())

    async def run(event: Any) -> None:
        if running.current:
            return
        running.current = True
        set_state(_ActionState(busy=True))
        problem: str | None = None
        try:
            result = fn(event)
            if inspect.isawaitable(result):
                await result
        except Exception as error:  # noqa: BLE001 - the boundary between a handler and Flet
            report(getattr(fn, "__qualname__", "handler"), error)
            if on_error is None or not on_error(error):
                problem = get_sentence(error)
        finally:
            running.current = False
            set_state(_ActionState(error=problem))

    return Action(run, state.busy, state.error, lambda: set_state(_ActionState()))


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """What a screen reads: nothing yet, a value, or a sentence why not, beside the last value."""

    value: T | None = None
    error: str | None = None
    cause: Exception | None = None


@dataclass(slots=True)
class _Loading:
    generation: int = 0
    running: bool = False
    again: bool = False
    stop: Callable[[], None] | None = None
    load: Callable[[], Awaitable[Any]] | None = None


def use_load(
    load: Callable[[], Awaitable[T]],
    hub: ChangeHub | None,
    topics: Changes,
    *keys: Any,
) -> tuple[Loaded[T], Callable[[], None]]:
    """Read now, after each commit that touches `topics`, and when `keys` change. Returns value and a re-read.

    One read runs at a time; commits meanwhile cause one more. A read begun for older keys is dropped.
    """
    loaded, set_loaded = ft.use_state(cast("Loaded[T]", Loaded()))
    box: ft.MutableRef[_Loading] = ft.use_ref(lambda: _Loading())
    page = ft.context.page
    loading = cast("_Loading", box.current)
    loading.load = load

    async def refresh() -> None:
        if loading.running:
            loading.again = True
            return
        loading.running = True
        try:
            while True:
                loading.again = False
                generation = loading.generation
                result = await _read(loading)
                if generation == loading.generation and result is not None:
                    set_loaded(partial(_merge, result))
                if not loading.again and generation == loading.generation:
                    break
        finally:
            loading.running = False

    wake = on_page(page, refresh)

    def start() -> None:
        loading.generation += 1
        if hub is not None:
            loading.stop = hub.subscribe(topics, wake)
        wake()

    def end() -> None:
        loading.generation += 1
        if loading.stop is not None:
            loading.stop()
            loading.stop = None

    ft.use_effect(start, ["loaded", *keys], cleanup=end)
    return loaded, wake


def _merge(fresh: Loaded[Any], old: Loaded[Any]) -> Loaded[Any]:
    return Loaded(old.value, fresh.error, fresh.cause) if fresh.error else fresh


async def _read(loading: _Loading) -> Loaded[Any] | None:
    if loading.load is None:
        return None
    try:
        return Loaded(await loading.load())
    except Exception as error:  # noqa: BLE001 - shown as a sentence in the screen that asked
        report("read", error)
        return Loaded(None, get_sentence(error), error)


@dataclass(slots=True)
class _Running:
    task: asyncio.Task[None] | None = field(default=None)


def use_running(work: Callable[[], Coroutine[Any, Any, None]], *keys: object) -> None:
    """Run `work` while the screen stands; begun anew when `keys` change, ended with the screen."""
    box: ft.MutableRef[_Running] = ft.use_ref(lambda: _Running())
    running = cast("_Running", box.current)

    def start() -> None:
        end()
        running.task = asyncio.get_running_loop().create_task(work())

    def end() -> None:
        if running.task is not None:
            running.task.cancel()
            running.task = None

    ft.use_effect(start, ["running", *keys], cleanup=end)


def use_countdown(seconds: int, restart: object) -> int:
    """Seconds left of a wait that begins anew whenever `restart` changes."""
    left, set_left = ft.use_state(seconds)

    async def run() -> None:
        set_left(seconds)
        for remaining in range(seconds - 1, -1, -1):
            await asyncio.sleep(1)
            set_left(remaining)

    use_running(run, "countdown", seconds, restart)
    return left
