"""What every part of one pass works with, given on from part to part."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.store.engine import Store
from app.sync.capabilities import Capabilities
from app.sync.transport import FhirClient

Progress = Callable[[int, int], None]
"""Told (done, of)."""


@dataclass(frozen=True, slots=True)
class Turn:
    """`stop` is set when somebody asks to stop.

    `between` is awaited after each round of searches: a first load is long, and an alert may not wait for its end.
    """

    store: Store
    client: FhirClient
    capabilities: Capabilities
    stop: asyncio.Event | None = None
    on_progress: Progress | None = None
    between: Callable[[], Awaitable[None]] | None = None

    def is_stopped(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    def tell(self, done: int, of: int) -> None:
        if self.on_progress is not None:
            self.on_progress(done, of)
