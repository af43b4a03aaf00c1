"""What is opened and half entered on the page of a person or of a signed visit outlives a turn of the device.

The other layout has the same parts in other columns: Flet makes each of them anew, and what only they knew is lost. So
the page, which stays, holds it for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import flet as ft

from app.views.env import Env
from app.views.hooks import Setter, use_value

T = TypeVar("T")


def use_holding(env: Env) -> Env:
    """For a page: the same, holding what its parts have opened as long as the page stands."""
    held: ft.MutableRef[dict[str, Any]] = ft.use_ref(dict)
    return replace(env, held=held.current if held.current is not None else {})


def use_held(env: Env, name: str, make: Callable[[], T]) -> tuple[T, Setter[T]]:
    """`use_value` whose value the page holds under this name."""

    def begin() -> T:
        held: T = env.held[name] if name in env.held else make()
        return held

    value, set_value = use_value(begin)

    def put(fn: Callable[[T], T]) -> None:
        def change(old: T) -> T:
            env.held[name] = new = fn(old)
            return new

        set_value(change)

    return value, put


def let_go(env: Env, name: str) -> None:
    """Of a form that is done with: whatever is held under names that begin so."""
    for one in [one for one in env.held if one.startswith(name)]:
        del env.held[one]
