"""Tells screens what to read again after a commit."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.store.changes import Changes

log = logging.getLogger("app.services.hub")


class ChangeHub:
    """Subscriptions by topic. Publishing happens on the event loop; one failing screen never stops the others."""

    def __init__(self) -> None:
        self._subscribers: dict[int, tuple[Changes, Callable[[], None]]] = {}
        self._next = 0

    def subscribe(self, topics: Changes, fn: Callable[[], None]) -> Callable[[], None]:
        """Call `fn` after each commit that touched one of `topics`. Returns the way to stop."""
        key = self._next
        self._next += 1
        self._subscribers[key] = (topics, fn)

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    def publish(self, changes: Changes) -> None:
        for topics, fn in list(self._subscribers.values()):
            if topics & changes:
                try:
                    fn()
                except Exception as error:  # noqa: BLE001 - a screen's fault must not reach the store
                    log.error("a screen failed to take a change: %s", type(error).__name__)

    def clear(self) -> None:
        self._subscribers.clear()
