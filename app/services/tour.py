"""The tour: which visit it may show."""

from __future__ import annotations

from app.services.practice_record import DEMO_TAG
from app.store.demo_rows import find_demo_visit
from app.store.engine import Store


class Tour:
    """Shows a visit of a demo panel only: nobody's record is opened to look at buttons."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find_visit(self) -> str | None:
        """A signed visit with a person who does not exist; None with a real plan."""
        return await self._store.read(lambda connection: find_demo_visit(connection, f'"{DEMO_TAG}"'))
