"""Compiled SQL outlives its engine: every test opens engines of its own, and would compile each statement anew.

Values are no part of what is compiled, but the first ones that ran with a statement are kept beside it: tests that
search memory turn this off (`apart`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine

import app.store.cipher
import plan.database

MOST = 4_000
"""Statements that are kept: more than both programs have together."""


class _Kept:
    """Stands for `create_engine`: SQLite's engines of one driver share a dialect and what was compiled for it."""

    def __init__(self, create: Callable[..., Engine]) -> None:
        self._create = create
        self._first: dict[object, Engine] = {}
        self.on = True

    def __call__(self, url: Any, **more: Any) -> Engine:
        if not self.on or not str(url).startswith("sqlite"):
            return self._create(url, **more)
        engine = self._create(url, query_cache_size=MOST, **more)
        first = self._first.setdefault(more.get("module"), engine)
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine


_stores = _Kept(app.store.cipher.create_engine)
_plans = _Kept(plan.database.create_engine)


@contextmanager
def kept() -> Iterator[None]:
    """While this lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.store.cipher, "create_engine", _stores)
        patch.setattr(plan.database, "create_engine", _plans)
        yield


@contextmanager
def apart() -> Iterator[None]:
    """Within `kept`: engines that keep what they compile to themselves, as the programs do."""
    _stores.on = _plans.on = False
    try:
        yield
    finally:
        _stores.on = _plans.on = True
