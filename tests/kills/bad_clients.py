"""Clients that are known to be bad in ways only a death shows. Each must be caught by the harness (the controls)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.store import migrations
from app.store.cipher import make_engine
from app.store.engine import Store
from app.store.files import StoreFiles
from app.sync import inbound, pull

Patch = pytest.MonkeyPatch


def cursor_before_page(patch: Patch) -> None:
    """F05 undone: the cursors of pages are committed before their rows."""
    store_page = inbound.store_inbound
    write = Store.write

    async def in_two_steps(self: Store, fn: Callable[..., Any], *topics: Any, **more: Any) -> Any:
        pages: list[tuple[list[inbound.Inbound], Any, Any]] = []

        def only_cursors(connection: Any, answers: Sequence[inbound.Inbound], panel: Any, at: Any) -> int:
            tracks = [page.track for page in answers if page.track is not None]
            inbound.store_cursors(connection, tracks, at)
            pages.append(([inbound.Inbound(page.resources) for page in answers], panel, at))
            return 0

        with pytest.MonkeyPatch.context() as meanwhile:
            meanwhile.setattr(pull, "store_inbound", only_cursors)
            result = await write(self, fn, *topics, **more)
        for bare, panel, at in pages:
            page = partial(store_page, answers=bare, panel=panel, server_at=at)
            result = await write(self, page, *topics)
        return result

    patch.setattr(Store, "write", in_two_steps)


def answers_before_the_commit(patch: Patch) -> None:
    """A tap is called saved while its commit is still under way."""
    write = Store.write
    under_way: set[asyncio.Task[Any]] = set()

    async def at_once(self: Store, fn: Callable[..., Any], *topics: Any, **more: Any) -> Any:
        if not getattr(fn, "__qualname__", "").startswith("VisitSteps._change"):
            return await write(self, fn, *topics, **more)
        task = asyncio.ensure_future(write(self, fn, *topics, **more))
        under_way.add(task)
        task.add_done_callback(asyncio.Future.exception)
        return None, None, False

    patch.setattr(Store, "write", at_once)


def renames_over_the_live_store(patch: Patch) -> None:
    """A migration of a file that is still open: it is taken as it lies, without its log, and the new one put in its
    place, beside the old one's log.
    """
    left_open: list[Any] = []

    def look(path: Path, key: bytes) -> int:
        left_open.append(make_engine(path, key, read_only=True).connect())
        return migrations.read_version(left_open[-1])

    patch.setattr(migrations, "_look", look)
    patch.setattr(migrations, "rest", lambda path, key: None)
    patch.setattr(StoreFiles, "next_database", lambda files: files.read_pointer().file)


def forgets_fsync(patch: Patch) -> None:
    """The pointer and the copy of a migration are written and never synced."""
    patch.setattr(os, "fsync", lambda fd: None)


BAD: dict[str, Callable[[Patch], None]] = {
    one.__name__: one
    for one in (cursor_before_page, answers_before_the_commit, renames_over_the_live_store, forgets_fsync)
}


def become(name: str, patch: Patch) -> None:
    """Be this client from now on, until the patch is undone."""
    BAD[name](patch)
