"""The compiled statements of a store's connections, over those compiled ahead for all (`app.store.warm`)."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from functools import cache
from types import ModuleType
from typing import Any

from sqlalchemy.util import LRUCache

MOST = 1_000
"""Statements of one store's connection; the ones that were not run for the longest go first."""


class StatementCache(MutableMapping[Any, Any]):
    """As SQLAlchemy asks for it, by keys that begin with the dialect of the engine. Those of our engines are alike as
    long as the driver is the same, so it does not count here.
    """

    def __init__(self, under: MutableMapping[Any, Any] | None = None) -> None:
        self._own: LRUCache[Any, Any] = LRUCache(MOST)
        self._under = under

    def __getitem__(self, key: Any) -> Any:
        found = self.get(key)
        if found is None:
            raise KeyError
        return found

    def get(self, key: Any, default: Any = None) -> Any:
        found = self._own.get(key[1:])
        if found is None and self._under is not None:
            found = self._under.get(key)
        return default if found is None else found

    def __setitem__(self, key: Any, value: Any) -> None:
        self._own[key[1:]] = value

    def __delitem__(self, key: Any) -> None:
        del self._own[key[1:]]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)


@cache
def shared_statements(module: ModuleType) -> StatementCache:
    """Those compiled ahead for this driver; a store reads them and never writes there."""
    return StatementCache()


def statements_for(module: ModuleType) -> StatementCache:
    """A store's own, empty, over the shared ones."""
    return StatementCache(shared_statements(module))
